"""Reading connections to the embedded database, kept open and lent to one answer at a time."""

import os
import sqlite3
from pathlib import Path

from app.contract.admission import Admission
from app.contract.faults import CallFailed, DatabaseUnavailable, Fault, StartupFault
from app.wells.embedded.database import is_ours

CACHE_KIB = 64
"""Page cache of one session: answers are read once through, so more would only take memory."""

_WAIT_FOR_LOCK_SECONDS = 0.05  # spent on the event loop, and only met while a crash is mended


class Session:
    """A reading connection and the file it was opened on."""

    def __init__(self, path: Path) -> None:
        self.identity = _identity(path)
        self.connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_WAIT_FOR_LOCK_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self.connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            is_ours(self.connection, path)  # a file of another version may have been put here
        except StartupFault as fault:
            self.connection.close()
            raise DatabaseUnavailable("The database cannot be read.", str(fault)) from None
        except BaseException:
            self.connection.close()
            raise
        self.connection.text_factory = bytes
        self.version = self.connection.cursor()  # kept, as every answer needs it


class Sessions:
    """At most `size` sessions, opened when first needed.

    `acquire` waits up to `wait_seconds` for one, and raises PoolExhausted then. A session on a file
    that has been replaced since is not used again; a file that is gone raises DatabaseUnavailable.
    """

    def __init__(self, path: Path, size: int, wait_seconds: float) -> None:
        self._path = path
        self._admission = Admission(size, wait_seconds)
        self._idle: list[Session] = []

    @property
    def one_is_free(self) -> bool:
        """Whether `acquire` would not wait."""
        return self._admission.one_is_free

    async def acquire(self) -> Session:
        await self._admission.enter()
        try:
            return self._current()
        except BaseException:
            self._admission.leave()
            raise

    def _current(self) -> Session:
        try:
            identity = _identity(self._path)
            while self._idle:
                session = self._idle.pop()
                if session.identity == identity:
                    return session
                session.connection.close()
            return Session(self._path)
        except FileNotFoundError:
            raise DatabaseUnavailable(
                "The database file is not there.", f"{self._path} has been removed"
            ) from None
        except sqlite3.Error as error:
            raise fault_for(error) from error

    def release(self, session: Session, *, broken: bool = False) -> None:
        """Take a session back; a `broken` one is closed."""
        if broken:
            session.connection.close()
        else:
            self._idle.append(session)
        self._admission.leave()

    def close(self) -> None:
        """Close the idle sessions."""
        while self._idle:
            self._idle.pop().connection.close()


def fault_for(error: sqlite3.Error) -> Fault:
    """The fault for what SQLite says of a file: it can't be read, or lacks something."""
    if "no such" in str(error):
        return CallFailed("The database failed the call.", f"SQLite: {error}")
    return DatabaseUnavailable("The database cannot be read now.", f"SQLite: {error}")


def _identity(path: Path) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 (on the way of every request, and half the time)
    return status.st_dev, status.st_ino
