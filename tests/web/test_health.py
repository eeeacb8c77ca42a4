"""Readiness on the embedded database never lies, and follows it both ways."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from app.settings import Settings
from app.wells.embedded.database import connect_for_writing
from tests.support import company
from tests.support.running import running
from tests.wire.oracle.client import eventually


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
            assert response.json()["detail"].startswith("The database file is not there.")
            assert response.headers["retry-after"] == "5"
        assert client.get("/healthz").status_code == 200
        shutil.copy(database, own)
        assert client.get("/readyz").status_code == 200
        assert client.get("/division-list").json() == company.division_list()


@pytest.mark.parametrize("kept", [False, True])
def test_file_replaced(own: Path, tmp_path: Path, kept: bool) -> None:
    """A restored file is served at once, and not the one that it replaced.

    An answer that was kept is given until the service has asked for the version again.
    """
    other = tmp_path / "other.db"
    cache = {} if kept else {"odm_cache_megabytes": 0}
    with running(Settings.model_validate({"odm_sqlite_path": own, **cache})) as client:
        assert client.get("/division-list").json()
        with running(Settings(odm_sqlite_path=other, odm_demo=False)) as empty:
            assert empty.get("/division-list").json() == []
        other.replace(own)
        if kept:
            eventually(lambda: client.get("/division-list").json() == [])
        assert client.get("/division-list").json() == []


def test_corrupt(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that becomes unreadable is 503 and says so in the log, not to anybody."""
    with running(Settings(odm_sqlite_path=own)) as client:
        replacement = own.with_suffix(".new")
        replacement.write_bytes(b"not a database" * 1000)
        replacement.replace(own)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["detail"] == "The database cannot be read now."
        eventually(lambda: "file is not a database" in caplog.text)
        response = client.get("/division-list")
        assert response.status_code == 503
        assert response.json()["detail"] == "The database cannot be read now."


def test_newer_version_while_running(
    own: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file of a newer schema that is put in place is not read, and the log says why."""
    newer = Path(shutil.copy(own, tmp_path / "newer.db"))
    connection = connect_for_writing(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with running(Settings(odm_sqlite_path=own)) as client:
        newer.replace(own)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "schema" not in response.text
        eventually(lambda: "made by a newer version of ODM (schema 99" in caplog.text)
        assert client.get("/division-list").status_code == 503


def test_missing_table(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Readiness tries every procedure: one that can't be answered is not ready."""
    with running(Settings(odm_sqlite_path=own)) as client:
        connection = sqlite3.connect(own)
        connection.execute("ALTER TABLE get_well_summary_by_day_mv RENAME TO elsewhere")
        connection.close()
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "summary" not in response.text
        eventually(lambda: "no such table: get_well_summary_by_day_mv" in caplog.text)
        assert client.get("/division-list").status_code == 200
        failed = client.get("/well-summary-by-day?well_id=11&division_id=7")
        assert failed.status_code == 500
        assert failed.json()["type"] == "urn:odm:problem:call-failed"
        assert "retry-after" not in failed.headers
