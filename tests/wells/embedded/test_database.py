"""The file of the embedded database, and everything that can be wrong with it."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.contract.faults import StartupFault
from app.wells.embedded.database import SCHEMA_VERSION, connect_for_writing
from app.wells.embedded.errors import explain
from app.wells.embedded.sql import transaction


def refused(path: Path) -> str:
    """What somebody who starts on this file is told."""
    with pytest.raises(StartupFault) as caught:
        connect_for_writing(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_made_and_found(tmp_path: Path) -> None:
    """A new file gets the tables; an existing one is left as it is."""
    path = tmp_path / "odm.db"
    connect_for_writing(path).close()
    before = path.read_bytes()
    connect_for_writing(path).close()
    assert path.read_bytes() == before
    assert before[:15] == b"SQLite format 3"


def modes(folder: Path) -> dict[str, int]:
    """The permissions of the files there."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def open_umask() -> Iterator[None]:
    """An account that lets everybody read and write what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("linked", [False, True])
def test_for_its_owner_alone(tmp_path: Path, linked: bool) -> None:
    """Nobody else reads the file, its log or its index, also where a link leads to a new file."""
    path = tmp_path / "odm.db"
    if linked:
        (tmp_path / "there").mkdir()
        path.symlink_to(tmp_path / "there" / "odm.db")
    connection = connect_for_writing(path)
    with transaction(connection):
        connection.execute("INSERT INTO odm_division VALUES (1, 'D', 'wti', '2024-01-01')")
    assert modes(path.resolve().parent) == dict.fromkeys(
        ("odm.db", "odm.db-wal", "odm.db-shm"), 0o600
    )
    connection.close()


@pytest.mark.usefixtures("open_umask")
def test_permissions_that_were_given_stay(tmp_path: Path) -> None:
    """A file that its owner has opened to a group stays so, and its log and index follow."""
    path = tmp_path / "odm.db"
    connect_for_writing(path).close()
    path.chmod(0o640)
    connection = connect_for_writing(path)
    with transaction(connection):
        connection.execute("INSERT INTO odm_division VALUES (1, 'D', 'wti', '2024-01-01')")
    assert set(modes(tmp_path).values()) == {0o640}
    connection.close()


def test_empty_file_is_filled(tmp_path: Path) -> None:
    """A file of zero bytes, as a broken start may leave, counts as none."""
    path = tmp_path / "odm.db"
    path.touch()
    connection = connect_for_writing(path)
    assert connection.execute("SELECT count(*) FROM odm_division").fetchone() == (0,)
    connection.close()


def test_not_a_database(tmp_path: Path) -> None:
    """A file of something else is not touched."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear sirs, " * 100, encoding="utf-8")
    assert "is not an SQLite database" in refused(path)
    assert path.read_text(encoding="utf-8").startswith("Dear")


def test_another_programs_database(tmp_path: Path) -> None:
    """An SQLite file that is not ours is not touched."""
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE invoices (id)")
    other.commit()
    other.close()
    before = path.read_bytes()
    assert "of another program" in refused(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("version", "age"), [(SCHEMA_VERSION + 1, "a newer"), (0, "an older")])
