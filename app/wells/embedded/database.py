"""The file of the embedded database: how it is made, checked and written."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.contract.faults import StartupFault
from app.wells.embedded.errors import startup_faults
from app.wells.embedded.sql import decimal_text, execute_script, transaction
from app.wells.embedded.upgrade import UPGRADED, upgrade

APPLICATION_ID = 0x4F444D31  # "ODM1", in the file's header: whose database it is
SCHEMA_VERSION = 3
_HEADER = ("application_id", "user_version")
OLDEST_SQLITE = (3, 38, 0)  # STRICT tables and built-in JSON functions
_LOCK_WAIT_SECONDS = 30  # another process may be making the database, or loading into it


def connect_for_writing(
    path: Path, fill: Callable[[sqlite3.Connection], None] | None = None
) -> sqlite3.Connection:
    """A connection to the embedded database, which is made now if there is none yet.

    `fill` loads data into a database without any, in the transaction that makes the tables: an
    interrupted process leaves nothing behind, and a second one waits. Every other transaction is
    the caller's. Raises StartupFault when the file is not usable.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StartupFault(
            f"the embedded database needs SQLite {oldest} or newer, "
            f"and this Python brings {sqlite3.sqlite_version}"
        )
    if path.is_dir():
        raise StartupFault(f"{path}: is a folder; set ODM_SQLITE_PATH to a file")
    _make_private(path)
    with startup_faults(path):
        connection = sqlite3.connect(path, timeout=_LOCK_WAIT_SECONDS, isolation_level=None)
        try:
            connection.create_function("decimal_text", 2, _decimal_text, deterministic=True)
            connection.execute("PRAGMA foreign_keys = ON")
            _make_or_check(connection, path, fill)
        except BaseException:
            connection.close()
            raise
    return connection


def _make_private(path: Path) -> None:
    """Make the file, if there is none, for its owner alone; what SQLite puts beside it follows.

    What is wrong with the place SQLite says, when it opens the file. (A file that was there is not
    even opened: to close it again would give up the locks that this process has on it.)
    """
    with suppress(OSError):
        os.close(os.open(path.resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _decimal_text(value: int | None, places: int) -> str | None:
    return None if value is None else decimal_text(value, places)


def _make_or_check(
    connection: sqlite3.Connection, path: Path, fill: Callable[[sqlite3.Connection], None] | None
) -> None:
    """Make the tables in an empty file, bring those of an earlier version up to date, and refuse a
    file that is not ours or of any other version."""
    if _is_earlier(connection):
        with transaction(connection):
            if _is_earlier(connection):  # no other process was faster
                upgrade(connection)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if is_ours(connection, path):
        if not fill or _has_data(connection):
            return
    else:
        # Readers never wait for a writer in WAL mode. It outlives the connection, in the file.
        connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        if not is_ours(connection, path):  # no other process was faster
            execute_script(connection, "schema")
            execute_script(connection, "refresh_version")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if fill and not _has_data(connection):
            fill(connection)


def _has_data(connection: sqlite3.Connection) -> bool:
    """Whether something has been loaded: days, which bring their division, or only prices."""
    question = (
        "SELECT EXISTS (SELECT 1 FROM odm_division) OR EXISTS (SELECT 1 FROM odm_daily_price)"
    )
    (has_data,) = connection.execute(question).fetchone()
    return bool(has_data)


def _is_earlier(connection: sqlite3.Connection) -> bool:
    """Whether the tables are of the version that can be brought up to date."""
    header = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _HEADER]
    return header == [APPLICATION_ID, UPGRADED]


def is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the tables are there; False for an empty database.

    Raises StartupFault for a database of another program, or of another version of this one.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        return False
    if application != APPLICATION_ID:
        raise StartupFault(
            f"{path}: is an SQLite database of another program; set ODM_SQLITE_PATH to another file"
        )
    if version != SCHEMA_VERSION:
        age = "a newer" if version > SCHEMA_VERSION else "an older"
        raise StartupFault(
            f"{path}: was made by {age} version of ODM (schema {version}; "
            f"this one reads schema {SCHEMA_VERSION})"
        )
    return True
