"""Every command of README and docs is run, and says what the page shows; or it says why not."""

import os
import re
import shutil
from pathlib import Path

import httpx
import pytest

from app.contract import faults
from app.contract.faults import Fault
from app.settings import Settings
from tests.conftest import DATA
from tests.docs.conftest import ELSEWHERE, pages_that_run
from tests.docs.console import expected, run_page, steady
from tests.docs.pages import NAMES, ROOT, block_of, blocks, read

NOT_SETTINGS = {"ODM_OWNER", "ODM_SERVICE", "ODM_DATA", "ODM_URL", "ODM_POOL_WAIT"}
"""Accounts, a tablespace, a variable of Grafana's, and a misspelling whose refusal a page shows."""


@pytest.mark.parametrize("name", pages_that_run())
def test_transcripts(name: str, service: httpx.Client, folder: Path) -> None:
    """From top to bottom, in one shell: each command says what the page says it does."""
    if not (shutil.which("bash") and shutil.which("curl")):
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail("bash and curl are not installed")
        pytest.skip("bash and curl are not installed")
    run = [block for block in blocks(name) if block.is_run]
    data = {word for block in run for word in re.findall(r"\w+\.csv\.gz", block.text)}
    if not all((folder / file).exists() for file in data):
        pytest.skip(f"the real data sets are not at {DATA} (ODM_TEST_DATA)")
    assert service.base_url.port
    told = run_page(run, folder, service.base_url.port)
    for (command, output), (_, shown) in zip(told, expected(run), strict=True):
        assert steady(output) == steady(shown), command


@pytest.mark.parametrize("name", NAMES)
def test_every_block_is_run(name: str) -> None:
    """A block is plain text, or run, or bears a mark that says who tries it or why nobody can."""
    assert len(blocks(name)) == len(re.findall(r"^```\w*$", read(name), re.MULTILINE)) / 2
    for block in blocks(name):
        assert block.language, f"line {block.line}: a block without a language"
        if block.tried_by:
            assert (ROOT / block.tried_by).is_file(), f"line {block.line}: {block.tried_by}"
        elif name in ELSEWHERE:
            assert (ROOT / ELSEWHERE[name]).is_file()
        else:
            known = block.is_run or block.not_run or block.language == "text"
            assert known, f"line {block.line}: who runs this block?"


@pytest.mark.parametrize("name", NAMES)
def test_no_command_hides(name: str) -> None:
    """Blocks are fenced, so that none escapes by being indented."""
    outside = re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"^\n {4,}\S", outside, re.MULTILINE)


def test_consoles_are_read_whole() -> None:
    """Every line of a console is a command, a line of one, or output."""
    for name in NAMES:
        for block in blocks(name):
            if block.language == "console":
                again = "".join(
                    "$ " + command.replace("\n", "\n> ") + "\n" + output
                    for command, output in block.commands
                )
                assert again == block.text, f"{name}, line {block.line}"


@pytest.mark.parametrize("name", NAMES)
def test_links(name: str) -> None:
    """What is linked to is there, and so is the heading."""
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", read(name)):
        if target.startswith(("http:", "https:")):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in _anchors(file), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_index_lists_every_page() -> None:
    """The index leads to each page, in a sentence."""
    linked = re.findall(r"\]\(([^)]+\.md)\)", read("docs/README.md"))
    pages = {name.removeprefix("docs/") for name in NAMES if name.startswith("docs/")}
    assert sorted(linked) == sorted(pages - {"README.md"})


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    """Settings, targets of the Makefile and files of the project that a page names do exist."""
    text = read(name)
    settings = {field.upper() for field in Settings.model_fields}
    for word in set(re.findall(r"\bODM_[A-Z_]+\b", text)):
        assert word in settings | NOT_SETTINGS or word.startswith("ODM_TEST_"), word
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for word in re.findall(r"`(?:.* )?make ([a-z-]+)", text):
        assert word in targets, word
    drawn = "".join(block.text for block in blocks(name) if block.language == "text")
    ours = r"(?:app|tests|database|benchmarks|docs|examples)/[\w./-]+"
    for word in re.findall(rf"`({ours})`", text) + re.findall(rf"\b{ours}", drawn):
        assert (ROOT / word).exists(), word


def test_errors(service: httpx.Client) -> None:
    """The reference has each problem with its status."""
    described = service.get("/openapi.json").json()["paths"]
    problems = {
        (example["value"]["type"].rpartition(":")[2], status)
        for path in described.values()
        for status, response in path["get"]["responses"].items()
        for media in response.get("content", {}).values()
        for example in media.get("examples", {}).values()
    }
    known = [each for each in vars(faults).values() if isinstance(each, type)]
    every = {(f.slug, str(f.status)) for f in known if issubclass(f, Fault) and f is not Fault}
    assert problems < every
    page = read("docs/reference/errors.md")
    rows = re.findall(r"^\| .* \| (\d{3}) \| `([a-z-]+)` \|", page, re.MULTILINE)
    assert {(slug, status) for status, slug in rows} == every


def test_power_query(service: httpx.Client) -> None:
    """Excel itself can't be tried; the address that the README gives it can."""
    (path,) = re.findall(r'"http://127.0.0.1:8000(/[^"]+)"', block_of("README.md", "powerquery"))
    answer = service.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeffDivision_Id,")