def test_other_version(tmp_path: Path, version: int, age: str) -> None:
    """A file of another schema is refused, with both versions named."""
    path = tmp_path / "odm.db"
    connection = connect_for_writing(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    text = refused(path)
    assert age in text
    assert f"schema {version}" in text


def test_corrupt(tmp_path: Path) -> None:
    """A damaged file is refused in words."""
    path = tmp_path / "odm.db"
    connect_for_writing(path).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the page that lists the tables
    path.write_bytes(content)
    assert "is corrupt" in refused(path)


def test_folder_and_missing_folder(tmp_path: Path) -> None:
    """A folder is no file, and a file needs its folder."""
    assert "is a folder" in refused(tmp_path)
    assert "can't be opened" in refused(tmp_path / "nowhere" / "odm.db")


def test_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process keeps locked is refused after the wait."""
    path = tmp_path / "odm.db"
    path.touch()
    monkeypatch.setattr("app.wells.embedded.database._LOCK_WAIT_SECONDS", 0.1)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    assert "is locked by another process" in refused(path)
    other.close()


def test_read_only(tmp_path: Path) -> None:
    """What SQLite says of a file that may not be written is told in words."""
    path = tmp_path / "odm.db"
    connect_for_writing(path).close()
    # Root may write everywhere, so a read-only connection stands for a read-only file.
    read_only = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError) as caught, transaction(read_only):
        read_only.execute("DELETE FROM odm_well")
    assert "is read-only" in explain(caught.value)
    read_only.close()


def test_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """What fails inside leaves no trace, and the connection usable."""
    connection = connect_for_writing(tmp_path / "odm.db")
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):  # noqa: PT012
        connection.execute("INSERT INTO odm_division VALUES (1, 'D', NULL, '2024-01-01')")
        connection.execute("INSERT INTO odm_division VALUES (1, 'D', NULL, '2024-01-01')")
    with transaction(connection), transaction(connection):  # one within the other is one
        connection.execute("INSERT INTO odm_division VALUES (2, 'D', NULL, '2024-01-01')")
    assert connection.execute("SELECT division_id FROM odm_division").fetchall() == [(2,)]
    connection.close()


@pytest.mark.parametrize(
    "loaded",
    [
        "INSERT INTO odm_division VALUES (1, 'D', NULL, '2024-01-01')",
        "INSERT INTO odm_daily_price VALUES ('brent', '2024-01-01', 80000)",
    ],
)
def test_empty_database_is_filled(tmp_path: Path, loaded: str) -> None:
    """Empty tables, as a misspelt load may leave, are filled; tables with rows never are."""
    path = tmp_path / "odm.db"
    connect_for_writing(path).close()
    filled: list[sqlite3.Connection] = []
    connect_for_writing(path, filled.append).close()
    assert len(filled) == 1
    connection = connect_for_writing(path)
    connection.execute(loaded)
    connect_for_writing(path, filled.append).close()
    assert len(filled) == 1
    connection.close()


MAKE_DEMO = """
import asyncio, sys
from pathlib import Path
from app.settings import Settings
from app.wells.backends import make_gateway
gateway = make_gateway(Settings(odm_sqlite_path=Path(sys.argv[1])))
asyncio.run(gateway.open())
asyncio.run(gateway.close())
"""


def _make_demo(path: Path) -> "subprocess.Popen[bytes]":
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, "-c", MAKE_DEMO, str(path)],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_two_at_once(tmp_path: Path) -> None:
    """Two workers that start together fill it once: the second waits for the first."""
    path = tmp_path / "odm.db"
    workers = [_make_demo(path), _make_demo(path)]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    connection = connect_for_writing(path)
    assert connection.execute("SELECT count(*) FROM odm_well").fetchone() == (200,)
    connection.close()


def _larger_than(size: int, file: Path) -> bool:
    try:
        return file.stat().st_size > size
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_killed_while_making(tmp_path: Path) -> None:
    """Whoever is killed while filling a database leaves nothing half-made to the next start."""
    for attempt in range(10):  # (it may be finished before its end is noticed to be near)
        path = tmp_path / f"odm{attempt}.db"
        worker = _make_demo(path)
        wal = Path(f"{path}-wal")
        while worker.poll() is None and not _larger_than(1_000_000, wal):
            time.sleep(0.001)
        worker.kill()
        if worker.wait() == -signal.SIGKILL:
            break
    assert worker.returncode == -signal.SIGKILL
    assert _make_demo(path).wait(120) == 0
    connection = connect_for_writing(path)
    assert connection.execute("SELECT count(*) FROM odm_well").fetchone() == (200,)
    connection.close()
