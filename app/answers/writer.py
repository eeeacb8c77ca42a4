"""Sends an answer to one client, for as long as the client is there and takes it fast enough."""

import asyncio
import tempfile
import time
from typing import IO, Protocol

from starlette.types import Receive, Scope, Send

from app.answers.representation import Headers
from app.contract.faults import AnswerBroken

HEAD = "odm.head"
"""In the scope of a GET that was a HEAD: nobody wants the body."""

ABORT = "odm.abort"
"""In the scope, where the server can do that: ends the connection, whatever still waits in it."""

MEGABYTE = 1_000_000
_IN_MEMORY = MEGABYTE
_PIECE = 1 << 16

TURN_SECONDS = 0.005
"""How long an answer may be sent without a pause before other requests have their turn. After
every piece would be fairer, but then all answers under way stand half-sent in memory at once."""

WATCH_AFTER_SECONDS = 0.1
"""How long an answer may take before its client is watched: most are out sooner, and pay nothing.
"""


class Pieces(Protocol):
    """An answer's pieces, from the first to the last."""

    @property
    def complete(self) -> bool:
        """Whether the piece last read was the last."""

    @property
    def size(self) -> int | None:
        """All its bytes, if their number is known by now."""

    async def read(self) -> bytes:
        """The next piece."""


class Client:
    """The client of one request. Use it as a context: what it runs ends when the client leaves.

    A client may keep an answer waiting for `limit` seconds in all, and as long again for every
    megabyte that it has taken; then AnswerBroken is raised, as when it goes away.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: float) -> None:
        self._receive = receive
        self._send = send
        self.wants_no_body = HEAD in scope
        """Whether it asks for the headers alone."""
        self._abort = scope.get(ABORT)
        self._http_1_0 = scope["http_version"] == "1.0"
        self._limit = self._seconds_left = limit
        self._sending_since = 0.0
        self._broken = ""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._watch_timer = self._loop.call_later(WATCH_AFTER_SECONDS, self._watch)
        self._patience: asyncio.TimerHandle | None = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._watch_timer.cancel()
        if self._patience:
            self._patience.cancel()
        if self._watching:
            self._watching.cancel()
        if self._broken and kind is asyncio.CancelledError:
            raise AnswerBroken(self._broken) from None

    async def send(self, status: int, headers: Headers, source: Pieces, first: bytes) -> None:
        """Send a response; `first` has been read from the source.

        Its length is told if it is known. Without one a client of HTTP/1.0 would take a cut for the
        answer's end, so for that client the answer is gathered first, on disk once it is large.
        """
        if self.wants_no_body:
            await self.send_nothing(status, headers, source.size)
        elif source.complete:
            await self._start(status, headers, len(first))
            await self._send({"type": "http.response.body", "body": first})
        elif source.size is not None:
            await self._start(status, headers, source.size)
            await self._stream(source, first)
        elif self._http_1_0:
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as gathered:
                spool = await Spool.of(source, first, gathered)
                await self._start(status, headers, spool.size)
                await self._stream(spool, await spool.read())
        else:
            await self._start(status, headers, None)
            await self._stream(source, first)

    async def send_nothing(self, status: int, headers: Headers, size: int | None = None) -> None:
        """Send a response without its body: a 304, or what HEAD asks for."""
        await self._start(status, headers, size)
        await self._send({"type": "http.response.body", "body": b""})

    async def _start(self, status: int, headers: Headers, size: int | None) -> None:
        if size is not None:
            headers = [*headers, (b"content-length", b"%d" % size)]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _stream(self, source: Pieces, piece: bytes) -> None:
        """Send piece after piece."""
        self._watch()
        self._patience = self._loop.call_later(self._limit, self._check_patience)
        turn_began = time.monotonic()
        while True:
            more = not source.complete
            self._sending_since = began = time.monotonic()
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})
            now = time.monotonic()
            self._sending_since = 0
            self._seconds_left += self._limit * len(piece) / MEGABYTE - (now - began)
            if not more:
                return
            if now - turn_began > TURN_SECONDS:  # neither sending nor reading may ever wait
                await asyncio.sleep(0)
                turn_began = time.monotonic()
            piece = await source.read()

    def _check_patience(self) -> None:
        """Break the sending off if it waits for too long; look again when that could be so."""
        seconds_left = self._seconds_left
        if self._sending_since:
            seconds_left -= time.monotonic() - self._sending_since
            if seconds_left <= 0:
                self._break("the client read too slowly, or not at all")
                if self._abort:  # closing would wait for what it does not read
                    self._abort()
                return
        self._patience = self._loop.call_later(max(seconds_left, 0.05), self._check_patience)

    def _watch(self) -> None:
        if not self._watching:
            self._watching = self._loop.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._break("the client went away")

    def _break(self, why: str) -> None:
        self._broken = self._broken or why
        if self._task:
            self._task.cancel()


class Spool:
    """What a file holds, from its beginning."""

    @classmethod
    async def of(cls, source: Pieces, first: bytes, file: IO[bytes]) -> "Spool":
        """Write all pieces to the file."""
        file.write(first)
        while not source.complete:
            file.write(await source.read())
        return cls(file)

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = self._left = file.tell()
        file.seek(0)

    @property
    def complete(self) -> bool:
        return not self._left

    async def read(self) -> bytes:
        piece = self._file.read(_PIECE)
        self._left -= len(piece)
        return piece
