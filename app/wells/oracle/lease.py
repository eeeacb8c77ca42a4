"""The lease of a session to one answer: from admission until it is given back or dropped."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import oracledb

from app.contract.faults import CallTimedOut, Fault
from app.observe.observation import CallBroken, tell
from app.wells.oracle.errors import LOST, fault_for, kind_of, one_line
from app.wells.oracle.pool import Session, SessionPool

_T = TypeVar("_T")

MODULE = "ODM"
"""V$SESSION.MODULE; ACTION is the procedure, CLIENT_INFO the request's id, which the caller may
choose, and CLIENT_IDENTIFIER who the guard says that it is."""

GRACE_SECONDS = 1
"""How long the caller waits on for what the database says to a broken call."""


class LeaseAbandoned(Exception):
    """Nobody waits for this work any more."""


class Lease:
    """Runs one answer's blocking work on one session, within the time that the answer has.

    Work that takes too long, or whose request is cancelled, is broken in the database; the session
    is dropped when the driver has come back with it, and only then the place in the pool is free.
    """

    def __init__(
        self, pool: SessionPool, procedure: str, request_id: str, subject: str, seconds: float
    ) -> None:
        """`seconds` is the answer's time in all. The pool's admission has been entered for it."""
        self._pool = pool
        self._procedure = procedure
        self._request_id = request_id
        self._subject = subject
        self._limit = self._seconds_left = seconds
        self._deadline = 0.0
        self._session: Session | None = None
        self._session_lock = threading.Lock()
        self._abandoned = False
        self._over = False

    # -- on the event loop --------------------------------------------------------------------

    async def run(self, work: Callable[[], _T]) -> _T:
        """Run the work in a worker thread.

        Raises CallTimedOut when the answer's time is over, and what `work` raises, with the
        driver's errors turned into faults.
        """
        began = time.monotonic()
        self._deadline = began + self._seconds_left
        job: asyncio.Future[_T] = self._pool.in_worker(self._guarded, work)
        try:
            await asyncio.wait({job}, timeout=max(self._seconds_left, 0))
            if not job.done():
                self._break(job)
                await asyncio.wait({job}, timeout=GRACE_SECONDS)
                raise CallTimedOut(
                    f"The database needed more than {self._limit:g} s for this answer.",
                    f"{self._procedure}: call broken; {_outcome(job)}",
                )
        except asyncio.CancelledError:
            self._break(job)
            raise
        self._seconds_left -= time.monotonic() - began
        try:
            return job.result()
        finally:
            del job  # else its error would hold this frame, which holds it, and both the session

    def end(self, last_work: Callable[[], None] | None = None) -> None:
        """Give the session back, after `last_work` on it, for which nobody waits."""
        if self._over:
            return
        self._over = True
        if self._session and last_work:
            self._deadline = time.monotonic() + max(self._seconds_left, GRACE_SECONDS)
            job = self._pool.in_worker(self._guarded, last_work)
            self._pool.in_background(self._end_after(job))
        else:
            self._give_back()

    def _break(self, job: "asyncio.Future[_T]") -> None:
        """Stop work that is under way, once: the driver allows for one break a session."""
        if self._over:
            return
        self._over = self._abandoned = True
        tell(CallBroken(self._procedure))
        if self._session and not job.done():
            breaking = asyncio.get_running_loop().run_in_executor(None, self._cancel)
            self._pool.in_background(self._end_after(job, breaking))
        else:
            self._pool.in_background(self._end_after(job))

    async def _end_after(self, *work: "asyncio.Future[Any]") -> None:
        await asyncio.wait(work)
        for future in work:
            future.exception()  # whoever waited has been told
        if self._abandoned and self._session:
            await self._pool.in_worker(self._drop)
        self._give_back()

    def _give_back(self) -> None:
        if self._session:
            self._pool.give_back(self._session)
            self._session = None
        self._pool.admission.leave()

    # -- in worker threads --------------------------------------------------------------------

    def connection(self) -> oracledb.Connection:
        """The session to use for the next round trip, with its time limit set.

        The limit is the driver's, and a little longer than the service's own: it ends the wait for
        a host that is gone, to which no break gets through.
        """
        if self._session is None:
            session = self._pool.take(self._deadline, self._procedure)
            session.connection.module = MODULE
            session.connection.action = self._procedure
            session.connection.clientinfo = self._request_id
            session.connection.client_identifier = self._subject
            self._session = session
        if self._abandoned:  # (`_break` marks first and then looks for a session)
            raise LeaseAbandoned
        connection = self._session.connection
        seconds = max(self._deadline - time.monotonic(), 0) + GRACE_SECONDS
        connection.call_timeout = int(seconds * 1000)
        return connection

    def drop_if_broken(self, error: oracledb.Error | OSError) -> None:
        """Drop the session if the error says that it is not sound."""
        kind = kind_of(error)
        if kind is LOST:
            self._pool.lost()
        if not kind.keeps_session:
            self._drop()

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except (oracledb.Error, OSError) as error:
            self.drop_if_broken(error)
            raise fault_for(error, self._procedure) from error
        except Fault:
            raise
        except BaseException:
            self._drop()  # whatever it was, it was not foreseen
            raise

    def _cancel(self) -> None:
        with self._session_lock:  # never on a session that is being closed
            if self._session:
                self._session.connection.cancel()

    def _drop(self) -> None:
        with self._session_lock:
            session, self._session = self._session, None
        if session:
            self._pool.drop(session)


def _outcome(job: "asyncio.Future[_T]") -> str:
    if not job.done():
        return "the database has not reacted yet"
    error = job.exception()
    if isinstance(error, Fault) and error.__cause__:
        return one_line(error.__cause__)
    return one_line(error) if error else "it ended in the same moment"
