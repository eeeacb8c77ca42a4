"""The sessions: when one is opened, which of them may be used again, and when one is closed.

What blocks here runs in worker threads, as many as there are sessions. Two things make the driver
end the whole process (python-oracledb 26.1.0, thin), and so are never done: `is_healthy()` with
anything after it on a session that was lost, and `call_timeout` or `cancel()` on a session after a
call has failed on it. A session on which a call failed is only dropped.

The driver's own pool is not used: asked for one session it logs on twice, in a thread that nobody
else controls, and a password that is refused so often locks the account.
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
from app.contract.breaker import Breaker, LogonRefused
from app.contract.faults import StartupFault
from app.wells.oracle.database import check_place, close_quietly, log_on, use_client
from app.wells.oracle.errors import TIMED_OUT, failure_of, kind_of, one_line
from app.wells.settings import WellsSettings

log = logging.getLogger("odm.oracle")

_T = TypeVar("_T")

HELD_SECONDS = 10
"""How long a session is used before its age and its health are looked at again.

A ping is where a database that is to be maintained parts with a session that it wants to be rid of;
without one it would do so in the middle of a call.
"""

IDLE_SECONDS = 30
"""After so long without use a session is asked whether it is still there before it is used."""

PING_SECONDS = 1
"""How long that may take; the driver waits as long again before it gives up."""

CLOSE_SECONDS = 5
"""How long the shutdown waits for broken calls to end, and for sessions to be logged off."""

_MILLISECONDS = 1000


class Session:
    """A connection, and when what was last done with it."""

    def __init__(self, connection: oracledb.Connection) -> None:
        self.connection = connection
        self.born = self.held_since = self.used_at = time.monotonic()


class SessionPool:
    """At most `ORACLE_POOL_SIZE` sessions, and as many worker threads and places for requests."""

    def __init__(self, settings: WellsSettings, breaker: Breaker) -> None:
        """`breaker` stands before the database, whichever pool dials it."""
        self._settings = settings
        self._breaker = breaker
        self._size = settings.oracle_pool_size
        self.admission = Admission(self._size, settings.odm_pool_wait_seconds)
        self._workers = ThreadPoolExecutor(self._size, "odm-oracle")
        self._all: set[Session] = set()
        self._all_lock = threading.Lock()
        self._idle: deque[Session] = deque()
        self._filler = ThreadPoolExecutor(1, "odm-oracle-fill")
        self._closer = ThreadPoolExecutor(1, "odm-oracle-close")
        self._filling = False
        self._closing = False
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
            check_place(settings)
        except oracledb.Error as error:
            setting = "ORACLE_DSN" if settings.oracle_dsn else "ORACLE_HOST"
            raise StartupFault(f"{setting}: {one_line(error)}") from None
        self._fill_soon()

    async def close(self) -> None:
        """Wait a little for broken calls to end, then log every session off."""
        if self._background:
            await asyncio.wait(self._background, timeout=CLOSE_SECONDS)
        self._closing = True
        self._idle.clear()
        loop = asyncio.get_running_loop()
        filled = loop.run_in_executor(self._filler, lambda: None)
        await asyncio.wait({filled}, timeout=CLOSE_SECONDS)
        for session in list(self._all):
            self.drop(session)
        closed = loop.run_in_executor(self._closer, lambda: None)
        await asyncio.wait({closed}, timeout=CLOSE_SECONDS)
        for executor in (self._filler, self._closer, self._workers):
            executor.shutdown(wait=False, cancel_futures=True)

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

    def take(self, deadline: float, who: str) -> Session:
        """A session: an idle one, pinged where that is due, or a new one.

        After `deadline` (seconds of the monotonic clock) nothing new is tried. Raises what the
        driver raises of a session, and the fault for `who` when there is none to be had.
        """
        while True:
            if (session := self._at_hand()) is None:
                try:
                    session = self._at_hand_or_dial()
                except LogonRefused as refusal:
                    raise refusal.fault(who) from refusal.__cause__
            if self._is_old(session):
                session = self._instead_of(session)
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
                self._fill_up()
                return session

    def _at_hand(self) -> Session | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _at_hand_or_dial(self) -> Session:
        with self._breaker.turn():
            if (session := self._at_hand()) is None:
                session = self._dial()
        self._fill_soon()
        return session

    def drop(self, session: Session) -> None:
        """Have a session closed that must not be used again; nobody waits for that."""
        with self._all_lock:
            self._all.discard(session)
        with suppress(RuntimeError):  # the pool is closed
            self._closer.submit(close_quietly, session.connection)
        self._fill_soon()

    def _drop_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self.drop(self._idle.pop())

    def lost(self) -> None:
        """Note that a session was lost: the others are pinged before they are used again."""
        self._lost_at = time.monotonic()

    def _look_at(self, session: Session) -> None:
        now = time.monotonic()
        idle, held = now - session.used_at, now - session.held_since
        if session.used_at <= self._lost_at or idle > IDLE_SECONDS or held > HELD_SECONDS:
            session.connection.call_timeout = int(PING_SECONDS * _MILLISECONDS)
            session.connection.ping()
            session.held_since = now

    def _instead_of(self, old: Session) -> Session:
        """A new session, or the old one where none is to be had: that is better than none."""
        try:
            with self._breaker.turn():
                session = self._dial()
        except LogonRefused:
            return old
        self.drop(old)
        return session

    def _is_old(self, session: Session) -> bool:
        lifetime = self._settings.oracle_session_lifetime_seconds
        return bool(lifetime) and time.monotonic() - session.born > lifetime

    def _dial(self) -> Session:
        """A new session; only within a turn, so that there never is one too many."""
        connection = self._breaker.dial(self._log_on, failure_of, close_quietly)
        session = Session(connection)
        with self._all_lock:
            self._all.add(session)
        return session

    def _log_on(self) -> oracledb.Connection:
        return log_on(self._settings, self._settings.oracle_connect_timeout_seconds)

    def _fill_soon(self) -> None:
        """Begin to dial for the sessions that are missing, so that no burst has to."""
        if self._size > 1 and not self._closing:
            with suppress(RuntimeError):  # it has been closed meanwhile
                self._filler.submit(self._fill)

    def _fill_up(self) -> None:
        """Fill the pool where that was begun while the database was away, and came to nothing."""
        if len(self._all) < self._size and not self._filling:
            self._fill_soon()

    def _fill(self) -> None:
        self._filling = True
        try:
            with suppress(LogonRefused):
                while not self._closing:
                    with self._breaker.turn():
                        if len(self._all) >= self._size:
                            return
                        self.give_back(self._dial())
        finally:
            self._filling = False
