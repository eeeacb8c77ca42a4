"""Answers that are kept, within a limit of bytes, and the requests that lead straight to them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

from app.answers.representation import Headers, Representation
from app.contract.gateway import Version

OVERHEAD = 2_000
"""About what keeping an answer costs beside its bytes."""
REQUEST_OVERHEAD = 1_000
REQUEST_BYTES = 500
"""Of a request that is remembered, at most; a longer one goes the long way every time."""
MOST_REQUESTS = 8
"""Ways to ask for one answer that are remembered; the oldest is forgotten for a new one, so that
odd requests cannot fill the memory."""

HIT = b'cache;desc="hit"'
"""How an answer was got, as `Server-Timing` has it."""

_HIT = (b"server-timing", HIT)

RANGES = (b"accept-ranges", b"bytes")
"""Of an answer that is kept: any part of it can be had."""
NO_RANGES = (b"accept-ranges", b"none")

Key = tuple[object, ...]
RequestKey = tuple[str, bytes, bytes | None, bytes | None, str | None]


@dataclass(slots=True, eq=False)
class Entry:
    """One whole representation, ready to be sent again and again."""

    representation: Representation
    version: Version | None
    tags: tuple[bytes, ...]
    """Its own, and that of the same without an encoding: either says that a copy is current."""
    head: Headers
    """The headers of a 200, but for its length and how it was got."""
    pieces: list[bytes]
    size: int
    made_at: float
    """Monotonic seconds."""
    kept: bool = False
    room: int = 0
    """Bytes of the cache's room that its pieces take."""
    used: bool = False
    senders: int = 0
    """How many are being sent it; its bytes stay in memory until they are done."""
    requests: list[RequestKey] = field(default_factory=list)
    again: Headers = field(default_factory=list)
    """All headers of a repeated 200 but for the request's id, once a request is remembered."""
    in_part: Headers = field(default_factory=list)
    """Those of a 206, but for its range and its length."""
    not_modified: Headers = field(default_factory=list)
    """Those of a 304."""

    @classmethod
    def of(
        cls, representation: Representation, version: Version | None, pieces: list[bytes], size: int
    ) -> "Entry":
        """A whole answer of that version, not kept yet."""
        return cls(
            representation,
            version,
            representation.tags(version),
            representation.head(version),
            pieces,
            size,
            time.monotonic(),
        )

    def renew(self, version: Version) -> None:
        """Take over an equal version that is known in more detail by now."""
        if self.version is not version and self.version == version:
            self.version = version
            self.head = self.representation.head(version)
            self.make_ready()

    def make_ready(self) -> None:
        """Prepare the headers of repeated requests."""
        length = (b"content-length", b"%d" % self.size)
        self.in_part = [*self.head, RANGES, _HIT]
        self.again = [*self.in_part, length]
        self.not_modified = [*self.representation.validators(self.version), _HIT]


class Room:
    """A budget of at most `limit` bytes.

    `make_way` is called when the bytes do not suffice; it frees some, or returns False.
    """

    def __init__(self, limit: int, make_way: Callable[[], bool]) -> None:
        self.limit = limit
        self.used = 0
        self._make_way = make_way

    def take(self, size: int) -> bool:
        """Take `size` bytes; False, and nothing taken, when they can't be had."""
        while self.used + size > self.limit:
            if size > self.limit or not self._make_way():
                return False
        self.used += size
        return True

    def give_back(self, size: int) -> None:
        """Give back what was taken."""
        self.used -= size


def timing(found: str, seconds: float) -> bytes:
    """How an answer was found that was not kept, as `Server-Timing` has it (milliseconds)."""
    return f'cache;desc="{found}", db;dur={seconds * 1000:.1f}'.encode()


