"""What the pages are made of: their headers, their files and where those come from."""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.pages import PAGES, PageFiles
from app.settings import Settings
from tests.support.running import running

STATIC = Path(__file__).parents[2] / "app" / "pages" / "static"
SCRIPTS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))

LIBRARIES = {
    "uplot.iife.min.js": "2d27e8ad3d228164525ce213f9dc716f39b4e3aee0cc773fb3491c96cf4921a2",
    "uplot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "swagger-ui-bundle.js": "4b5a9b35a1adf37f00d39c0bae23cdb37007e2946240ef035137cc85b4d55349",
    "swagger-ui.css": "ca238f7d7c2cf4480c1e77a9c3b9da915ab216e96ffd354e69076560c650c6de",
}
"""SHA-256 of each file that is not ours, as its own authors released it on npm: `uplot` 1.6.31 and
`swagger-ui-dist` 5.32.6."""


BELOW = {"kit": set[str](), "charts": {"kit"}, "wells": {"kit", "charts"}}
"""Each folder of scripts, and the folders that it may import; the pages import from all."""


def imported(script: str, *, types: bool = False) -> set[str]:
    """The scripts that a script imports, and, if asked, those of which it only names types."""
    text = (STATIC / script).read_text(encoding="utf-8")
    folder = posixpath.dirname(script)
    paths = re.findall(r'^(?:import |} from ).*"(\..+\.js)";$', text, re.MULTILINE)
    if types:
        paths += re.findall(r'(?:@import .* from |import\()"(\.[^"]+\.js)"', text)
    return {posixpath.normpath(posixpath.join(folder, path)) for path in paths}


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[httpx.Client]:
    with running(Settings(odm_sqlite_path=database)) as client:
        yield client


@pytest.mark.parametrize("path", ["/docs/", "/dashboard/", "/dashboard/?division=30"])
def test_leads_on(client: httpx.Client, path: str) -> None:
    """A slash too many leads to the page, with its query, and under any sub-path."""
    answer = client.get(path)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"..{path.replace('/?', '?').rstrip('/')}"
    assert client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_page(client: httpx.Client, path: str) -> None:
    """Each page is there, with headers that keep it to itself, and all that it loads is there."""
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"https?://", page.text)
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page.text)
    links = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert len(links) >= 5
    for link in links:
        assert not link.startswith("/"), "relative, for a reverse proxy's sub-path"
        assert client.get("/" + link).status_code == 200, link


@pytest.mark.parametrize("path", [*PAGES, "/pages/dashboard.js", "/pages/uplot.iife.min.js"])
def test_asked_again(client: httpx.Client, path: str) -> None:
    """A browser that has the file asks whether it still holds, and is told so without it."""
    first = client.get(path)
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.head(path).headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["/pages/nothing.js", "/pages/", "/pages/__init__.py", "/pages/..%2f__init__.py", "/pages"],
)
def test_nothing_else(client: httpx.Client, path: str) -> None:
    """What is not one of the files is a problem like every other."""
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", LIBRARIES)
def test_library(client: httpx.Client, name: str) -> None:
    """A library is the one that its authors released, whoever packaged it."""
    assert hashlib.sha256(client.get(f"/pages/{name}").content).hexdigest() == LIBRARIES[name]


def test_nothing_but_ours_and_the_libraries(client: httpx.Client) -> None:
    """Whatever a page has a browser load is a file of ours, or one whose digest is held above."""
    loaded = {
        link.removeprefix("pages/")
        for path in PAGES
        for link in re.findall(r'(?:src|href)="(pages/[^"#]+)"', client.get(path).text)
    }
    ours = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*")}
    assert loaded - ours == set(LIBRARIES) == set(PageFiles().of_packages)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(name: str) -> None:
    """No script makes elements or code out of text, or knows another host."""
    text = (STATIC / name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert set(re.findall(r"https?://[^\"'\s]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_modules_are_fetched_at_once() -> None:
    """The dashboard's page names every module, so that none waits for another to be read."""
    found = {"dashboard.js"}
    waiting = ["dashboard.js"]
    while waiting:
        new = imported(waiting.pop()) - found
        found |= new
        waiting += new
    page = (STATIC / "dashboard.html").read_text(encoding="utf-8")
    assert set(re.findall(r'rel="modulepreload" href="pages/([^"]+)"', page)) == found - {
        "dashboard.js"
    }


@pytest.mark.parametrize("name", [name for name in SCRIPTS if "/" in name])
def test_no_script_imports_upwards(name: str) -> None:
    """Kit knows no charts and no wells, charts know no wells, and none of them knows a page."""
    folder = posixpath.dirname(name)
    folders = {posixpath.dirname(script) for script in imported(name, types=True)}
    assert folders <= BELOW[folder] | {folder}


@pytest.mark.parametrize("path", ["/docs", "/pages/swagger-ui-bundle.js", "/pages/mark.svg"])
def test_compressed(client: httpx.Client, path: str) -> None:
    """A file goes out compressed to whoever takes that, with a tag of its own."""
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, zstd"})
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content)
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert zipped.headers["content-type"] == plain.headers["content-type"]
    for response in (plain, zipped):
        coding = response.headers.get("content-encoding", "identity")
        again = {"If-None-Match": response.headers["etag"], "Accept-Encoding": coding}
        kept = client.get(path, headers=again)
        assert kept.status_code == 304
        assert kept.content == b""
        assert kept.headers["etag"] == response.headers["etag"]
    head = client.head(path, headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-length"] == zipped.headers["content-length"]
