"""What SQLite says: the faults of a request, and one sentence for whoever starts a command."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.contract.faults import CallFailed, DatabaseUnavailable, Fault, StartupFault

_READ_ONLY = (
    "is read-only, and so can't be written. Check the permissions of the file and its folder"
)
_HINTS = {
    "locked": "is locked by another process; nothing was changed. Try again later",
    "readonly": _READ_ONLY,
    "read-only": _READ_ONLY,
    "unable to open": "can't be opened. Check that its folder exists and may be written",
    "not a database": "is not an SQLite database. Move it away, or set ODM_SQLITE_PATH to "
    "another file",
    "malformed": "is corrupt. Restore it from a copy, or move it away and load the data again",
    "integer overflow": "the totals are more than the database can hold; nothing was changed",
    "full": "no space is left on the disk; nothing was changed",
    "disk I/O": "the disk failed to read or write; nothing was changed",
}
"""What to do, by a part of SQLite's text."""


def fault_for(error: sqlite3.Error) -> Fault:
    """The fault of a request that SQLite fails: the file cannot be read, or lacks something."""
    if "no such" in str(error):
        return CallFailed("The database failed the call.", f"SQLite: {error}")
    return DatabaseUnavailable("The database cannot be read now.", f"SQLite: {error}")


@contextmanager
def startup_faults(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StartupFault, one sentence for whoever started a command."""
    try:
        yield
    except sqlite3.Error as error:
        raise StartupFault(f"{path}: {explain(error)}") from error


def explain(error: sqlite3.Error) -> str:
    """An SQLite error in the words of somebody who has to mend it."""
    text = str(error)
    for sign, hint in _HINTS.items():
        if sign in text:
            return f"{hint} (SQLite: {text})"
    return f"SQLite: {text}"
