"""When a database may be dialled again that has refused a log-on, or could not be reached.

A database locks an account after some refused log-ons, and one that is starting has other things to
do than to refuse thousands of connections. One breaker stands before each database of a process:
whoever wants a new session dials through it, one at a time, and while it pauses nobody dials.
"""

import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from app.contract.faults import DatabaseUnavailable
from app.observe.observation import LogonPaused, LogonRestored, tell

_T = TypeVar("_T")

SHORTEST_OF_PAUSE = 0.75
"""A pause for a database that is away is at least this part of its full length, by chance: the
processes of one service do not come back all in one moment. It never is longer, so that the poll
finds a pause of its own length over."""


@dataclass(frozen=True)
class Schedule:
    """How long the pauses are, in seconds."""

    refused: tuple[float, ...] = (60, 300, 900)
    """After the first refusal of the credentials, the second, and every further one: no more than
    three in 15 minutes, where Oracle's default profile locks the account after ten."""
    away: float = 0.5
    """After the first dial that led nowhere; each further one doubles it."""
    away_longest: float = 15
    forgotten: float = 900
    """Refusals count from the first again when the last is older, and a log-on came after it."""


@dataclass(frozen=True)
class Failure:
    """A dial that led to no session."""

    detail: str
    """For the caller."""
    cause: str
    """For the log."""
    refused: bool = False
    """Whether the database refused the credentials, which counts towards locking the account."""


_SILENT = Failure("The database cannot be reached.", "the log-on has had no answer")

MOST_UNANSWERED = 4
"""So many log-ons that nobody waits for any more may go on, each with a thread and a connection: a
driver cannot be told to stop. Beyond them nobody dials until one of them has ended."""


@dataclass(frozen=True)
class State:
    """What is known from the dials so far. Times are of the monotonic clock."""

    failure: Failure | None = None
    """Of the last dial; None: it led to a session, or there was none."""
    paused_until: float = 0.0
    pause: float = 0.0
    """The pause's full length."""
    away: int = 0
    """Dials one after the other that led nowhere."""
    refusals: int = 0
    refused_at: float = -math.inf

    def seconds_left(self, now: float) -> float:
        """How long nobody may dial; 0 or less when one may."""
        return self.paused_until - now if self.failure else 0.0


def after_success(state: State) -> State:
    """The state after a dial that led to a session. Refusals are remembered for a while."""
    return State(refusals=state.refusals, refused_at=state.refused_at)


def after_failure(
    state: State, failure: Failure, now: float, schedule: Schedule, part: float
) -> State:
    """The state after a dial that failed; `part` of a pause for a database that is away is kept."""
    if not failure.refused:
        pause = min(schedule.away * 2**state.away, schedule.away_longest)
        return replace(
            state,
            failure=failure,
            pause=pause,
            paused_until=now + pause * part,
            away=min(state.away + 1, 30),
        )
    anew = state.failure is None and now - state.refused_at > schedule.forgotten
    refusals = 1 if anew else state.refusals + 1
    pause = schedule.refused[min(refusals, len(schedule.refused)) - 1]
    return State(failure, now + pause, pause, refusals=refusals, refused_at=now)


class LogonRefused(Exception):
    """There is no session, and nothing to be gained by asking for one before some seconds."""

    def __init__(self, failure: Failure, seconds: float, *, dialled: bool) -> None:
        super().__init__(failure.detail)
        self.failure = failure
        self.seconds = seconds
        self.dialled = dialled
        """Whether the database was dialled for it, or has been spared."""

    def fault(self, who: str) -> DatabaseUnavailable:
        """The fault for the request; its cause names who wanted the session."""
        seconds = max(math.ceil(self.seconds), 1)
        spared = "" if self.dialled else f"no log-on for another {seconds} s after: "
        fault = DatabaseUnavailable(self.failure.detail, f"{who}: {spared}{self.failure.cause}")
        fault.retry_after = seconds
        return fault


