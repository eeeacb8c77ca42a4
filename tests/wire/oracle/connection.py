"""One TCP connection: packets in and out, breaks, and the ways to end it badly."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from .codes import DataFlag, Marker, Message, PacketType
from .errors import Gone, Interrupted
from .faults import Fault
from .packets import OutOfBandBreak, Packet, PacketReader, data_frames, frame
from .stats import Stats

T = TypeVar("T")

BATCH = 64  # packets handed to the transport at a time
TRICKLE_S = 0.02  # between two pieces of a trickle


class Connection(asyncio.Protocol):
    """Bytes, packets and markers. What the packets say is the session's affair.

    `received` holds the payload of data packets until the session has parsed it. Methods
    raise Gone once the connection has ended.
    """

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._reader = PacketReader()
        self._wake = asyncio.Event()
        self._interrupt = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport | None = None
        self.opened: Callable[[], None] = lambda: None
        self.lost: Callable[[], None] = lambda: None

        self.sdu = 8192
        self.negotiated = False  # before that, breaks are the client's check of them
        self.ends_responses = False  # with a message of their own (23ai)
        self.connect_packet: bytes | None = None
        self.connect_data: str | None = None
        self.received = bytearray()
        self.ended = False
        self.break_pending = False
        self.reset_seen = False
        self.bytes_in = 0
        self.bytes_out = 0

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        tcp = self._socket()
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        self._transport.set_write_buffer_limits(high=1 << 20)
        stats = self._stats
        stats.connections += 1
        stats.open_connections += 1
        stats.peak_connections = max(stats.peak_connections, stats.open_connections)
        self.opened()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stats.open_connections -= 1
        self._end()
        self._writable.set()
        self.lost()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._stats.bytes_in += len(data)
        self.bytes_in += len(data)
        try:
            for item in self._reader.feed(data):
                if isinstance(item, OutOfBandBreak):
                    self._break("out_of_band")
                else:
                    self._stats.packets_in += 1
                    self._packet(item)
        except ValueError:  # not a client of ours
            self.drop(reset=True)
        self._wake.set()

    def _packet(self, packet: Packet) -> None:
        body = packet.body
        if packet.type == PacketType.CONNECT:
            self.connect_packet = body
            size, start = int.from_bytes(body[16:18], "big"), int.from_bytes(body[18:20], "big") - 8
            if len(body) >= start + size:
                self.connect_data = body[start : start + size].decode()
        elif packet.type == PacketType.DATA and self.connect_data is None:
            self.connect_data = body[2:].decode()  # too long for the connect packet
        elif packet.type == PacketType.DATA:
            if int.from_bytes(body[:2], "big") & DataFlag.EOF:
                self.ended = True
            self.received += body[2:]
        elif packet.type == PacketType.MARKER and self.negotiated:
            if body[2] == Marker.RESET:
                self.received.clear()
                self.reset_seen = True
            else:
                self._break("interrupt" if body[2] == Marker.INTERRUPT else "break")

    def _break(self, how: str) -> None:
        if self.negotiated:
            self._stats.breaks[how] += 1
            self.break_pending = True
            self._interrupt.set()

    # waiting

    async def wait(self) -> None:
        """Until something came: data, a marker or the end."""
        if self.ended:
            raise Gone
        self._wake.clear()
        await self._wake.wait()
        self._look_for_more()

    def _look_for_more(self) -> None:
        if self.ended and not self.received:
            raise Gone

    async def until_break(self) -> None:
        while not self.break_pending:
            await self.wait()

    async def until_gone(self) -> None:
        while not self.ended:
            await self.wait()
        raise Gone

    def interrupt(self) -> None:
        """Cut short what runs interruptibly."""
        self._interrupt.set()

    def calm(self) -> None:
        """Forget an interrupt that came when nothing was running, or was answered."""
        self._interrupt.clear()

    async def interruptible(self, work: Awaitable[T]) -> T:
        """Wait for `work` to end. Raises Interrupted if a break or a kill comes first."""
        running = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._interrupt.wait())
        try:
            await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return running.result()
        finally:
            stop.cancel()
            running.cancel()
        await asyncio.gather(running, return_exceptions=True)  # it may have to clean up
        raise Interrupted

    async def let_interrupt(self) -> None:
        """Give a break the chance to arrive amid work that does not wait."""
        await asyncio.sleep(0)
        if self._interrupt.is_set():
            raise Interrupted

    # sending

    def send_packet(self, packet_type: int, body: bytes) -> None:
        self._write(frame(packet_type, body, large=self._reader.large))

    def send_marker(self, marker: Marker) -> None:
        self.send_packet(PacketType.MARKER, bytes((1, 0, marker)))

    def accepted(self) -> None:
        """The accept packet is out: lengths have four bytes from here on."""
        self._reader.large = True

    async def send(self, answer: bytearray, fault: Fault | None = None) -> bool:
        """Send one answer; False if a break stopped it half-way."""
        if self.ends_responses:
            answer.append(Message.END_OF_RESPONSE)
        frames = data_frames(answer, self.sdu)
        if fault is not None and fault.action in ("close_mid", "stall", "trickle"):
            return await self._send_badly(b"".join(frames), fault)
        while batch := list(itertools.islice(frames, BATCH)):
            if self.break_pending:
                return False
            self._write(b"".join(batch), len(batch))
            await self._writable.wait()
            if self.ended:
                raise Gone
        return True

    async def _send_badly(self, data: bytes, fault: Fault) -> bool:
        done = 0
        if fault.action == "trickle":
            step = max(1, int(fault.bytes_per_s * TRICKLE_S))
            while done < len(data) and not self.break_pending:
                self._write(data[done : done + step], 0)
                done += step
                await asyncio.sleep(TRICKLE_S)
            if done >= len(data):
                return True
        else:
            done = fault.after_bytes
            self._write(data[:done])
            if fault.action == "close_mid":
                self.drop(reset=fault.reset)
                raise Gone
            await self.until_break()
        # a break takes effect between packets: finish the one under way
        self._write(data[done : -(-done // self.sdu) * self.sdu], 0)
        return False

    def _write(self, data: bytes, packets: int = 1) -> None:
        if self._transport is None or self._transport.is_closing():
            raise Gone
        self.bytes_out += len(data)
        self._stats.bytes_out += len(data)
        self._stats.packets_out += packets
        self._transport.write(data)

    # ending

    def drop(self, *, reset: bool = False) -> None:
        """The server's end: FIN once what was written is out, or RST at once."""
        if self._transport is None or self._transport.is_closing():
            return
        self._stats.dropped += 1
        if reset:
            linger = struct.pack("ii", 1, 0)
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._transport.abort()
        else:
            self._transport.close()
        self._end()

    def close(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _end(self) -> None:
        self.ended = True
        self._wake.set()
        self._interrupt.set()

    def _socket(self) -> socket.socket:
        if self._transport is None:
            raise Gone
        return cast("socket.socket", self._transport.get_extra_info("socket"))
