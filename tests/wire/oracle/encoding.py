"""TTC primitives, under the names the protocol's own documentation of itself uses.

`ub` is the variable-length unsigned integer (a length byte, then that many big-endian
bytes), `sb` its signed sister (the length byte's top bit is the sign), `clr` a byte string
with a one-byte length (or 0xFE and length-prefixed pieces when it is longer than 252 bytes),
`dalc` a `clr` preceded by its length as a `ub`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")
Parsing = Generator[None, None, T]  # yields whenever it needs more bytes

LONGEST_SHORT = 252
LONG_MARK = 0xFE
PIECE = 32767


class NeedMore(Exception):
    """The item is not complete yet: wait for another packet."""


class Reader:
    """Reads primitives from a buffer that may still be growing.

    Each method raises NeedMore when the buffer ends before the item does.
    """

    __slots__ = ("buffer", "position")

    def __init__(self, buffer: bytes | bytearray) -> None:
        self.buffer = buffer
        self.position = 0

    def u8(self) -> int:
        if self.position >= len(self.buffer):
            raise NeedMore
        self.position += 1
        return self.buffer[self.position - 1]

    def raw(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self.buffer):
            raise NeedMore
        piece = bytes(self.buffer[self.position : end])
        self.position = end
        return piece

    def skip(self, size: int) -> None:
        if self.position + size > len(self.buffer):
            raise NeedMore
        self.position += size

    def u16(self) -> int:
        return int.from_bytes(self.raw(2), "big")

    def ub(self) -> int:
        size = self.u8()
        if size == 0:
            return 0
        if size > 8:
            raise ValueError(f"integer of {size} bytes at offset {self.position}")
        return int.from_bytes(self.raw(size), "big")

    def clr(self) -> bytes | None:
        size = self.u8()
        if size in (0, 255):
            return None
        if size != LONG_MARK:
            return self.raw(size)
        pieces = []
        while size := self.ub():
            pieces.append(self.raw(size))
        return b"".join(pieces)

    def dalc(self) -> bytes | None:
        return self.clr() if self.ub() else None

    def text(self) -> str:
        return (self.clr() or b"").decode()

    def null_terminated(self) -> bytes:
        end = self.buffer.find(b"\0", self.position)
        if end < 0:
            raise NeedMore
        piece = self.raw(end - self.position)
        self.skip(1)
        return piece


def whole(reader: Reader, parse: Callable[[], T]) -> Parsing[T]:
    """Parse one item; while it is incomplete, yield and then parse it from its start again.

    A request of thousands of rows comes in hundreds of packets. Without knowing how far
    it got, the parser would begin again at each of them.
    """
    start = reader.position
    while True:
        try:
            return parse()
        except NeedMore:  # noqa: PERF203 - it happens once a packet
            reader.position = start
            yield


class Writer:
    """Gathers primitives in `buffer`. Methods return the writer, to be chained."""

    __slots__ = ("buffer",)

    def __init__(self) -> None:
        self.buffer = bytearray()

    def u8(self, value: int) -> Writer:
        self.buffer.append(value & 0xFF)
        return self

    def u16(self, value: int) -> Writer:
        self.buffer += value.to_bytes(2, "big")
        return self

    def u16_little(self, value: int) -> Writer:
        self.buffer += value.to_bytes(2, "little")
        return self

    def raw(self, data: bytes | bytearray) -> Writer:
        self.buffer += data
        return self

    def ub(self, value: int) -> Writer:
        size = 0 if value == 0 else 1 if value < 1 << 8 else 2 if value < 1 << 16 else 4
        if value >= 1 << 32:
            size = 8
        self.buffer.append(size)
        self.buffer += value.to_bytes(size, "big")
        return self

    def sb(self, value: int) -> Writer:
        start = len(self.buffer)
        self.ub(abs(value))
        if value < 0:
            self.buffer[start] |= 0x80
        return self

    def clr(self, data: bytes | memoryview | None) -> Writer:
        size = 0 if data is None else len(data)
        if data is None or size <= LONGEST_SHORT:
            self.buffer.append(size)
            self.buffer += data or b""
            return self
        self.buffer.append(LONG_MARK)
        view = memoryview(data)
        for start in range(0, size, PIECE):
            piece = view[start : start + PIECE]
            self.ub(len(piece))
            self.buffer += piece
        return self.ub(0)

    def dalc(self, data: bytes | None) -> Writer:
        self.ub(len(data or b""))
        if data:
            self.clr(data)
        return self

    def text(self, value: str) -> Writer:
        return self.dalc(value.encode())
