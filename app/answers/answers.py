"""Gives a client the rows that it asked for, at the least cost to the database.

`plan.decide` says what a request is owed; this carries it out. An answer that has to be made is
made once for all who ask meanwhile; formats and encodings are made out of the JSON, and kept and
shared like it.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.types import Receive, Scope, Send

from app.answers.cache import HIT, Cache, Entry, EntryReader, request_key
from app.answers.compression import Compressor, choose_encoding
from app.answers.formats import Asked, negotiate
from app.answers.origin import Called, Conversion, Converted, Source
from app.answers.plan import (
    WORTH_ENCODING,
    AtHand,
    Conditions,
    Failed,
    Join,
    Kept,
    Make,
    NotModified,
    Stale,
    UnderWay,
    Verdict,
    conditions_of,
    decide,
    judge_any,
    source,
    stale,
)
from app.answers.ranges import asks_for_part, cut, part_of, satisfied
from app.answers.representation import IDENTITY, Headers, Representation
from app.answers.settings import AnswerSettings
from app.answers.singleflight import Flight
from app.answers.versions import Versions
from app.answers.writer import Client
from app.contract.faults import (
    CallTimedOut,
    DatabaseUnavailable,
    PoolExhausted,
    PreconditionFailed,
)
from app.contract.gateway import Answer, Call, Gateway, Version

RequestHeaders = dict[bytes, bytes]

FOUND = "odm.found"
"""In the scope of a request for data: how its answer was found: hit, shared, miss or stale."""

BLOCK = 1 << 20
"""Bytes of a kept answer that are sent at once, at most (if it came in smaller pieces)."""

SHARE_OF_CACHE = 8
"""An answer is kept if it takes no more than this part of the cache."""

_AWAY = (DatabaseUnavailable, PoolExhausted, CallTimedOut)
"""Faults that say nothing about the request, only that the database cannot answer it now."""


class Answers:
    """All answers of one wing: what its gateway says, and what is kept of it."""

    def __init__(
        self,
        gateway: Gateway,
        settings: AnswerSettings,
        versions: Versions,
        cache: Cache | None = None,
    ) -> None:
        """`cache`: one that several wings share; without it, one of the settings' size."""
        self.versions = versions
        self.cache = cache or Cache(settings.odm_cache_megabytes * 1_000_000)
        self._most = self.cache.room.limit // SHARE_OF_CACHE
        self._gateway = gateway
        self._settings = settings
        self._flights: dict[object, UnderWay] = {}
        self._at_hand = AtHand(self.cache, self._flights)
        self._tasks: set[asyncio.Task[None]] = set()
        self._workers = ThreadPoolExecutor(os.cpu_count(), "conversion")

    async def close(self) -> None:
        """Cancel the answers under way, so that their sessions are given back; end the threads."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def send(
        self, call: Call, asked: Asked, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request; `asked` is what its address says of the format.

        Raises the faults of the contract, or AnswerBroken when the client has gone away or reads
        too slowly.
        """
        headers = _headers(scope)
        sees = call.principal.sees
        wanted = Representation(
            call.procedure,
            call.arguments,
            negotiate(headers.get(b"accept"), asked),
            choose_encoding(headers.get(b"accept-encoding")),
            sees,
        )
        conditions = conditions_of(headers)
        with Client(scope, receive, send, self._settings.odm_send_timeout_seconds) as client:
            version = await self._current(wanted, conditions)
            if version and (entry := self._at_hand.kept(wanted, version)):
                entry.renew(version)
            plan = decide(wanted, conditions, version, self.versions.known, self._at_hand)
            match plan:
                case NotModified(validators):
                    scope[FOUND] = "hit"
                    await client.send_nothing(304, [*validators, (b"server-timing", HIT)])
                case Failed():
                    raise PreconditionFailed(_OTHER_VERSION)
                case Kept(entry):
                    scope[FOUND] = "hit"
                    await self._send_entry(client, EntryReader(entry, self.cache), entry, headers)
                case Join() | Make():
                    out_of_date = self._is_away(self.versions.fault) and self._stale(wanted)
                    if out_of_date:
                        scope[FOUND] = "stale"
                        await self._send_stale(client, out_of_date, headers)
                    else:
                        version = await self._send_made(client, wanted, call, headers, scope)
        if version and (entry := self._at_hand.kept(wanted, version)):
            self.cache.remember(request_key(scope, headers, sees), entry)

    async def _current(
        self, wanted: Representation, conditions: Conditions | None
    ) -> Version | None:
        """The current version, if the database tells it and it matters for this request."""
        version = self.versions.fresh()
        if version or self.versions.fault:
            return version
        matters = conditions or self.cache.get(wanted.key) or self.cache.get(wanted.plain.key)
        return await self.versions.current() if matters else None

    # -- carrying plans out --------------------------------------------------------------------

    async def _send_entry(
        self,
        client: Client,
        reader: EntryReader,
        entry: Entry,
        headers: RequestHeaders,
        marks: Headers | None = None,
    ) -> None:
        """Send an answer that is kept, or the part of it that the request wants."""
        marks = [*reader.head, *reader.ranges, *([_timing(reader)] if marks is None else marks)]
        try:
            status = 200
            part = None if client.wants_no_body else satisfied(part_of(headers, entry))
            if part:
                status = 206
                marks += part.headers
                reader.narrow(cut(entry.pieces, part.start, part.stop), part.stop - part.start)
            await client.send(status, marks, reader, await reader.read())
        finally:
            reader.close()

    def _is_away(self, fault: BaseException | None) -> bool:
        return bool(self._settings.odm_stale_seconds) and isinstance(fault, _AWAY)

    def _stale(self, wanted: Representation) -> Stale | None:
        versions, limit = self.versions, self._settings.odm_stale_seconds
        return stale(wanted, self._at_hand, versions.known, versions.confirmed_at, limit)

    async def _send_stale(self, client: Client, plan: Stale, headers: RequestHeaders) -> None:
        entry = plan.entry
        conditions = conditions_of(headers)
        warning = (b"warning", b'110 odm "Response is Stale: the database is away"')
        marks = [(b"age", b"%d" % plan.seconds), warning]
        if conditions:
            verdict, _ = judge_any(conditions, entry.tags[:1], entry.version)
            if verdict is Verdict.FAILED:
                raise PreconditionFailed(_OTHER_VERSION)
            if verdict is Verdict.NOT_MODIFIED:
                validators = entry.representation.validators(entry.version)
                await client.send_nothing(304, [*validators, *marks])
                return
        await self._send_entry(client, EntryReader(entry, self.cache), entry, headers, marks)

    async def _send_made(
        self,
        client: Client,
        wanted: Representation,
        call: Call,
        headers: RequestHeaders,
        scope: Scope,
    ) -> Version | None:
        """Send an answer that is on its way, or is made from now on; returns its version.

        Its length, and any part of it, are known once all of it is there: who asks for one of them
        waits for that, unless the answer will not be kept.
        """
        conditions = conditions_of(headers)
        entry = None
        made = self._joined(wanted)
        undecided = made is None and wanted.encoding != IDENTITY
        if made is None:
            made = await self._open(wanted.plain, call)
        try:
            try:
                first = await made.read()
                if undecided and not (made.complete and len(first) < WORTH_ENCODING):
                    made = self._encoded(wanted, made, first)
                    first = await made.read()
                if client.wants_no_body or asks_for_part(headers):
                    entry = await made.whole()
            except _AWAY as fault:
                if self._is_away(fault) and (out_of_date := self._stale(wanted)):
                    scope[FOUND] = "stale"
                    await self._send_stale(client, out_of_date, headers)
                    return None
                raise
            scope[FOUND] = made.found
            if conditions:
                verdict, tag = judge_any(conditions, wanted.tags(made.version), made.version)
                if verdict is Verdict.FAILED:
                    raise PreconditionFailed(_OTHER_VERSION)
                if verdict is Verdict.NOT_MODIFIED:
                    validators = wanted.validators_of(tag, made.version)
                    await client.send_nothing(304, [*validators, _timing(made)])
                    return made.version
            if entry:
                marks = [_timing(made)]
                await self._send_entry(
                    client, EntryReader(entry, self.cache), entry, headers, marks
                )
            else:
                await client.send(200, [*made.head, *made.ranges, _timing(made)], made, first)
            return made.version
        finally:
            made.close()

    def _joined(self, wanted: Representation) -> Source | None:
        """The answer from its beginning, if it is kept, or on its way already."""
        found = source(wanted, self.versions.fresh(), self.versions.known, self._at_hand)
        match found:
            case Kept(entry):
                return EntryReader(entry, self.cache)
            case Join(flight):
                return flight.reader(joined=True)
            case Make():
                return None

    async def _open(self, wanted: Representation, call: Call) -> Source:
        """The answer without an encoding, from its beginning: at hand, or made from now on."""
        if joined := self._joined(wanted):
            return joined
        known = self.versions.known
        if not wanted.is_json or not self._gateway.at_once:
            return self._start(wanted, self._beginning(wanted, call), known)
        began = time.monotonic()
        called = await self._called(call)
        if called.whole:
            return await self._keep_whole(wanted, called, time.monotonic() - began)
        return self._start(wanted, partial(_ready, called), known)

    def _encoded(self, wanted: Representation, plain: Source, first: bytes) -> Source:
        """The same in the encoding that is wanted; the first piece of the plain answer is read."""
        if joined := self._joined(wanted):
            plain.close()
            return joined
        assert wanted.encoding != "identity"  # noqa: S101 (nobody asks for that)
        compressor = partial(Compressor, wanted.encoding)
        converted = Converted(plain, first, compressor, self._workers)
        return self._start(wanted, partial(_ready, converted), plain.version)

    # -- making --------------------------------------------------------------------------------

    def _start(
        self,
        wanted: Representation,
        begin: Callable[[], Awaitable[Answer]],
        known: Version | None,
    ) -> Source:
        """Start making the answer, for all who ask for it while `known` is the version."""
        flight = Flight(wanted, begin, self._ended, self.cache, self._most)
        task = flight.begin()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._flights[wanted.key] = UnderWay(flight, known)
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
        return EntryReader(entry, self.cache, seconds)

    def _beginning(self, wanted: Representation, call: Call) -> Callable[[], Awaitable[Answer]]:
        """What makes that representation, which has no encoding."""
        if wanted.format.encoder:
            encoder = partial(wanted.format.encoder, call.procedure)
            return partial(self._converted, wanted.in_json, call, encoder)
        return partial(self._called, call)

    async def _called(self, call: Call) -> Called:
        return await Called.begin(call, self._gateway, self._settings, self.versions)

    async def _converted(
        self, wanted: Representation, call: Call, begin: Callable[[], Conversion]
    ) -> Answer:
        return await Converted.begin(await self._open(wanted, call), begin, self._workers)

    def _ended(self, flight: Flight) -> None:
        """Keep what has come whole, and have nobody join any more."""
        key = flight.representation.key
        under_way = self._flights.get(key)
        if under_way and under_way.flight is flight:
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


_OTHER_VERSION = "The data is of another version than the one that the request is meant for."


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


def _headers(scope: Scope) -> RequestHeaders:
    """The request's headers by name; those that came several times as one list."""
    headers: RequestHeaders = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers
