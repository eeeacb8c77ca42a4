"""One service for all pages that change nothing, and a database for those that do."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.conftest import DATA
from tests.docs.pages import NAMES, blocks
from tests.support.running import running


@pytest.fixture(scope="session")
def service(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the service on the demo data. Load nothing into it."""
    path = tmp_path_factory.mktemp("service") / "odm.db"
    shutil.copy(filled, path)
    with running(Settings(odm_sqlite_path=path)) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path, filled: Path) -> Path:
    """A folder after a first start, with the real data sets if there are any."""
    shutil.copy(filled, tmp_path / "odm.db")
    for file in DATA.glob("*/*.csv.gz"):
        (tmp_path / file.name).symlink_to(file)
    return tmp_path


ELSEWHERE = {
    "docs/reference/formats.md": "tests/answers/formats/test_docs.py",
    "docs/how-to/bring-your-own-tables.md": "tests/plsql/test_own_tables.py",
}
"""Pages whose blocks a suite of their own runs; what it doesn't is marked as on any page."""


def pages_that_run() -> list[str]:
    """The pages with something to run here."""
    return [
        name
        for name in NAMES
        if name not in ELSEWHERE and any(block.is_run for block in blocks(name))
    ]