class Breaker:
    """Lets one dial at a time through to a database, and none during a pause.

    Its methods block, and are called in worker threads.
    """

    def __init__(
        self,
        database: str,
        schedule: Schedule | None = None,
        *,
        patience: float = 5,
        clock: Callable[[], float] = time.monotonic,
        part: Callable[[], float] = lambda: random.uniform(SHORTEST_OF_PAUSE, 1),  # noqa: S311
    ) -> None:
        """`database` is its name in the log; `patience` how many seconds a dial may take."""
        self._database = database
        self._schedule = schedule or Schedule()
        self._patience = patience
        self._clock = clock
        self._part = part
        self._state = State()
        self._turn = threading.Condition()
        self._taken = False
        self._unanswered: set[Future[Any]] = set()

    @property
    def pausing(self) -> bool:
        """Whether the last dial failed."""
        return self._state.failure is not None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to dial, which nobody else has meanwhile.

        Raises LogonRefused at once while somebody else tries whether a pause is over.
        """
        with self._turn:
            while self._taken:
                self._raise_failure(probed=True)
                self._turn.wait()
            self._taken = True
        try:
            yield
        finally:
            with self._turn:
                self._taken = False
                if self.pausing:
                    self._turn.notify_all()  # none of them needs to wait for its turn
                else:
                    self._turn.notify()

    def dial(
        self,
        log_on: Callable[[], _T],
        failure_of: Callable[[Exception], Failure],
        discard: Callable[[_T], None],
    ) -> _T:
        """The session that `log_on` opens, within a turn.

        Raises LogonRefused: at once during a pause, and when `log_on` fails or takes too long. A
        session that comes too late is given to `discard`.
        """
        self._raise_failure()
        try:
            session = self._answer(log_on, discard)
        except Exception as error:
            silent = isinstance(error, _Unanswered)
            raise self._failed(_SILENT if silent else failure_of(error)) from error
        self._succeeded()
        return session

    def _answer(self, log_on: Callable[[], _T], discard: Callable[[_T], None]) -> _T:
        if len(self._unanswered) >= MOST_UNANSWERED:
            raise _Unanswered
        answer: Future[_T] = Future()
        self._unanswered.add(answer)
        attempt = threading.Thread(
            target=self._attempt, args=(answer, log_on, discard), name="odm-log-on", daemon=True
        )
        attempt.start()
        try:
            wait({answer}, self._patience)
            if answer.cancel():
                raise _Unanswered
            return answer.result()
        finally:
            del answer  # else its error would hold this frame, which holds it, and both the session

    def _attempt(
        self, answer: "Future[_T]", log_on: Callable[[], _T], discard: Callable[[_T], None]
    ) -> None:
        try:
            session = log_on()
        except Exception as error:  # noqa: BLE001 (whoever waits for it is told)
            if answer.set_running_or_notify_cancel():
                answer.set_exception(error)
        else:
            if answer.set_running_or_notify_cancel():
                answer.set_result(session)
            else:
                discard(session)
        finally:
            self._unanswered.discard(answer)
            del answer

    def _raise_failure(self, *, probed: bool = False) -> None:
        state = self._state
        seconds = state.seconds_left(self._clock())
        if state.failure and (probed or seconds > 0):
            raise LogonRefused(state.failure, seconds, dialled=False)

    def _failed(self, failure: Failure) -> LogonRefused:
        before, now = self._state, self._clock()
        state = after_failure(before, failure, now, self._schedule, self._part())
        self._state = state
        was = before.failure
        if was is None or state.pause > before.pause or was.refused != failure.refused:
            tell(LogonPaused(self._database, state.pause, failure.detail, failure.cause))
        return LogonRefused(failure, state.seconds_left(now), dialled=True)

    def _succeeded(self) -> None:
        restored, self._state = self.pausing, after_success(self._state)
        if restored:
            tell(LogonRestored(self._database))


class _Unanswered(Exception):
    """The database has not said yes or no in time."""
