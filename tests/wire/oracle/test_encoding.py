from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .encoding import NeedMore, Reader, Writer, whole


@given(st.integers(0, 2**64 - 1))
def test_integers_come_back(value: int) -> None:
    """What is written as a ub is read as the same number, and nothing is left over."""
    reader = Reader(Writer().ub(value).buffer)
    assert reader.ub() == value
    assert reader.position == len(reader.buffer)


@pytest.mark.parametrize(("value", "data"), [(0, "00"), (5, "0105"), (300, "02012c"), (-5, "8105")])
def test_integers_have_the_length_first(value: int, data: str) -> None:
    """The sign is the top bit of the length."""
    assert Writer().sb(value).buffer.hex() == data


@pytest.mark.parametrize("size", [0, 1, 252, 253, 32767, 32768, 100_000])
def test_byte_strings_come_back_at_any_length(size: int) -> None:
    """Short ones, and long ones in pieces. The empty one is NULL."""
    data = bytes(at % 251 for at in range(size))
    reader = Reader(Writer().clr(data).buffer)
    assert (reader.clr() or b"") == data
    assert reader.position == len(reader.buffer)


def test_incomplete_items_ask_for_more() -> None:
    """Wherever the bytes stop, NeedMore is raised."""
    data = bytes(Writer().clr(b"x" * 300).buffer)
    for size in range(len(data)):
        with pytest.raises(NeedMore):
            Reader(data[:size]).clr()


def test_parsing_goes_on_where_it_was() -> None:
    """An item that is whole is not parsed again when the next one is not."""
    buffer = bytearray(Writer().ub(1).ub(2).buffer[:3])
    reader = Reader(buffer)
    parsed = []

    def parse() -> int:
        parsed.append(reader.position)
        return reader.ub()

    first = whole(reader, parse)
    with pytest.raises(StopIteration) as done:
        next(first)
    assert done.value.value == 1
    second = whole(reader, parse)
    next(second)
    buffer += b"\x02"
    with pytest.raises(StopIteration) as done:
        next(second)
    assert done.value.value == 2
    assert parsed == [0, 2, 2]


def test_oversized_integers_are_refused() -> None:
    """No integer of the protocol has more than eight bytes."""
    with pytest.raises(ValueError, match="integer of 9 bytes"):
        Reader(b"\x09" + bytes(9)).ub()
