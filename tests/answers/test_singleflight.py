"""Answers on their way: who joins, who leaves, and what goes wrong in the meantime."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.types import Message

from app.answers.answers import Answers
from app.answers.cache import OVERHEAD, Cache, Entry, EntryReader
from app.answers.formats import JSON, Asked
from app.answers.representation import Representation
from app.answers.singleflight import Flight, Reader
from app.answers.versions import Versions
from app.contract.faults import DatabaseUnavailable, Fault
from app.contract.gateway import Call, Version, read_version
from app.settings import Settings
from app.wells.catalogue import DIVISION_LIST
from app.wells.embedded.gateway import SESSIONS
from tests.support.counted import CountingGateway

pytestmark = pytest.mark.anyio

VERSION: Version = read_version(
    b'[{"subject":"wells","change_count":1,"changed_at":"2026-01-01T00:00:00Z"}]'
)
PIECES = [b"[1", b",22", b",333", b"]"]
TEXT = b"".join(PIECES)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class SlowAnswer:
    """An answer of which each piece waits until the test lets it come."""

    def __init__(self, pieces: list[bytes | Fault], version: Version | None = VERSION) -> None:
        self.version = version
        self.size_hint: int | None = None
        self.reads = 0
        self.closed = 0
        self.closing: asyncio.Event | None = None
        self._pieces = pieces
        self._gate = asyncio.Semaphore(0)

    @property
    def complete(self) -> bool:
        return self.reads == len(self._pieces)

    def let(self, pieces: int = 1) -> None:
        for _ in range(pieces):
            self._gate.release()

    async def read(self) -> bytes:
        await self._gate.acquire()
        piece = self._pieces[self.reads]
        self.reads += 1
        if isinstance(piece, Fault):
            raise piece
        return piece

    async def close(self) -> None:
        self.closed += 1
        if self.closing:
            await self.closing.wait()


class Airport:
    """Has flights made, and keeps what has come, as `Answers` does."""

    def __init__(self, limit: int = 100_000, most: int = 10_000) -> None:
        self.cache = Cache(limit)
        self.most = most
        self.kept: list[Entry] = []
        self.ended = 0

    def flight(self, answer: SlowAnswer) -> Flight:
        async def begin() -> SlowAnswer:
            return answer

        wanted = Representation(DIVISION_LIST, {}, JSON)
        flight = Flight(wanted, begin, self._ended, self.cache, self.most)
        flight.begin()
        return flight

    def _ended(self, flight: Flight) -> None:
        self.ended += 1
        if flight.complete and flight.keeps and flight.version:
            wanted = flight.representation
            entry = Entry.of(wanted, flight.version, flight.pieces, flight.size)
            self.kept.append(entry)
            self.cache.put(entry, flight.hand_over(entry))


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def rest(reader: Reader | EntryReader) -> bytes:
    text = b""
    while True:
        text += await reader.read()
        if reader.complete:
            reader.close()
            return text


async def test_one_for_all() -> None:
    """Who joins in the middle reads from the beginning; the whole is kept, and counted once."""
    airport, answer = Airport(), SlowAnswer([*PIECES])
    flight = airport.flight(answer)
    first = asyncio.ensure_future(rest(flight.reader()))
    answer.let(2)
    await turns()
    assert flight.can_be_joined
    second = asyncio.ensure_future(rest(flight.reader(joined=True)))
    answer.let(2)
    assert [await first, await second] == [TEXT, TEXT]
    (entry,) = airport.kept
    assert (entry.senders, entry.size, entry.version) == (0, len(TEXT), VERSION)
    assert airport.cache.room.used == OVERHEAD + len(TEXT)
    assert answer.closed == airport.ended == 1


async def test_each_piece_comes_at_once() -> None:
    """What has come is read, although the next piece takes long."""
    answer = SlowAnswer([*PIECES])
    reader = Airport().flight(answer).reader()
    for piece in PIECES:
        answer.let()
        assert await asyncio.wait_for(reader.read(), 30) == piece
    assert reader.complete
    assert reader.size == len(TEXT)


async def test_a_slow_reader_holds_up_nobody() -> None:
    """What is kept is fetched however its readers read."""
    airport, answer = Airport(), SlowAnswer([*PIECES])
    flight = airport.flight(answer)
    slow = flight.reader()
    answer.let(4)
    assert await rest(flight.reader(joined=True)) == TEXT
    assert answer.closed == 1
    assert airport.kept[0].senders == 1
    assert await rest(slow) == TEXT
    assert airport.kept[0].senders == 0


async def test_everybody_leaves() -> None:
    """The rest is not fetched for nobody; nobody joins what is being broken off."""
    airport, answer = Airport(), SlowAnswer([*PIECES])
    flight = airport.flight(answer)
    readers = [flight.reader(), flight.reader(joined=True)]
    answer.let(2)
    await turns()
    assert airport.cache.room.used == len(PIECES[0]) + len(PIECES[1])
    for reader in readers:
        assert flight.can_be_joined
        reader.close()
        reader.close()
    assert not flight.can_be_joined
    await turns()
    assert (answer.reads, answer.closed, airport.ended) == (2, 1, 1)
    assert airport.kept == []
    assert airport.cache.room.used == 0


async def test_the_last_leaves_while_the_answer_is_closed() -> None:
    """What has come whole is kept, with its room, although nobody waits for it any more."""
    airport, answer = Airport(), SlowAnswer([*PIECES])
    answer.closing = asyncio.Event()
    flight = airport.flight(answer)
    reader = flight.reader()
    answer.let(4)
    await turns()
    assert answer.closed == 1
    reader.close()
    answer.closing.set()
    await turns()
    assert airport.kept[0].kept
    assert airport.cache.room.used == OVERHEAD + len(TEXT)


@pytest.mark.parametrize("before", [0, 2])
async def test_failure(before: int) -> None:
    """Everybody who reads meets it; who has not begun does not begin."""
    airport = Airport()
    answer = SlowAnswer([*PIECES[:before], DatabaseUnavailable("Gone.")])
    flight = airport.flight(answer)
    quick, slow = flight.reader(), flight.reader(joined=True)
    reading = asyncio.ensure_future(rest(quick))
    answer.let(before)
    await turns()
    answer.let()
    with pytest.raises(DatabaseUnavailable):
        await reading
    with pytest.raises(DatabaseUnavailable):
        await slow.read()
    assert not flight.can_be_joined
    quick.close()
    slow.close()
    assert answer.closed == airport.ended == 1
    assert airport.cache.room.used == 0


async def test_it_cannot_begin() -> None:
    """A call that fails fails for all who wait for it."""
    airport = Airport()

    async def begin() -> SlowAnswer:
        await asyncio.sleep(0)
        raise DatabaseUnavailable("No.")

    wanted = Representation(DIVISION_LIST, {}, JSON)
    flight = Flight(wanted, begin, airport._ended, airport.cache, 10)
    flight.begin()
    waiting = [asyncio.ensure_future(rest(flight.reader())) for _ in range(3)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, DatabaseUnavailable) for result in results)
    assert airport.ended == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: (Airport(most=0), SlowAnswer([*PIECES])),
        lambda: (Airport(most=3), SlowAnswer([*PIECES])),
        lambda: (Airport(limit=6), SlowAnswer([*PIECES])),
        lambda: (Airport(), SlowAnswer([*PIECES], version=None)),
    ],
    ids=["nothing kept", "too large", "no room", "no version"],
)
async def test_it_flows(make: Callable[[], tuple[Airport, SlowAnswer]]) -> None:
    """What cannot be kept is fetched as fast as all its readers read, and let go of then."""
    airport, answer = make()
    flight = airport.flight(answer)
    quick, slow = flight.reader(), flight.reader(joined=True)
    reading = asyncio.ensure_future(rest(quick))
    answer.let(4)
    await turns()
    assert answer.reads < 4  # `slow` has not read
    assert not reading.done()
    if not flight.keeps:
        assert not flight.can_be_joined  # who comes now would have to wait for `slow`
    assert await rest(slow) == TEXT
    assert await reading == TEXT
    await turns()
    assert airport.kept == []
    assert airport.cache.room.used == 0
    assert answer.closed == airport.ended == 1


async def test_a_slow_reader_leaves_a_flow() -> None:
    """The others go on."""
    airport, answer = Airport(most=0), SlowAnswer([*PIECES])
    flight = airport.flight(answer)
    quick, slow = flight.reader(), flight.reader(joined=True)
    reading = asyncio.ensure_future(rest(quick))
    answer.let(4)
    await turns()
    slow.close()
    assert await reading == TEXT


@pytest.mark.parametrize("seed", range(60))
async def test_any_order(seed: int) -> None:
    """Readers come, wait, read and leave at random: each gets all or nothing, nothing is lost."""
    dice = random.Random(seed)
    pieces: list[bytes | Fault] = [
        b"%d," % n * dice.randrange(20) for n in range(dice.randrange(1, 9))
    ]
    whole = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    breaks = dice.random() < 0.3
    if breaks:
        pieces.append(DatabaseUnavailable("Gone."))
    version = VERSION if dice.random() < 0.8 else None
    airport = Airport(dice.choice([20, 3_000, 100_000]), dice.choice([0, 10, 10_000]))
    answer = SlowAnswer(pieces, version)
    flight = airport.flight(answer)

    async def read(reader: Reader) -> bytes | None:
        text = b""
        try:
            while True:
                await turns(dice.randrange(4))
                text += await reader.read()
                if reader.complete:
                    return text
                if dice.random() < 0.1:
                    return None
        except DatabaseUnavailable:
            assert breaks
            return None
        finally:
            reader.close()

    reading = [asyncio.ensure_future(read(flight.reader()))]
    await turns(1)
    for _ in range(len(pieces) * 3):
        if flight.can_be_joined and not airport.ended and dice.random() < 0.5:
            reading.append(asyncio.ensure_future(read(flight.reader(joined=True))))
            await turns(1)  # (a task that never began would close no reader)
        if dice.random() < 0.1:
            dice.choice(reading).cancel()
        if dice.random() < 0.5:
            answer.let()
        await turns(dice.randrange(3))
    answer.let(len(pieces))
    texts = await asyncio.wait_for(asyncio.gather(*reading, return_exceptions=True), 20)
    await turns()
    assert all(
        text in (None, whole) or isinstance(text, asyncio.CancelledError) for text in texts
    ), texts
    assert answer.closed == airport.ended == 1
    kept = [entry for entry in airport.kept if entry.kept]
    assert airport.cache.room.used == sum(OVERHEAD + entry.size for entry in kept)
    assert all(entry.senders == 0 for entry in airport.kept)


async def test_one_call_for_all_who_wait_for_a_session(tmp_path: Path) -> None:
    """Also where calls are at once as a rule: not when every session is busy."""
    gateway = CountingGateway(Settings(odm_sqlite_path=tmp_path / "odm.db"))
    await gateway.open()
    versions = Versions(gateway, 60)
    await versions.current()
    answers = Answers(gateway, Settings(), versions)
    bodies: list[bytes] = []

    async def receive() -> Message:
        return await asyncio.Future()

    async def send(message: Message) -> None:
        bodies.append(message.get("body", b""))

    scope = {"http_version": "1.1", "path": "/", "query_string": b"", "headers": []}
    held = [await gateway._pool.take() for _ in range(SESSIONS)]
    call = Call(DIVISION_LIST, {}, "r")
    waiting = [
        asyncio.ensure_future(answers.send(call, Asked(), scope, receive, send)) for _ in range(5)
    ]
    await turns()
    for session in held:
        gateway._pool.give_back(session)
    await asyncio.gather(*waiting)
    assert bodies.count(b"[]") == 5
    assert gateway.calls == 1
    await answers.close()
    await versions.close()
    await gateway.close()
