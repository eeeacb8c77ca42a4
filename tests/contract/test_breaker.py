"""When a database may be dialled again, by a clock that the test moves."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.contract.breaker import MOST_UNANSWERED, Breaker, Failure, LogonRefused, Schedule
from app.observe.observation import LogonPaused, LogonRestored, Observation, listen
from tests.wire.oracle.client import eventually

REFUSED = Failure("not accepted", "ORA-01017", refused=True)
AWAY = Failure("away", "DPY-6005")


def dial(breaker: Breaker, connect: Callable[[], str], failure: Failure = AWAY) -> str:
    """A session, once it is this caller's turn; a failure is taken for this one."""
    with breaker.turn():
        return breaker.dial(connect, lambda _: failure, lambda _: None)


class Database:
    """Counts the dials, which lead to what `failure` says."""

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self.dials: list[float] = []
        self.now = 1000.0
        self.breaker = Breaker("db", clock=lambda: self.now, part=lambda: 1)

    def connect(self) -> str:
        self.dials.append(self.now - 1000)
        if self.failure:
            raise OSError
        return "session"

    def ask(self) -> str | int:
        """A session, or the Retry-After."""
        try:
            return dial(self.breaker, self.connect, self.failure or AWAY)
        except LogonRefused as refusal:
            seconds = refusal.fault("a test").retry_after
            assert seconds
            return seconds

    def idle_for(self, seconds: float, step: float = 0.5) -> None:
        """Ask each half second, as the poll does."""
        until = self.now + seconds
        while self.now < until:
            self.ask()
            self.now += step


def test_three_refusals_in_a_quarter_of_an_hour() -> None:
    """An account that is refused is tried again after 60 s, 300 s, and each 900 s."""
    database = Database()
    database.failure = REFUSED
    database.idle_for(3600)
    assert database.dials == [0, 60, 360, 1260, 2160, 3060]


@pytest.mark.parametrize("step", [1, 7, 61])
def test_no_four_refusals_in_any_quarter(step: int) -> None:
    """A database that accepts and refuses by turns, or is away in between, is no way round it."""
    database = Database()
    kinds = [REFUSED, None, REFUSED, AWAY, REFUSED, None, None]
    refusals: list[float] = []
    for n in range(20_000 // step):
        database.failure, before = kinds[n % len(kinds)], len(database.dials)
        database.ask()
        if database.failure is REFUSED and len(database.dials) > before:
            refusals.append(database.dials[-1])
        database.now += step
    assert len(refusals) > 10
    assert all(late - early > 800 for early, late in zip(refusals, refusals[3:], strict=False))


def test_retry_after_is_true() -> None:
    """Whoever is sent away is told when the next dial is due, to the second, and not sooner."""
    database = Database()
    database.failure = REFUSED
    assert database.ask() == 60
    database.now += 13.2
    assert database.ask() == 47
    assert len(database.dials) == 1


def test_away() -> None:
    """A database that is away is dialled after .5 s, 1 s, 2 s ..., and then each 15 s."""
    database = Database()
    database.failure = AWAY
    database.idle_for(60)
    assert database.dials == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 45.5]
    database.failure = None
    database.now += 15
    assert database.ask() == "session"
    database.failure = AWAY
    assert database.ask() == 1


def broken() -> str:
    """What the driver may do."""
    raise OSError


def test_jitter() -> None:
    """Pauses differ from one process to the next; none is longer than it is said to be."""
    seconds = set()
    for _ in range(20):
        breaker = Breaker("db", Schedule(away=1000, away_longest=1000), clock=lambda: 0)
        with pytest.raises(LogonRefused) as info:
            dial(breaker, broken)
        seconds.add(info.value.seconds)
    assert len(seconds) > 10
    assert all(750 <= each <= 1000 for each in seconds)


def test_told_once_at_each_change() -> None:
    """The log has a line when a pause begins, when it gets longer, and when it is over."""
    told: list[Observation] = []
    end = listen(told.append)
    database = Database()
    database.failure = REFUSED
    database.idle_for(4000)
    database.failure = None
    database.idle_for(1000)
    end()
    paused = [each.seconds for each in told if isinstance(each, LogonPaused)]
    assert paused == [60, 300, 900]
    assert isinstance(told[-1], LogonRestored)
    assert len(told) == 4


def test_one_at_a_time() -> None:
    """Many who ask at once dial one after the other, and not at all once the first has failed."""
    go_on, begun = threading.Event(), threading.Event()
    dials = []

    def connect() -> str:
        dials.append(1)
        begun.set()
        go_on.wait(20)
        raise OSError

    breaker = Breaker("db")

    def ask() -> bool:
        with pytest.raises(LogonRefused):
            dial(breaker, connect, REFUSED)
        return True

    with ThreadPoolExecutor(4) as callers:
        asked = [callers.submit(ask) for _ in range(4)]
        begun.wait(20)
        go_on.set()
        assert all(each.result() for each in asked)
    assert len(dials) == 1


def test_while_one_tries_again() -> None:
    """While one tries whether a pause is over, the others are sent away and do not wait for it."""
    database = Database()
    database.failure = AWAY
    assert database.ask() == 1
    database.now += 60
    go_on, begun = threading.Event(), threading.Event()

    def connect() -> str:
        begun.set()
        assert go_on.wait(20)
        return "session"

    with ThreadPoolExecutor(1) as first:
        trying = first.submit(dial, database.breaker, connect)
        begun.wait(20)
        assert database.ask() == 1
        go_on.set()
        assert trying.result() == "session"
    assert len(database.dials) == 1


def test_many_sessions() -> None:
    """Many who ask at once of a database that accepts each get a session, one after the other."""
    at_once, most = 0, 0

    def connect() -> str:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.001)
        at_once -= 1
        return "session"

    breaker = Breaker("db")
    with ThreadPoolExecutor(8) as callers:
        assert set(callers.map(lambda _: dial(breaker, connect), range(50))) == {"session"}
    assert most == 1


def test_silent_dial() -> None:
    """A log-on without an answer is given up; a session that comes of it later is discarded."""
    go_on = threading.Event()
    discarded: list[str] = []

    def connect() -> str:
        go_on.wait(20)
        return "session"

    breaker = Breaker("db", patience=0.05)
    with breaker.turn(), pytest.raises(LogonRefused, match="cannot be reached") as info:
        breaker.dial(connect, lambda _: REFUSED, discarded.append)
    assert not info.value.failure.refused
    assert not discarded
    go_on.set()
    eventually(lambda: discarded == ["session"])


def test_silent_for_ever() -> None:
    """No more than a few log-ons without an answer go on; once they end, the next is tried."""
    go_on = threading.Event()
    dials = []

    def connect() -> str:
        dials.append(1)
        go_on.wait(20)
        raise OSError

    database = Database()
    database.breaker = Breaker("db", patience=0.01, clock=lambda: database.now)
    for _ in range(MOST_UNANSWERED + 3):
        with pytest.raises(LogonRefused):
            dial(database.breaker, connect)
        database.now += 60
    assert len(dials) == MOST_UNANSWERED
    go_on.set()

    def answers() -> bool:
        database.now += 60
        return database.ask() == "session"

    eventually(answers)
