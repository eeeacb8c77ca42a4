"""Makes answers: the JSON by a call of the procedure, other representations out of that."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol

from app.answers.cache import Entry
from app.answers.representation import Headers
from app.answers.settings import AnswerSettings
from app.answers.validation import RowValidator
from app.answers.versions import Versions
from app.answers.writer import Pieces
from app.contract.faults import CallTimedOut
from app.contract.gateway import Answer, Call, Gateway, Version


class Source(Pieces, Protocol):
    """An answer to be read from its beginning, and to be closed."""

    @property
    def head(self) -> Headers:
        """The headers of a 200, but for its length and how it was got."""

    @property
    def version(self) -> Version | None:
        """The version of the data that it was made from, once a piece has been read."""

    @property
    def found(self) -> str:
        """Where the answer came from: hit, shared or miss."""

    @property
    def timing(self) -> bytes:
        """The same as `Server-Timing` has it, with the milliseconds to the first piece."""

    @property
    def ranges(self) -> Headers:
        """Whether a part of the answer can be had, as a header, if that is known."""

    async def whole(self) -> Entry | None:
        """What is kept of the answer once all of it is there; None if it is not kept."""

    def close(self) -> None:
        """Stop reading."""


class Conversion(Protocol):
    """Turns the pieces of one representation into those of another, in a worker thread."""

    def feed(self, piece: bytes) -> bytes:
        """Take the next piece; what can go out by now."""

    def finish(self) -> bytes:
        """The rest."""


class Called:
    """A procedure's answer, within the time limit of a call, with its rows checked if so set."""

    @classmethod
    async def begin(
        cls, call: Call, gateway: Gateway, settings: AnswerSettings, versions: Versions
    ) -> "Called":
        """Call the procedure, and read the first piece. Raises the faults of `contract.faults`."""
        answer = await gateway.call(call)
        called = cls(call, answer, answer.version and versions.seen(answer.version), settings)
        try:
            called.first = await called._read()
        except BaseException:
            await answer.close()
            raise
        return called

    def __init__(
        self, call: Call, answer: Answer, version: Version | None, settings: AnswerSettings
    ) -> None:
        self.version = version
        self.size_hint = answer.size_hint
        self.first: bytes | None = None
        self._answer = answer
        self._limit = self._seconds_left = settings.odm_call_timeout_seconds
        self._validator = RowValidator(call.procedure) if settings.odm_validate_rows else None

    @property
    def whole(self) -> bool:
        """Whether the first piece is all of it."""
        return self.first is not None and self._answer.complete

    @property
    def complete(self) -> bool:
        return self.first is None and self._answer.complete

    async def read(self) -> bytes:
        if self.first is not None:
            piece, self.first = self.first, None
            return piece
        return await self._read()

    async def _read(self) -> bytes:
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


class Converted:
    """Another representation, made piece by piece in worker threads."""

    @classmethod
    async def begin(
        cls, source: Source, begin: Callable[[], Conversion], workers: Executor
    ) -> "Converted":
        """Convert the source, which is closed with the answer. Raises what the source raises."""
        try:
            return cls(source, await source.read(), begin, workers)
        except BaseException:
            source.close()
            raise

    def __init__(
        self, source: Source, first: bytes, begin: Callable[[], Conversion], workers: Executor
    ) -> None:
        self.version = source.version
        self.size_hint = None
        self.complete = False
        self._source = source
        self._first: bytes | None = first
        self._begin = begin
        self._conversion: Conversion | None = None
        self._workers = workers

    async def read(self) -> bytes:
        converted = b""
        while not converted and not self.complete:
            if self._first is not None:
                piece, self._first = self._first, None
            else:
                piece = await self._source.read()
            last = self._source.complete
            loop = asyncio.get_running_loop()
            converted = await loop.run_in_executor(self._workers, self._convert, piece, last)
            self.complete = last
        return converted

    async def close(self) -> None:
        self._source.close()

    def _convert(self, piece: bytes, last: bool) -> bytes:
        if self._conversion is None:
            self._conversion = self._begin()
        converted = self._conversion.feed(piece)
        return converted + self._conversion.finish() if last else converted
