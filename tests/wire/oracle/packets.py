"""TNS packets: cut out of the bytes received, and put around the bytes to send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .codes import DataFlag, PacketType

HEADER = 8
DATA_HEADER = 10
OUT_OF_BAND_BREAK = 0x21  # "!", sent as urgent data and read in line


class Packet(NamedTuple):
    type: PacketType
    body: bytes  # all after the header


class OutOfBandBreak:
    """A break that came as urgent data."""


class PacketReader:
    """Cuts packets out of a stream.

    `large` says that lengths have four bytes; it is set once the connection is accepted.
    """

    def __init__(self) -> None:
        self.large = False
        self._received = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet | OutOfBandBreak]:
        """The packets that `data` completes. Raises ValueError when they are none."""
        received = self._received
        received += data
        while received:
            if received[0] == OUT_OF_BAND_BREAK:
                del received[0]
                yield OutOfBandBreak()
                continue
            if len(received) < HEADER:
                return
            size = int.from_bytes(received[: 4 if self.large else 2], "big")
            if size < HEADER:
                raise ValueError(f"packet of {size} bytes")
            if len(received) < size:
                return
            packet = Packet(PacketType(received[4]), bytes(received[HEADER:size]))
            del received[:size]
            yield packet


def frame(packet_type: int, body: bytes, *, large: bool) -> bytes:
    size = len(body) + HEADER
    length = size.to_bytes(4, "big") if large else size.to_bytes(2, "big") + b"\0\0"
    return length + bytes((packet_type, 0, 0, 0)) + body


def data_frames(payload: bytes | bytearray, sdu: int) -> Iterator[bytes]:
    """Data packets of at most `sdu` bytes; the last one says it is the last."""
    room = sdu - DATA_HEADER
    view = memoryview(payload)
    last = max(0, (len(view) - 1) // room * room)
    for start in range(0, last + 1, room):
        flags = DataFlag.END_OF_RESPONSE if start == last else 0
        piece = view[start : start + room]
        yield b"".join(
            (
                (len(piece) + DATA_HEADER).to_bytes(4, "big"),
                bytes((PacketType.DATA, 0, 0, 0)),
                flags.to_bytes(2, "big"),
                piece,
            )
        )
