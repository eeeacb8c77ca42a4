from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .codes import DataFlag, PacketType
from .packets import OutOfBandBreak, Packet, PacketReader, data_frames, frame


@given(st.binary(max_size=3000), st.integers(512, 1000), st.integers(1, 700))
def test_payloads_survive_framing(payload: bytes, sdu: int, step: int) -> None:
    """Cut into packets, received in arbitrary steps, put together again."""
    data = b"".join(data_frames(payload, sdu))
    reader = PacketReader()
    reader.large = True
    packets: list[Packet] = []
    for start in range(0, len(data), step):
        for item in reader.feed(data[start : start + step]):
            assert isinstance(item, Packet)
            packets.append(item)
    assert b"".join(packet.body[2:] for packet in packets) == payload
    assert all(len(packet.body) + 8 <= sdu for packet in packets)
    flags = [int.from_bytes(packet.body[:2], "big") for packet in packets]
    assert flags == [0] * (len(packets) - 1) + [DataFlag.END_OF_RESPONSE]


@pytest.mark.parametrize("large", [False, True])
def test_lengths_have_two_bytes_at_first_and_four_later(large: bool) -> None:
    """The accept packet is the border."""
    reader = PacketReader()
    reader.large = large
    data = frame(PacketType.MARKER, b"\x01\x00\x02", large=large)
    assert list(reader.feed(data)) == [Packet(PacketType.MARKER, b"\x01\x00\x02")]
    assert data.startswith(b"\0\0\0\x0b" if large else b"\0\x0b\0\0")


def test_an_out_of_band_break_stands_between_packets() -> None:
    """It is one byte, and the packet after it is whole."""
    reader = PacketReader()
    reader.large = True
    items = list(reader.feed(b"!" + frame(PacketType.MARKER, b"\x01\x00\x03", large=True)))
    assert isinstance(items[0], OutOfBandBreak)
    assert items[1] == Packet(PacketType.MARKER, b"\x01\x00\x03")


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n", b"\0\x03\0\0\x01\0\0\0", b"\0\x08\0\0\xff\0\0\0"]
)
def test_other_protocols_make_no_packets(data: bytes) -> None:
    """A length below the header's, an unknown type, or nothing at all."""
    reader = PacketReader()
    with pytest.raises(ValueError, match=r"packet|PacketType"):  # noqa: PT012
        list(reader.feed(data))
        raise ValueError("no packet yet")
