"""Gives a client the rows that it asked for, at the least cost to the database.

In this order: 304 when the client's copy is of the current version; the answer that is kept; the
answer that is on its way to somebody else; a call of the procedure. Formats and encodings are made
out of the JSON, and kept and shared like it.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.types import Receive, Scope, Send

from app.answers.cache import HIT, Cache, Entry, EntryReader, alias_of
from app.answers.compression import Compressor, choose_encoding
from app.answers.formats import negotiate
from app.answers.origin import Called, Conversion, Converted, Source
from app.answers.representation import IDENTITY, Headers, Representation, still_holds
from app.answers.singleflight import Flight, timing
from app.answers.versions import Versions
from app.answers.writer import Client
from app.contract.faults import CallTimedOut, DatabaseUnavailable, PoolExhausted
from app.contract.gateway import Answer, Call, Gateway, Version
from app.settings import Settings

WORTH_ENCODING = 1_000
"""Bytes below which an answer is not compressed: it fits into one packet anyway."""

BLOCK = 1 << 20
"""Bytes of an answer that is kept which are sent at once, at most (if it came in smaller pieces).
"""

SHARE_OF_CACHE = 8
"""An answer is kept if it takes no more than this part of the cache."""

_AWAY = (DatabaseUnavailable, PoolExhausted, CallTimedOut)
"""What says nothing about the request, only that the database cannot answer it now."""


class Answers:
    """All answers that the service gives of its data, and those that it keeps."""

    def __init__(self, gateway: Gateway, settings: Settings, versions: Versions) -> None:
        limit = settings.odm_cache_megabytes * 1_000_000
        self.cache = Cache(limit)
        self._most = limit // SHARE_OF_CACHE
        self._gateway = gateway
        self._settings = settings
        self.versions = versions
        self._flights: dict[object, tuple[Flight, Version | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._workers = ThreadPoolExecutor(os.cpu_count(), "conversion")

    async def close(self) -> None:
        """Break off what is on its way, so that it gives its session back; end the threads."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def send(
        self, call: Call, asked: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request; `asked` is the format that the query string names, if it does.

        Raises the faults of the contract, or AnswerBroken when the client has gone away or reads
        too slowly.
        """
        headers = _headers(scope)
        wanted = Representation(
            call.procedure,
            call.arguments,
            negotiate(headers.get(b"accept"), asked),
            choose_encoding(headers.get(b"accept-encoding")),
        )
        with self.client(scope, receive, send) as client:
            version = await self._current(wanted, headers)
            kept = self._kept(wanted, version)
            if kept and version:
                kept.renew(version)
                self.cache.recognise(kept, alias_of(scope))
            validators = _valid(wanted, version, headers)
            if validators and (kept or _names_a_tag(headers) or self._exists(wanted, version)):
                await client.send_nothing(304, [*validators, (b"server-timing", HIT)])
            elif kept:
                await self.send_kept(client, kept)
            elif not await self._send_stale(client, wanted, known_to_be_away=True):
                await self._send_made(client, wanted, call, scope, headers)

    def client(self, scope: Scope, receive: Receive, send: Send) -> Client:
        """The client of a request, with the limit of the settings."""
        return Client(scope, receive, send, self._settings.odm_send_timeout_seconds)

    async def send_kept(self, client: Client, entry: Entry, *marks: tuple[bytes, bytes]) -> None:
        """Send an answer that is kept, with more headers if it needs them."""
        source = EntryReader(entry, self.cache)
        try:
            head = [*source.head, *(marks or [_timing(source)])]
            await client.send(200, head, source, await source.read())
        finally:
            source.close()

    async def _send_stale(
        self, client: Client, wanted: Representation, *, known_to_be_away: bool = False
    ) -> bool:
        """Send the last good answer in place of none, if that is allowed and there is one."""
        limit = self._settings.odm_stale_seconds
        if not limit or (known_to_be_away and not isinstance(self.versions.fault, _AWAY)):
            return False
        found = [self.cache.get(each.key) for each in (wanted, wanted.plain)]
        entries = [entry for entry in found if entry]
        if not entries:
            return False
        entry = min(entries, key=self._seconds_since_current)
        age = int(self._seconds_since_current(entry))
        if age > limit:
            return False
        warning = (b"warning", b'110 odm "Response is Stale: the database is away"')
        await self.send_kept(client, entry, (b"age", b"%d" % age), warning)
        return True

    def _seconds_since_current(self, entry: Entry) -> float:
        """How long ago the answer was last known to be what the database would say."""
        good_at = entry.made_at
        if entry.version == self.versions.known:
            good_at = max(good_at, self.versions.confirmed_at)
        return time.monotonic() - good_at

    async def _send_made(
        self,
        client: Client,
        wanted: Representation,
        call: Call,
        scope: Scope,
        headers: dict[bytes, bytes],
    ) -> None:
        source = self._at_hand(wanted)
        undecided = source is None and wanted.encoding != IDENTITY
        if source is None:
            source = await self._open(wanted.plain, call)
        try:
            try:
                first = await source.read()
                if undecided and not (source.complete and len(first) < WORTH_ENCODING):
                    source = self._encoded(wanted, source, first)
                    first = await source.read()
            except _AWAY:
                if await self._send_stale(client, wanted):
                    return
                raise
            if validators := _valid(wanted, source.version, headers):
                await client.send_nothing(304, [*validators, _timing(source)])
            else:
                await client.send(200, [*source.head, _timing(source)], source, first)
        finally:
            source.close()
        if entry := self._kept(wanted, source.version):
            self.cache.recognise(entry, alias_of(scope))

    async def _current(self, wanted: Representation, headers: dict[bytes, bytes]) -> Version | None:
        """The current version, if the database tells it and it matters for this request."""
        version = self.versions.fresh()
        if version or self.versions.fault:
            return version
        matters = (
            b"if-none-match" in headers
            or b"if-modified-since" in headers
            or self.cache.get(wanted.key)
            or self.cache.get(wanted.plain.key)
        )
        return await self.versions.current() if matters else None

    def _kept(self, wanted: Representation, version: Version | None) -> Entry | None:
        """The answer that is kept, if it is of that version."""
        if version is None:
            return None
        entry = self.cache.get(wanted.key)
        if entry and entry.version == version:
            return entry
        if wanted.encoding != IDENTITY:
            entry = self.cache.get(wanted.plain.key)
            if entry and entry.version == version and entry.size < WORTH_ENCODING:
                return entry
        return None

    def _exists(self, wanted: Representation, version: Version | None) -> bool:
        """Whether it is known without a call that there is such an answer, and not a 404."""
        return any(self._kept(each, version) for each in (wanted.plain, wanted.in_json))

    def _at_hand(self, wanted: Representation) -> Source | None:
        """The answer from its beginning, if it is kept, or on its way already."""
        known = self.versions.known
        if self.versions.fresh() and (entry := self._kept(wanted, known)):
            return EntryReader(entry, self.cache)
        flight, known_before = self._flights.get(wanted.key, (None, None))
        if flight and flight.can_be_joined and known in (known_before, flight.version):
            return flight.reader(joined=True)
        return None

    async def _open(self, wanted: Representation, call: Call) -> Source:
        """The answer without an encoding, from its beginning: at hand, or made from now on."""
        if source := self._at_hand(wanted):
            return source
        known = self.versions.known
        if not wanted.is_json or not self._gateway.at_once:
            return self._take_off(wanted, self._beginning(wanted, call), known)
        began = time.monotonic()
        called = await self._called(call)
        if called.whole:
            return await self._keep_whole(wanted, called, time.monotonic() - began)
        return self._take_off(wanted, partial(_ready, called), known)

    def _encoded(self, wanted: Representation, plain: Source, first: bytes) -> Source:
        """The same in the encoding that is wanted; the first piece of the plain answer is read."""
        if source := self._at_hand(wanted):
            plain.close()
            return source
        assert wanted.encoding != "identity"  # noqa: S101 (nobody asks for that)
        compressor = partial(Compressor, wanted.encoding)
        converted = Converted(plain, first, compressor, self._workers)
        return self._take_off(wanted, partial(_ready, converted), plain.version)

    def _take_off(
        self,
        wanted: Representation,
        begin: Callable[[], Awaitable[Answer]],
        known: Version | None,
    ) -> Source:
        """Have the answer made, for everybody who asks for it while `known` is the version."""
        flight = Flight(wanted, begin, self._ended, self.cache, self._most)
        task = flight.begin()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._flights[wanted.key] = flight, known
        return flight.reader()

    async def _keep_whole(self, wanted: Representation, called: Called, seconds: float) -> Source:
        """An answer that was there at once: nobody else can have asked for it meanwhile."""
        piece = await called.read()
        await called.close()
        size = len(piece)
        entry = Entry.of(wanted, called.version, [piece], size)
        worth_it = called.version and size <= self._most and self._is_worth_keeping(entry)
        if worth_it and self.cache.room.take(size):
            self.cache.put(entry, size)
        return EntryReader(entry, self.cache, timing(seconds, joined=False))

    def _beginning(self, wanted: Representation, call: Call) -> Callable[[], Awaitable[Answer]]:
        """What makes that representation, which has no encoding."""
        if wanted.format.encoder:
            encoder = partial(wanted.format.encoder, call.procedure)
            return partial(self._converted, wanted.in_json, call, encoder)
        return partial(self._called, call)

    async def _called(self, call: Call) -> Called:
        return await Called.begin(call, self._gateway, self._settings, self.versions)

    async def _converted(
        self, source: Representation, call: Call, begin: Callable[[], Conversion]
    ) -> Answer:
        return await Converted.begin(await self._open(source, call), begin, self._workers)

    def _ended(self, flight: Flight) -> None:
        """Keep what has come whole, and have nobody join any more."""
        key = flight.representation.key
        if self._flights.get(key, (None,))[0] is flight:
            del self._flights[key]
        if flight.complete and flight.keeps and flight.version:
            pieces = _in_blocks(flight.pieces)
            entry = Entry.of(flight.representation, flight.version, pieces, flight.size)
            if self._is_worth_keeping(entry):
                self.cache.put(entry, flight.hand_over(entry))

    def _is_worth_keeping(self, entry: Entry) -> bool:
        """Not if it took so long that a newer one is there already."""
        known = self.versions.known
        there = self.cache.get(entry.representation.key)
        return entry.version == known or there is None or there.version != known


def _in_blocks(pieces: list[bytes]) -> list[bytes]:
    """The same bytes in fewer pieces, which cost less to send."""
    blocks: list[list[bytes]] = [[]]
    size = 0
    for piece in pieces:
        if size and size + len(piece) > BLOCK:
            blocks.append([])
            size = 0
        blocks[-1].append(piece)
        size += len(piece)
    return [b"".join(block) for block in blocks]


async def _ready(answer: Answer) -> Answer:
    return answer


def _timing(source: Source) -> tuple[bytes, bytes]:
    return b"server-timing", source.timing


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """The request's headers by name; those that came several times as one list."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def _valid(
    wanted: Representation, version: Version | None, headers: dict[bytes, bytes]
) -> Headers | None:
    """The headers of a 304, if the client's copy is of that version.

    A short answer goes out plain although an encoding is accepted, so either copy will do.
    """
    none_match, since = headers.get(b"if-none-match"), headers.get(b"if-modified-since")
    if version is None or (none_match is None and since is None):
        return None
    for each in (wanted, wanted.plain):
        if still_holds(each.tag(version), version, none_match, since):
            return each.validators(version)
    return None


def _names_a_tag(headers: dict[bytes, bytes]) -> bool:
    """Whether the client must have got an answer before: `*` or a date anybody could send."""
    return headers.get(b"if-none-match", b"*").strip() != b"*"
