"""Carries an answer from the gateway to the client, piece by piece.

An answer that is complete in one piece goes out whole, with its length. A longer one is streamed:
at no time is more than one piece held for it here. What fails before the first byte becomes a
problem; what fails later ends the connection abnormally, so that it can't pass for a whole answer.
"""

import asyncio
import tempfile
import time

import anyio
from starlette.types import Receive, Scope, Send

from app.faults import CallTimedOut
from app.gateway import Answer, Call, Gateway
from app.requests import AnswerBroken, send_body, send_start
from app.settings import Settings
from app.validation import RowValidator

JSON = b"application/json"
MEGABYTE = 1_000_000
_IN_MEMORY = MEGABYTE

TURN_SECONDS = 0.005
"""How long a streamed answer may go on before others have their turn. After every piece would be
fairer, but then all answers under way stand half-sent in memory at once."""

WATCH_AFTER_SECONDS = 0.1
"""How long an answer may take before its client is watched: most are out sooner, and pay nothing.
"""


async def send_answer(
    gateway: Gateway, settings: Settings, call: Call, scope: Scope, receive: Receive, send: Send
) -> None:
    """Call the procedure and send its answer as the response.

    Raises the faults of `app.faults`, or AnswerBroken when the client went away or stopped
    reading.
    """
    watch = _Watch(receive)
    try:
        reader = _Reader(await gateway.call(call), call, settings)
        try:
            first = await reader.read()
            if reader.complete:
                await send_body(send, 200, JSON, first)
            elif scope["http_version"] == "1.0":
                await _send_with_length(reader, first, send, settings)
            else:
                watch.begin()
                await _stream(reader, first, send, settings)
        finally:
            await reader.close()
    except asyncio.CancelledError:
        if watch.client_is_gone:
            raise AnswerBroken("the client went away") from None
        raise
    finally:
        watch.end()


class _Watch:
    """Cancels the current task when the client disconnects; begins by itself after a while.

    (A cancel scope would do the same, at several times the cost for each small answer.)
    """

    def __init__(self, receive: Receive) -> None:
        self.client_is_gone = False
        self._receive = receive
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, self.begin)
        self._watched = asyncio.current_task()

    def begin(self) -> None:
        if not self._task:
            self._task = asyncio.ensure_future(self._until_gone())

    def end(self) -> None:
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.client_is_gone = True
        if self._watched:
            self._watched.cancel()


class _Reader:
    """An answer's pieces, within the time that the database has, and checked if so wanted."""

    def __init__(self, answer: Answer, call: Call, settings: Settings) -> None:
        self._answer = answer
        self._seconds_left = self._limit = settings.odm_call_timeout_seconds
        self._validator = RowValidator(call.procedure) if settings.odm_validate_rows else None

    @property
    def complete(self) -> bool:
        return self._answer.complete

    async def read(self) -> bytes:
        began = time.monotonic()
        piece = await self._answer.read()
        self._seconds_left -= time.monotonic() - began
        if self._seconds_left < 0:
            raise CallTimedOut(f"The database needed more than {self._limit:g} s for this answer.")
        if self._validator:
            self._validator.feed(piece, last=self._answer.complete)
        return piece

    async def close(self) -> None:
        await self._answer.close()


async def _stream(reader: _Reader, piece: bytes, send: Send, settings: Settings) -> None:
    """Send piece after piece, with no length known beforehand (chunked in HTTP/1.1)."""
    sender = _Sender(send, settings.odm_send_timeout_seconds)
    await send_start(send, 200, JSON)
    turn_began = time.monotonic()
    while True:
        more = not reader.complete
        await sender.send(piece, more=more)
        if not more:
            return
        if time.monotonic() - turn_began > TURN_SECONDS:  # neither sending nor reading may wait
            await asyncio.sleep(0)
            turn_began = time.monotonic()
        piece = await reader.read()


async def _send_with_length(reader: _Reader, piece: bytes, send: Send, settings: Settings) -> None:
    """Send to a client of HTTP/1.0, which takes the end of the connection for the answer's end.

    Only a length told beforehand lets such a client notice a cut, so the answer is gathered first,
    on disk once it is large.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as gathered:
        gathered.write(piece)
        while not reader.complete:
            gathered.write(await reader.read())
        length = gathered.tell()
        gathered.seek(0)
        await send_start(send, 200, JSON, length)
        sender = _Sender(send, settings.odm_send_timeout_seconds)
        while length:
            piece = gathered.read(1 << 16)
            length -= len(piece)
            await sender.send(piece, more=length > 0)


class _Sender:
    """Sends the pieces of one answer to a client that takes them fast enough.

    All waiting for the client together may take the limit, and as much again for every megabyte
    that it has taken: a client that reads slowly cannot hold a database session for ever.
    """

    def __init__(self, send: Send, limit: float) -> None:
        self._send = send
        self._limit = self._seconds_left = limit

    async def send(self, piece: bytes, *, more: bool) -> None:
        began = time.monotonic()
        try:
            with anyio.fail_after(max(self._seconds_left, 0)):
                await self._send({"type": "http.response.body", "body": piece, "more_body": more})
        except TimeoutError:
            raise AnswerBroken("the client read too slowly, or not at all") from None
        self._seconds_left += self._limit * len(piece) / MEGABYTE - (time.monotonic() - began)
