"""The sessions: reading connections to the file, kept open and lent to one answer at a time."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.contract.admission import Admission
from app.contract.faults import DatabaseUnavailable, StartupFault
from app.wells.embedded.database import is_ours
from app.wells.embedded.errors import fault_for

CACHE_KIB = 64
"""Page cache of one session: answers are read once through, so more would only take memory."""

_LOCK_WAIT_SECONDS = 0.05  # spent on the event loop, and only met while a crash is mended


class Session:
    """A reading connection, and the file that it was opened on.

    Raises DatabaseUnavailable for a file of another version, and sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        self.identity = _identity(path)
        self.connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_LOCK_WAIT_SECONDS,
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


class SessionPool:
    """At most `size` sessions, opened when first needed.

    A session on a file that has been replaced since is not used again.
    """

    def __init__(self, path: Path, size: int, wait_seconds: float) -> None:
        self._path = path
        self._admission = Admission(size, wait_seconds)
        self._idle: list[Session] = []

    @property
    def one_is_free(self) -> bool:
        """Whether `take` would not wait."""
        return self._admission.one_is_free

    async def take(self) -> Session:
        """A session, which the caller gives back or drops.

        Raises PoolExhausted when none becomes free within `wait_seconds`, and DatabaseUnavailable
        when the file is gone or cannot be read.
        """
        await self._admission.enter()
        try:
            return self._current()
        except BaseException:
            self._admission.leave()
            raise

    def _current(self) -> Session:
        """An idle session on the file that is there now, or a new one."""
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

    def give_back(self, session: Session) -> None:
        """Keep a session that is as good as new for the next answer."""
        self._idle.append(session)
        self._admission.leave()

    def drop(self, session: Session) -> None:
        """Close a session that must not be used again."""
        session.connection.close()
        self._admission.leave()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Session]:
        """A session for as long as the block runs. Raises the fault for what SQLite says in it."""
        session = await self.take()
        try:
            yield session
        except BaseException as error:
            self.drop(session)
            if isinstance(error, sqlite3.Error):
                raise fault_for(error) from error
            raise
        self.give_back(session)

    def close(self) -> None:
        """Close the idle sessions."""
        while self._idle:
            self._idle.pop().connection.close()


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another one of the same name."""
    status = os.stat(path)  # noqa: PTH116 (on the way of every request, and half the time)
    return status.st_dev, status.st_ino
