"""The sessions: the driver's pool, and which of its sessions may be used again.

What blocks here runs in worker threads, as many as there are sessions. Two things make the driver
end the whole process (python-oracledb 26.1.0, thin), and so are never done: `is_healthy()` with
anything after it on a session that was lost, and `call_timeout` or `cancel()` on a session after a
call has failed on it. A session on which a call failed is only dropped.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import oracledb

from app.contract.admission import Admission
from app.contract.faults import StartupFault
from app.wells.oracle.database import SET_UP, connect_options, use_client
from app.wells.oracle.errors import LOST, REFUSED, TIMED_OUT, UNREACHABLE, kind_of, one_line
from app.wells.settings import WellsSettings

log = logging.getLogger("odm.oracle")

_T = TypeVar("_T")

HELD_SECONDS = 10
"""How long a session is used before it passes through the driver's pool again.

Giving a session back costs a round trip on Oracle 21c and later (it tells the database that a
request has ended, so that it can drain sessions before maintenance), and the driver's pool stands
still for it. A busy session is therefore kept, and goes through the pool and its checks at times.
"""

IDLE_SECONDS = 30
"""After so long without use a session is asked whether it is still there before it is used."""

PING_SECONDS = 1
"""How long that may take; the driver waits as long again before it gives up."""

CLOSE_SECONDS = 5
"""How long the shutdown waits for broken calls to end, and for sessions to be logged off."""

_MILLISECONDS = 1000


class Session:
    """A connection out of the driver's pool."""

    def __init__(self, connection: oracledb.Connection) -> None:
        self.connection = connection
        self.held_since = self.used_at = time.monotonic()


class SessionPool:
    """At most `ORACLE_POOL_SIZE` sessions, and as many worker threads and places for requests."""

    def __init__(self, settings: WellsSettings) -> None:
        self._settings = settings
        self._size = settings.oracle_pool_size
        self.admission = Admission(self._size, settings.odm_pool_wait_seconds)
        self._workers = ThreadPoolExecutor(self._size, "odm-oracle")
        self._driver_pool: oracledb.ConnectionPool | None = None
        self._creation = threading.Lock()
        self._idle: deque[Session] = deque()
        self._lost_at = 0.0
        self._background: set[asyncio.Task[None]] = set()

    # -- on the event loop --------------------------------------------------------------------

    async def open(self) -> None:
        """Check the settings and begin to connect; the database may be down.

        Raises StartupFault naming the setting that is wrong.
        """
        settings = self._settings
        use_client(settings)
        try:
            await self.in_worker(self._pool)
        except oracledb.Error as error:
            # A thick pool connects while it is made. That may fail now and succeed later.
            later = kind_of(error) in (LOST, UNREACHABLE, REFUSED, TIMED_OUT)
            unknown_alias = "ORA-12154" in one_line(error)
            if (later and not unknown_alias) or isinstance(error, oracledb.OperationalError):
                log.warning("no session yet: %s", one_line(error))
            else:
                setting = "ORACLE_DSN" if settings.oracle_dsn else "ORACLE_HOST"
                raise StartupFault(f"{setting}: {one_line(error)}") from None

    async def close(self) -> None:
        """Wait a little for broken calls to end, then log every session off."""
        if self._background:
            await asyncio.wait(self._background, timeout=CLOSE_SECONDS)
        self._idle.clear()
        pool = self._driver_pool
        if pool:
            closing = asyncio.get_running_loop().run_in_executor(None, pool.close, True)
            await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
            if closing.done() and (error := closing.exception()):
                log.warning("while closing the pool: %s", one_line(error))
        self._workers.shutdown(wait=False)

    def in_worker(self, work: Callable[..., _T], *arguments: object) -> "asyncio.Future[_T]":
        """Begin blocking work in a worker thread."""
        return asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin work that no request waits for; `close` does."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def give_back(self, session: Session) -> None:
        """Keep a session that is as good as new for the next answer."""
        session.used_at = time.monotonic()
        self._idle.append(session)

    # -- in worker threads --------------------------------------------------------------------

    def take(self, deadline: float) -> Session:
        """A session: an idle one, pinged where that is due, or a new one.

        After `deadline` (seconds of the monotonic clock) nothing new is tried. Raises what the
        driver raises.
        """
        while True:
            try:
                session = self._idle.pop()
            except IndexError:
                return self._acquire(deadline)
            try:
                self._look_at(session)
            except (oracledb.Error, OSError) as error:
                log.info("session dropped, lost while idle: %s", one_line(error))
                self.drop(session)
                if kind_of(error) is TIMED_OUT:  # the host is silent to the others just as well
                    self._drop_idle()
                if time.monotonic() > deadline:
                    raise
            else:
                return session

    def drop(self, session: Session) -> None:
        """Close a session that must not be used again."""
        if self._driver_pool:
            with suppress(oracledb.Error):
                self._driver_pool.drop(session.connection)

    def _drop_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self.drop(self._idle.pop())

    def lost(self) -> None:
        """Note that a session was lost: the others are pinged before they are used again."""
        self._lost_at = time.monotonic()

    def _look_at(self, session: Session) -> None:
        now = time.monotonic()
        if session.used_at <= self._lost_at or now - session.used_at > IDLE_SECONDS:
            session.connection.call_timeout = int(PING_SECONDS * _MILLISECONDS)
            session.connection.ping()
        if now - session.held_since > HELD_SECONDS:
            pool = self._pool()
            pool.release(session.connection)
            session.connection = pool.acquire()
            session.held_since = now

    def _acquire(self, deadline: float) -> Session:
        for attempts_left in range(self._size, -1, -1):
            try:
                return Session(self._pool().acquire())
            except oracledb.Error as error:  # noqa: PERF203 (each attempt may fail)
                # The driver may still hold some that it made before the connection was lost.
                late = time.monotonic() > deadline
                if late or not attempts_left or kind_of(error) is not LOST:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _pool(self) -> oracledb.ConnectionPool:
        with self._creation:
            if self._driver_pool is None:
                self._driver_pool = oracledb.create_pool(**self._options())
            return self._driver_pool

    def _options(self) -> dict[str, Any]:
        limit = self._settings.oracle_connect_timeout_seconds
        return {
            **connect_options(self._settings),
            "min": self._size,
            "max": self._size,
            "getmode": oracledb.POOL_GETMODE_TIMEDWAIT,
            # More than connecting may take, so that its own error is met first.
            "wait_timeout": int((limit + 1) * _MILLISECONDS),
            "max_lifetime_session": self._settings.oracle_session_lifetime_seconds,
            "session_callback": self._set_up,
        }

    def _set_up(self, connection: oracledb.Connection, _tag: str) -> None:
        """Set up a new session: how the package relies on numbers and dates being written."""
        connection.call_timeout = int(self._settings.oracle_connect_timeout_seconds * _MILLISECONDS)
        try:
            with connection.cursor() as cursor:
                cursor.execute(SET_UP)
        except oracledb.Error:
            self._pool().drop(connection)
            raise
