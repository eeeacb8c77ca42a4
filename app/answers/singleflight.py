"""Coalesces identical requests: the first calls the database, the others share its pieces.

A flight holds the pieces that have come, so that a reader who joins late starts at the beginning
and a slow reader does not hold up the database. An answer that cannot be kept flows: a piece is
dropped when every reader has it, and only then the next one is fetched.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from app.answers.cache import NO_RANGES, RANGES, Cache, Entry, timing
from app.answers.representation import Headers, Representation
from app.contract.gateway import Answer, Version

TURN_SECONDS = 0.005
"""How long an answer may be made without a pause before other requests have their turn."""


class Abandoned(Exception):
    """No reader is left before the answer is there."""


class Flight:
    """One answer while it is made.

    `begin_answer` calls the procedure, or converts another representation. `ended` is called after
    the last piece, or after a failure. Up to `most` bytes are kept, if the cache has room for them.
    """

    def __init__(
        self,
        representation: Representation,
        begin_answer: Callable[[], Awaitable[Answer]],
        ended: "Callable[[Flight], None]",
        cache: Cache,
        most: int,
    ) -> None:
        self.representation = representation
        self.version: Version | None = None
        """The version that the answer was made from, once the first piece is there."""
        self.keeps = most > 0
        """Whether every piece is still held, and stays."""
        self.pieces: list[bytes] = []
        """The pieces that have come; a dropped one is empty."""
        self.size = 0
        """Bytes that have come."""
        self.complete = False
        self.failure: BaseException | None = None
        self.seconds_to_first = 0.0
        self._begin_answer = begin_answer
        self._ended = ended
        self._cache = cache
        self._most = most
        self._room_taken = 0
        self._let_go = 0
        self._entry: Entry | None = None
        self._readers: set[Reader] = set()
        self._waiting: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None
        self._is_over = False
        self._turn_began = time.monotonic()

    @property
    def can_be_joined(self) -> bool:
        """Whether a new reader gets the whole answer.

        An answer that flows is joined only before its first piece: its readers wait for each other.
        """
        is_on_its_way = self.failure is None and not self._is_over
        return is_on_its_way and (self.keeps or not self.pieces)

    @property
    def is_kept(self) -> bool:
        """Whether the cache has the whole answer."""
        return self._entry is not None and self._entry.kept

    def begin(self) -> "asyncio.Task[None]":
        """Start the task that makes the answer; it ends with it."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self._task

    def reader(self, *, joined: bool = False) -> "Reader":
        """A reader from the first piece on; the flight goes on until the last one is closed."""
        reader = Reader(self, joined=joined)
        self._readers.add(reader)
        return reader

    def hand_over(self, entry: Entry) -> int:
        """Hand the pieces to a cache entry, which this flight's readers are sent from now on.

        Returns the bytes of the cache's room that they take.
        """
        self._entry = entry
        entry.senders += len(self._readers)
        room, self._room_taken = self._room_taken, 0
        return room

    async def end(self) -> Entry | None:
        """Wait until all of it is kept, and return what the cache has; None as soon as it isn't.

        Raises the failure, if there is one.
        """
        while self.keeps and not self._is_over:
            await self.news()
        if self.failure:
            raise self.failure.with_traceback(None)
        return self._entry

    async def news(self) -> None:
        """Wait for the next piece or the end. Raises the failure, if there is one."""
        if self.failure:
            raise self.failure.with_traceback(None)
        news = asyncio.get_running_loop().create_future()
        self._waiting.append(news)
        await news

    def taken(self) -> None:
        """Note that a reader asks for its next piece."""
        if not self.keeps:
            self._wake()

    def left(self, reader: "Reader") -> None:
        """Remove a reader; without any, the rest is not made."""
        if reader not in self._readers:
            return
        self._readers.discard(reader)
        if self._entry:
            self._cache.end_sending(self._entry)
        elif self._readers:
            self.taken()
        elif self._is_over:
            self._give_room_back(self._room_taken)
            self.failure = None  # its traceback holds this flight, and a session of the database
        elif self._task and not self.complete:
            self.failure = Abandoned()
            self._task.cancel()

    async def _run(self) -> None:
        began = time.monotonic()
        try:
            answer = await self._begin_answer()
            try:
                self.version = answer.version
                if self.version is None:  # nobody could say how long it may be kept
                    self.keeps = False
                if (answer.size_hint or 0) > self._most:  # so that nothing is held for nothing
                    self.keeps = False
                await self._next(answer)
                self._turn_began = time.monotonic()
                self.seconds_to_first = self._turn_began - began
                while not self.complete:
                    await self._until_wanted()
                    await self._next(answer)
            finally:
                await answer.close()
        except asyncio.CancelledError:
            self._over(Abandoned())
        except BaseException as error:  # noqa: BLE001 (every reader raises it)
            self._over(error)
        else:
            self._over(None)

    async def _next(self, answer: Answer) -> None:
        piece = await answer.read()
        self.pieces.append(piece)
        self.size += len(piece)
        self.complete = answer.complete
        if not self.keeps:
            return
        if self.size <= self._most and self._cache.room.take(len(piece)):
            self._room_taken += len(piece)
        else:
            self.keeps = False

    def _over(self, failure: BaseException | None) -> None:
        self.failure = self.failure or failure
        self._is_over = True
        self._ended(self)
        self._wake()
        if not self._readers and not self._entry:
            self._give_room_back(self._room_taken)
            self.failure = None

    async def _until_wanted(self) -> None:
        """Wait while the next piece should not be fetched yet."""
        self._wake()
        if not self.keeps:
            await self._until_taken()
        elif len(self.pieces) == 1 or time.monotonic() - self._turn_began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._turn_began = time.monotonic()

    async def _until_taken(self) -> None:
        """Drop what every reader has, until that is everything that has come."""
        while True:
            taken = min((reader.taken for reader in self._readers), default=0)
            for n in range(self._let_go, taken):
                self._give_room_back(min(len(self.pieces[n]), self._room_taken))
                self.pieces[n] = b""
            self._let_go = max(taken, self._let_go)
            if taken == len(self.pieces):
                return
            await self.news()

    def _give_room_back(self, size: int) -> None:
        self._room_taken -= size
        self._cache.room.give_back(size)

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Reader:
    """Reads a flight from its first piece to its last."""

    def __init__(self, flight: Flight, *, joined: bool) -> None:
        self._flight = flight
        self._joined = joined
        self._at = 0
        self.taken = 0
        """Pieces that the reader has no more need of."""

    @property
    def head(self) -> Headers:
        """The headers of a 200, but for its length and how it was got."""
        return self._flight.representation.head(self.version)

    @property
    def version(self) -> Version | None:
        """The version of the data, once a piece has been read."""
        return self._flight.version

    @property
    def complete(self) -> bool:
        """Whether the piece last read was the last."""
        return self._flight.complete and self._at == len(self._flight.pieces)

    @property
    def size(self) -> int | None:
        """All the answer's bytes, once they have come."""
        return self._flight.size if self._flight.complete else None

    @property
    def ranges(self) -> Headers:
        """Whether a part of the answer can be had, as a header; nothing while that is open."""
        if not self._flight.keeps:
            return [NO_RANGES]
        return [RANGES] if self._flight.is_kept else []

    async def whole(self) -> Entry | None:
        """What is kept of it in the end; None as soon as that is nothing. Reads no further."""
        return await self._flight.end()

    @property
    def found(self) -> str:
        """Whether somebody else's request has had it made."""
        return "shared" if self._joined else "miss"

    @property
    def timing(self) -> bytes:
        """How the answer was found, as `Server-Timing` has it."""
        return timing(self.found, self._flight.seconds_to_first)

    async def read(self) -> bytes:
        """The next piece; asking for it releases the one before.

        Raises what has ended the flight early.
        """
        flight = self._flight
        self.taken = self._at
        flight.taken()
        while self._at == len(flight.pieces) or (self._at == 0 and flight.failure):
            await flight.news()
        piece = flight.pieces[self._at]
        self._at += 1
        return piece

    def close(self) -> None:
        """Stop reading."""
        self._flight.left(self)
