"""Readiness on the embedded database never lies, and follows it both ways."""

import shutil
from pathlib import Path

import pytest

from app.settings import Settings
from tests import company
from tests.running import running


@pytest.fixture
def own(database: Path, tmp_path: Path) -> Path:
    """A copy of the company's database that the test may break."""
    return Path(shutil.copy(database, tmp_path / "odm.db"))


def test_file_removed_and_put_back(own: Path, database: Path) -> None:
    """Without its file the service is alive and not ready; with the file it is ready again."""
    with running(Settings(odm_sqlite_path=own)) as client:
        assert client.get("/readyz").status_code == 200
        for suffix in ("", "-wal", "-shm"):
            Path(f"{own}{suffix}").unlink(missing_ok=True)
        for path in ("/readyz", "/division-list"):
            response = client.get(path)
            assert response.status_code == 503
            assert response.json()["type"] == "urn:odm:problem:database-unavailable"
            assert response.json()["detail"] == "The database file is not there."
            assert response.headers["retry-after"] == "5"
        assert client.get("/healthz").status_code == 200
        shutil.copy(database, own)
        assert client.get("/readyz").status_code == 200
        assert client.get("/division-list").json() == company.division_list()


def test_file_replaced(own: Path, tmp_path: Path) -> None:
    """A restored file is served at once, and not the one that it replaced."""
    other = tmp_path / "other.db"
    with running(Settings(odm_sqlite_path=own)) as client:
        assert client.get("/division-list").json()
        with running(Settings(odm_sqlite_path=other, odm_demo=False)) as empty:
            assert empty.get("/division-list").json() == []
        other.replace(own)
        assert client.get("/division-list").json() == []


def test_corrupt(own: Path) -> None:
    """A file that becomes unreadable is 503 and says so in the log, not to the caller."""
    with running(Settings(odm_sqlite_path=own)) as client:
        replacement = own.with_suffix(".new")
        replacement.write_bytes(b"not a database" * 1000)
        replacement.replace(own)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["detail"] == "The database cannot be read now."
        assert client.get("/division-list").status_code == 503
