"""The examples of docs/reference/formats.md: each is run, and says what the page says."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars
import pytest

from app.answers.formats import FORMATS
from app.settings import Settings
from tests.docs.statements import run
from tests.support.running import running

PAGE = (Path(__file__).parents[3] / "docs/reference/formats.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo data is, in every format."""
    path = tmp_path_factory.mktemp("formats") / "odm.db"
    with running(Settings(odm_sqlite_path=path)) as service:
        yield str(service.base_url).rstrip("/")


def test_table() -> None:
    """The table of formats is the service's."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert rows == [(known.name, known.media_type) for known in FORMATS]


def test_there_are_examples() -> None:
    """So that the tests below have something to fail on."""
    assert (len(examples("python")), len(examples("sh"))) == (5, 1)


@pytest.mark.slow
@pytest.mark.parametrize("example", examples("python"))
def test_python(example: str, address: str) -> None:
    """Each statement runs, and its value is the one beside it."""
    run(example.replace(ADDRESS, address))


@pytest.mark.slow
def test_shell(address: str, tmp_path: Path) -> None:
    """Each command runs, and saves what it says."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    (example,) = examples("sh")
    commands = example.replace(ADDRESS, address)
    done = subprocess.run(
        ["sh", "-ec", commands], cwd=tmp_path, capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode("utf-8-sig").startswith("Division_Id,Division_Name\r\n10,North Sea")
    assert (tmp_path / "divisions.csv").read_bytes().count(b"\r\n") == 9
    assert (tmp_path / "well-summary_well-3001.csv").is_file()
    assert polars.read_parquet(tmp_path / "days.parquet").height == 1090
