"""One guard stands before all data: whoever is refused gets nothing, however it is asked for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Scope

from app.answers.formats import KNOWN
from app.application import create_app
from app.contract.faults import Fault
from app.contract.principal import ANYBODY, Principal
from app.settings import Settings
from tests.support.running import serving
from tests.wire.oracle.client import eventually

DATA = [
    "/division-list",
    "/division-summary",
    "/well-list?division_id=7",
    "/division-well-summary?division_id=7",
    "/well-summary?well_id=11&division_id=7",
    "/well-summary-by-day?well_id=11&division_id=7",
    "/well-summary-by-day?well_id=11&division_id=7&format=csv",
]
FILES = [
    f"{path}.{known.name}?{query}"
    for path, _, query in (each.partition("?") for each in DATA[:6])
    for known in KNOWN
]
OTHERS = [
    "/dashboard",
    "/dashboard/",
    "/docs",
    "/docs/",
    "/events",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/",
    "/pages/base.css",
    "/nothing",
]


class Refused(Fault):
    """Nobody comes in."""

    status = 401
    slug = "refused"
    title = "You may not come in"


class Switch:
    """A guard that admits everybody until it is told otherwise."""

    principal = ANYBODY
    error: Exception | None = None

    async def admit(self, scope: Scope) -> Principal:
        if self.error:
            raise self.error
        return self.principal


@pytest.fixture
def guard() -> Switch:
    return Switch()


@pytest.fixture
def client(guard: Switch, database: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """The service with that guard, on a database of its own, which serves what is out of date."""
    copy = tmp_path / "company.db"
    shutil.copy(database, copy)
    settings = Settings(odm_sqlite_path=copy, odm_stale_seconds=600, odm_cors_origins="https://a.b")
    with serving(create_app(settings, guard=guard)) as client:
        yield client


def known(client: httpx.Client) -> None:
    """Wait until the version is known and of the past: from then on answers are repeated."""
    eventually(lambda: "last-modified" in client.get("/division-list").headers)


def assert_refused(response: httpx.Response, status: int = 401) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    assert "etag" not in response.headers
    assert "server-timing" not in response.headers


def test_every_route_is_asked() -> None:
    """The lists above name each route that there is."""
    asked = {path.partition("?")[0] for path in [*DATA, *FILES, *OTHERS]}
    app = create_app(Settings())
    routes = {getattr(route, "path", "") for route in app.routes} | set(app.openapi()["paths"])
    assert routes - asked <= {"/pages", ""}  # (of the pages' files one is asked)


@pytest.mark.parametrize("path", [*DATA, *OTHERS])
def test_cold(client: httpx.Client, guard: Switch, path: str) -> None:
    """Nothing has been asked before."""
    guard.error = Refused("Not today.")
    assert_refused(client.get(path))
    assert client.head(path).status_code == 401


def test_files(client: httpx.Client, guard: Switch) -> None:
    """A path that names a format is refused as the others are: cold, kept, and in part."""
    known(client)
    guard.error = Refused("Not today.")
    for path in FILES:
        assert_refused(client.get(path))
    guard.error = None
    tags = {path: client.get(path).headers["etag"] for path in FILES for _ in range(2)}
    guard.error = Refused("Not any more.")
    for path in FILES:
        assert_refused(client.get(path))
        assert_refused(client.get(path, headers={"If-None-Match": tags[path]}))
        assert_refused(client.get(path, headers={"Range": "bytes=0-4"}))


@pytest.mark.parametrize("path", DATA)
def test_repeated(client: httpx.Client, guard: Switch, path: str) -> None:
    """What is kept and remembered for others, on condition and without."""
    known(client)
    tags = {client.get(path).headers["etag"] for _ in range(3)}
    assert client.get(path).headers["server-timing"] == 'cache;desc="hit"'
    (tag,) = tags
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    guard.error = Refused("Not any more.")
    asked: list[dict[str, str]] = [
        {},
        {"If-None-Match": tag},
        {"If-None-Match": "*"},
        {"Range": "bytes=0-4"},
        {"If-Match": tag},
        {"If-Match": '"x"'},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"Accept": "text/csv"},
        {"Accept-Encoding": "identity"},
        {"Origin": "https://a.b"},
    ]
    for headers in asked:
        assert_refused(client.get(path, headers=headers))
        assert client.head(path, headers=headers).status_code == 401
    problem = client.get(path, headers={"Origin": "https://a.b"})
    assert problem.headers["access-control-allow-origin"] == "https://a.b"  # a page may read it


@pytest.mark.slow
@pytest.mark.parametrize("path", DATA)
def test_stale(client: httpx.Client, guard: Switch, path: str, tmp_path: Path) -> None:
    """What stands in for a database that is away."""
    known(client)
    assert client.get(path).status_code == 200
    (tmp_path / "company.db").write_bytes(b"rubbish " * 4_000)
    eventually(lambda: "warning" in client.get(path).headers)
    tag = client.get(path).headers["etag"]
    for headers, status in (
        ({"If-Match": '"x"'}, 412),
        ({"If-Unmodified-Since": "Thu, 01 Jan 1998 00:00:00 GMT"}, 412),
        ({"If-Match": tag}, 200),
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": '"x"'}, 200),
    ):
        assert client.get(path, headers=headers).status_code == status, headers
    guard.error = Refused("Nor this.")
    assert_refused(client.get(path))


@pytest.mark.parametrize("path", ["/division-list", "/events"])
def test_a_guard_that_fails(client: httpx.Client, guard: Switch, path: str) -> None:
    """A fault of the guard's own lets nobody in, and tells nothing of it."""
    guard.error = ZeroDivisionError("secret")
    response = client.get(path)
    assert_refused(response, 500)
    assert "secret" not in response.text


def test_for_whom(client: httpx.Client, guard: Switch) -> None:
    """Nothing that is kept, tagged or remembered for one principal serves another."""
    known(client)
    path = DATA[0]
    first = client.get(path)
    guard.principal = Principal("somebody", "a part")
    other = client.get(path)
    assert other.headers["server-timing"].startswith('cache;desc="miss"')
    assert other.headers["etag"] != first.headers["etag"]
    mine = {"If-None-Match": other.headers["etag"]}
    assert client.get(path, headers=mine).status_code == 304
    guard.principal = ANYBODY
    assert client.get(path, headers=mine).status_code == 200
    assert client.get(path).headers["server-timing"] == 'cache;desc="hit"'
