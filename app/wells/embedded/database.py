"""The file of the embedded database: how it is made, checked and written."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.contract.faults import StartupFault
from app.wells.embedded.errors import startup_faults

SQL = Path(__file__).parents[3] / "database" / "sqlite"
APPLICATION_ID = 0x4F444D31  # "ODM1", in the file's header: whose database it is
SCHEMA_VERSION = 2
OLDEST_SQLITE = (3, 38, 0)  # STRICT tables and built-in JSON functions
_LOCK_WAIT_SECONDS = 30  # another process may be making the database, or loading into it


def decimal_text(value: int, places: int) -> str:
    """`value` / 10**`places` in the shortest form: (-36980, 3) is "-36.98", (5000, 3) is "5".

    `places` is 1 or more.
    """
    if value < 0:
        return f"-{decimal_text(-value, places)}"
    digits = str(value).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def read_sql(name: str) -> str:
    """A statement of `database/sqlite/`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


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
    """Make the tables in an empty file; refuse a file that is not ours or of another version."""
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


def execute_script(connection: sqlite3.Connection, name: str) -> None:
    """Run a script of `database/sqlite/` within the caller's transaction.

    (`executescript` would commit that transaction before the first statement.)
    """
    statement = ""
    for line in read_sql(name).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, or roll all of it back. It takes the write lock at once.

    Within another transaction it is a part of that one.
    """
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite has rolled back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise
