"""How the service knows which version of the data there is, whatever the database does."""

import asyncio
import datetime
import logging
from types import SimpleNamespace

import pytest

from app.answers.answers import Answers
from app.answers.versions import REMEMBERED, Feed, Versions
from app.contract.faults import DatabaseUnavailable, Fault
from app.contract.gateway import Call, Version
from app.settings import Settings
from app.web.events import Listeners

pytestmark = pytest.mark.anyio

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def version(number: int, **changes: int) -> Version:
    return Version(f"{number:016x}", START + datetime.timedelta(seconds=number), changes)


class Database:
    """A database that tells a version, or fails, or is slow, as the test wants it."""

    name = "told"
    kind = "told"
    at_once = False

    def __init__(self) -> None:
        self.tells: Version | Exception = version(1)
        self.asked = 0
        self.hold: asyncio.Event | None = None

    async def version(self) -> Version:
        self.asked += 1
        told = self.tells
        if self.hold:
            await self.hold.wait()
        if isinstance(told, Exception):
            raise told
        return told

    async def open(self) -> None: ...

    async def call(self, call: Call) -> None:
        raise NotImplementedError

    async def check(self) -> None: ...

    async def close(self) -> None: ...


async def until(condition: "object") -> None:
    for _ in range(30_000):
        if condition():  # type: ignore[operator]
            return
        await asyncio.sleep(0.001)
    raise AssertionError


async def test_it_is_asked_once_for_all() -> None:
    """However many want to know, and however slow it is: one question is under way."""
    database = Database()
    database.hold = asyncio.Event()
    versions = Versions(database, 60)  # type: ignore[arg-type]
    waiting = [asyncio.ensure_future(versions.current()) for _ in range(100)]
    await asyncio.sleep(0.01)
    database.hold.set()
    assert await asyncio.gather(*waiting) == [version(1)] * 100
    assert await versions.current() == version(1)
    assert database.asked == 1
    await versions.close()


async def test_it_is_learnt_by_polling() -> None:
    """A change by somebody else is found out, with the subjects that differ."""
    database = Database()
    database.tells = version(1, wells=1, prices=1)
    versions = Versions(database, 0.01)  # type: ignore[arg-type]
    versions.open()
    await until(lambda: versions.known == version(1))
    database.tells = version(2, wells=2, prices=1, budgets=1)
    await until(lambda: versions.known == version(2))
    assert [change.subjects for change in versions.feed.changes] == [None, ("budgets", "wells")]
    asked = database.asked
    await until(lambda: database.asked > asked + 3)  # it goes on
    assert len(versions.feed.changes) == 2
    await versions.close()


async def test_it_holds_for_two_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from when the question was put: a slow answer may be out of date on arrival."""
    now = 1_000.0
    monkeypatch.setattr("app.answers.versions.time", SimpleNamespace(monotonic=lambda: now))
    database = Database()
    versions = Versions(database, 0.5)  # type: ignore[arg-type]
    assert await versions.current() == version(1)
    now = 1_001.0
    assert versions.fresh() == version(1)
    now = 1_001.01
    assert versions.fresh() is None
    database.hold = asyncio.Event()
    asking = asyncio.ensure_future(versions.current())
    await asyncio.sleep(0.01)
    now = 1_003.0  # the database has taken its time
    database.hold.set()
    assert await asking is None
    assert versions.known == version(1)
    await versions.close()


async def test_a_hanging_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request waits only so long for the version; the question goes on for the next one."""
    monkeypatch.setattr("app.answers.versions.PATIENCE_SECONDS", 0.01)
    database = Database()
    database.hold = asyncio.Event()
    versions = Versions(database, 60)  # type: ignore[arg-type]
    assert await versions.current() is None
    assert await versions.current() is None
    assert database.asked == 1
    database.hold.set()
    monkeypatch.setattr("app.answers.versions.PATIENCE_SECONDS", 60)
    assert await versions.current() == version(1)
    assert database.asked == 1
    await versions.close()


@pytest.mark.parametrize("failure", [DatabaseUnavailable("Away."), ValueError("no version")])
async def test_away_and_back(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged once, listeners are woken twice, and the version is not forgotten."""
    caplog.set_level(logging.INFO, "odm.version")
    database = Database()
    versions = Versions(database, 0.01)  # type: ignore[arg-type]
    versions.open()
    await until(lambda: versions.known)
    count = versions.feed.count
    database.tells = failure
    await until(lambda: versions.fault)
    await until(lambda: versions.fresh() is None)
    asked = database.asked
    await until(lambda: database.asked > asked + 3)
    assert versions.feed.count == count + 1
    assert caplog.text.count("is not known") == 1
    assert caplog.text.count("Traceback") <= 1
    database.tells = version(1)
    await until(lambda: versions.fresh() == version(1))
    assert versions.fault is None
    assert versions.feed.count == count + 2
    assert len(versions.feed.changes) == 1
    await versions.close()


async def test_an_answer_is_ahead_of_the_polling() -> None:
    """Its version is known from then on; an answer of an older one changes nothing."""
    versions = Versions(Database(), 60)  # type: ignore[arg-type]
    assert await versions.current() == version(1)
    ahead = version(2)
    assert versions.seen(ahead) is ahead
    assert versions.known is ahead
    assert versions.seen(version(2)) is ahead  # one object, so that comparing is cheap
    old = version(1)
    assert versions.seen(old) is old
    assert versions.known is ahead
    await versions.close()


async def test_a_poll_that_an_answer_has_overtaken() -> None:
    """What the poll says then was true before: it is asked again."""
    database = Database()
    database.hold = asyncio.Event()
    versions = Versions(database, 0.01)  # type: ignore[arg-type]
    versions.open()
    await until(lambda: database.asked)
    versions.seen(version(2))
    database.tells = version(2)
    database.hold.set()
    await until(lambda: versions.fresh() == version(2))
    assert [change.version for change in versions.feed.changes] == [version(2)]
    await versions.close()


async def test_an_older_state_is_put_back() -> None:
    """The database says which version is the current one, even if it is an earlier one."""
    database = Database()
    database.tells = version(9)
    versions = Versions(database, 0.01)  # type: ignore[arg-type]
    versions.open()
    await until(lambda: versions.known == version(9))
    database.tells = version(3)
    await until(lambda: versions.known == version(3))
    await versions.close()


async def test_a_date_that_is_yet_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it has come, answers are known by another object that is equal: they look again."""
    now = START
    monkeypatch.setattr("app.answers.versions._now", lambda: now)
    database = Database()
    versions = Versions(database, 0.01)  # type: ignore[arg-type]
    versions.open()
    await until(versions.fresh)
    ahead = versions.known
    asked = database.asked
    await until(lambda: database.asked > asked + 2)
    assert versions.known is ahead
    now += datetime.timedelta(seconds=1)
    await until(lambda: versions.known is not ahead)
    come = versions.known
    assert come == ahead
    asked = database.asked
    await until(lambda: database.asked > asked + 2)
    assert versions.known is come
    assert len(versions.feed.changes) == 1
    await versions.close()


async def test_changes_are_forgotten() -> None:
    """A listener who was away for too long is told only what there is now."""
    versions = Versions(Database(), 60)  # type: ignore[arg-type]
    for n in range(1, REMEMBERED + 10):
        versions.seen(version(n))
    assert len(versions.feed.changes) == REMEMBERED

    async def told(last_event_id: str) -> list[str]:
        listeners = Listeners(versions.feed, [versions])
        texts = []
        async for text in listeners.listen(last_event_id):
            texts.append(text.decode())
            listeners.end()
        return [text for text in texts if "event: version" in text]

    (only,) = await told(version(1).token)
    assert version(REMEMBERED + 9).token in only
    assert '"changed": null' in only
    assert len(await told(version(REMEMBERED + 4).token)) == 5
    assert await told(version(REMEMBERED + 9).token) == []
    await versions.close()


async def test_resumed_elsewhere() -> None:
    """A listener who comes back to another process hears of each wing that may have changed."""
    feed = Feed()
    wells, toys = (Versions(Database(), 60, wing, feed) for wing in ("wells", "toys"))  # type: ignore[arg-type]
    wells.seen(version(6))
    toys.seen(version(9))
    listeners = Listeners(feed, [wells, toys])
    told = []
    async for text in listeners.listen(version(9).token):
        told.append(text.decode())
        listeners.end()
    (only,) = [text for text in told if "event: version" in text]
    assert version(6).token in only
    assert '"wing": "wells"' in only


async def test_waiting_for_news_leaves_nothing() -> None:
    """Those who gave up waiting, or were cancelled, are forgotten."""
    versions = Versions(Database(), 60)  # type: ignore[arg-type]
    waiting = [
        asyncio.ensure_future(versions.feed.wait(versions.feed.count, 60)) for _ in range(10)
    ]
    await versions.feed.wait(versions.feed.count, 0.001)
    for each in waiting[:5]:
        each.cancel()
    await asyncio.gather(*waiting[:5], return_exceptions=True)
    assert len(versions.feed._waiting) == 5
    versions.feed.wake()
    await asyncio.gather(*waiting[5:])
    assert versions.feed._waiting == set()
    await versions.feed.wait(versions.feed.count - 1, 60)  # there is news already


async def test_stale_only_while_the_database_is_away() -> None:
    """A database that answers, but cannot tell its version, is asked."""
    versions = Versions(Database(), 60)  # type: ignore[arg-type]
    answers = Answers(Database(), Settings(odm_stale_seconds=60), versions)  # type: ignore[arg-type]
    assert not answers._is_away(Fault("no such procedure"))
    assert answers._is_away(DatabaseUnavailable("Away."))
    await answers.close()
    answers = Answers(Database(), Settings(), versions)  # type: ignore[arg-type]
    assert not answers._is_away(DatabaseUnavailable("Away."))
    await answers.close()