class EntryReader:
    """Reads an entry from its first piece to its last."""

    def __init__(self, entry: Entry, cache: "Cache", seconds: float | None = None) -> None:
        """`seconds`: what it took to make the entry just now, if it was not kept already."""
        self.found = "hit" if seconds is None else "miss"
        self.timing = HIT if seconds is None else timing(self.found, seconds)
        self.size = entry.size
        """All the bytes to be read."""
        self._entry = entry
        self._cache: Cache | None = cache
        self._pieces = cache.begin_sending(entry)
        self._at = 0

    @property
    def head(self) -> Headers:
        """The headers of a 200, but for its length and how it was got."""
        return self._entry.head

    @property
    def version(self) -> Version | None:
        """The version of the data."""
        return self._entry.version

    @property
    def complete(self) -> bool:
        """Whether the piece last read was the last."""
        return self._at == len(self._pieces)

    @property
    def ranges(self) -> Headers:
        """Whether a part of the answer can be had, as a header."""
        return [RANGES if self._entry.kept else NO_RANGES]

    def narrow(self, pieces: list[bytes], size: int) -> None:
        """Read these pieces, which were cut from the entry's, in place of all."""
        self._pieces, self.size = pieces, size

    async def whole(self) -> Entry:
        """The entry."""
        return self._entry

    async def read(self) -> bytes:
        """The next piece."""
        piece = self._pieces[self._at]
        self._at += 1
        return piece

    def close(self) -> None:
        """Stop reading."""
        if self._cache:
            self._cache.end_sending(self._entry)
            self._cache = None


class Cache:
    """Entries by their key, and by the raw requests that have led to them.

    All of it together takes at most `limit` bytes; what has not been used for longest goes first.
    """

    def __init__(self, limit: int) -> None:
        self.room = Room(limit, self._evict_one)
        self._entries: dict[Key, Entry] = {}
        self.by_request: dict[RequestKey, Entry] = {}

    def get(self, key: Key) -> Entry | None:
        """The entry of that key, of whatever version."""
        return self._entries.get(key)

    def put(self, entry: Entry, room: int) -> None:
        """Keep an entry, for whose bytes `room` has been taken; it replaces the one of its key."""
        key = entry.representation.key
        if old := self._entries.pop(key, None):
            self._drop(old)
        entry.room = room
        entry.kept = self.room.take(OVERHEAD)
        if entry.kept:
            self._entries[key] = entry
        elif not entry.senders:
            self._give_back(entry)

    def remember(self, key: RequestKey | None, entry: Entry) -> None:
        """Have requests of that key lead straight to the entry, unless they are unusually long."""
        if key is None or not _is_short(key):
            return
        before = self.by_request.get(key)
        if before is entry:
            return
        if before:
            before.requests.remove(key)
            self._forget(key)
        if len(entry.requests) == MOST_REQUESTS:
            self._forget(entry.requests.pop(0))
        if not self.room.take(REQUEST_OVERHEAD):
            return
        if not entry.kept:  # it was this one that had to make way
            self.room.give_back(REQUEST_OVERHEAD)
            return
        entry.make_ready()
        entry.requests.append(key)
        self.by_request[key] = entry

    def begin_sending(self, entry: Entry) -> list[bytes]:
        """The entry's pieces; they count as held until `end_sending`."""
        entry.used = True
        entry.senders += 1
        return entry.pieces

    def end_sending(self, entry: Entry) -> None:
        """Count one sending less."""
        entry.senders -= 1
        if not entry.senders and not entry.kept:
            self._give_back(entry)

    def _evict_one(self) -> bool:
        """Drop the entry that has not been used for about the longest; False without any.

        An entry that is being sent is passed over: its bytes would stay in memory all the same.
        """
        for _ in range(2 * len(self._entries)):
            key = next(iter(self._entries))
            entry = self._entries.pop(key)
            if not entry.used and not entry.senders:
                self._drop(entry)
                return True
            entry.used = False
            self._entries[key] = entry  # for one more round
        return False

    def _drop(self, entry: Entry) -> None:
        while entry.requests:
            self._forget(entry.requests.pop())
        entry.kept = False
        self.room.give_back(OVERHEAD)
        if not entry.senders:
            self._give_back(entry)

    def _give_back(self, entry: Entry) -> None:
        self.room.give_back(entry.room)
        entry.room = 0

    def _forget(self, key: RequestKey) -> None:
        del self.by_request[key]
        self.room.give_back(REQUEST_OVERHEAD)


def request_key(
    scope: Scope, headers: Mapping[bytes, bytes], sees: str | None
) -> RequestKey | None:
    """What two requests have in common that get the same representation.

    `sees` is the part of the data that there is for the one who asks. None for a request with a
    header that comes twice.
    """
    if len(headers) != len(scope["headers"]):
        return None
    return (
        scope["path"],
        scope["query_string"],
        headers.get(b"accept"),
        headers.get(b"accept-encoding"),
        sees,
    )


def _is_short(key: RequestKey) -> bool:
    """Whether a request takes no more memory than remembering one is counted for."""
    return sum(len(part) for part in key[:4] if part) <= REQUEST_BYTES
