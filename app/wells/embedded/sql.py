"""Statements of `database/sqlite/` and how they are run; decimals as text."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SQL = Path(__file__).parents[3] / "database" / "sqlite"
_CREATED = re.compile(r"^CREATE (?:TABLE|VIEW|INDEX) (\w+)", re.MULTILINE)


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


def execute_script(connection: sqlite3.Connection, name: str) -> None:
    """Run a script of `database/sqlite/` within the caller's transaction.

    (`executescript` would commit that transaction before the first statement.)
    """
    for statement in _statements(name):
        connection.execute(statement)


def create(connection: sqlite3.Connection, *names: str) -> None:
    """Create these tables, views and indexes as the schema has them, in its order."""
    for statement in _statements("schema"):
        created = _CREATED.search(statement)
        if created and created[1] in names:
            connection.execute(statement)


def _statements(name: str) -> Iterator[str]:
    statement = ""
    for line in read_sql(name).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
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
