"""Ranges of bytes: what a header means, and what is cut."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.cache import Entry
from app.answers.formats import JSON
from app.answers.ranges import Part, Unsatisfiable, asks_for_part, cut, part_of, satisfied
from app.answers.representation import Representation
from app.contract.faults import RangeNotSatisfiable
from app.contract.gateway import Version
from app.wells.catalogue import DIVISION_LIST

CHANGED = datetime.datetime(2020, 3, 1, 12, 0, 1, tzinfo=datetime.timezone.utc)
VERSION = Version("0" * 16, CHANGED, {})
TAG = Representation(DIVISION_LIST, {}, JSON).tag(VERSION)


def entry(size: int = 10, version: Version | None = VERSION) -> Entry:
    made = Entry.of(Representation(DIVISION_LIST, {}, JSON), version, [b"x" * size], size)
    made.kept = True
    return made


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        (b"bytes=0-0", 0, 1),
        (b"bytes=2-5", 2, 6),
        (b"bytes=2-", 2, 10),
        (b"bytes=9-", 9, 10),
        (b"bytes=0-99999999999999999999999", 0, 10),
        (b"bytes=-3", 7, 10),
        (b"bytes=-10", 0, 10),
        (b"bytes=-11", 0, 10),
        (b"Bytes= 2-5 ", 2, 6),
    ],
)
def test_parts(header: bytes, start: int, stop: int) -> None:
    """From the first byte to the last, both included; from the first on; or the last few."""
    part = part_of({b"range": header}, entry())
    assert isinstance(part, Part)
    assert (part.start, part.stop) == (start, stop)
    assert part.headers == [(b"content-range", b"bytes %d-%d/10" % (start, stop - 1))]
    assert part.headers_with_length[1] == (b"content-length", b"%d" % (stop - start))
    assert asks_for_part({b"range": header})


@pytest.mark.parametrize("header", [b"bytes=10-", b"bytes=10-12", b"bytes=-0", b"bytes=99-"])
def test_unsatisfiable(header: bytes) -> None:
    """None of the bytes is there: 416, which tells how many there are."""
    part = part_of({b"range": header}, entry())
    assert part == Unsatisfiable(10)
    with pytest.raises(RangeNotSatisfiable) as refused:
        satisfied(part)
    assert refused.value.headers == {"content-range": "bytes */10"}


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"bytes",
        b"bytes=",
        b"bytes=-",
        b"bytes= - ",
        b"bytes=5-2",
        b"bytes=a-b",
        b"bytes=--5",
        b"bytes=1-2-3",
        b"bytes=+1-2",
        b"bytes=0-1,4-5",
        b"bytes=0-1, 4-5",
        b"rows=0-5",
        b"bytes 0-5",
        b"bytes=" + b"1" * 5000 + b"-",
    ],
)
def test_the_whole(header: bytes) -> None:
    """What is no range of bytes, or more than one, is passed over."""
    assert part_of({b"range": header}, entry()) is None
    assert not asks_for_part({b"range": header})


def test_nothing_to_cut() -> None:
    """Of an empty answer the last bytes are all of it, and none is its first."""
    assert part_of({b"range": b"bytes=-5"}, entry(0)) is None
    assert part_of({b"range": b"bytes=0-"}, entry(0)) == Unsatisfiable(0)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (TAG, True),
        (b"W/" + TAG, False),
        (b'"other"', False),
        (b'"other", ' + TAG, False),
        (b"Sun, 01 Mar 2020 12:00:01 GMT", True),
        (b"Sunday, 01-Mar-20 12:00:01 GMT", True),
        (b"Sun, 01 Mar 2020 12:00:00 GMT", False),
        (b"Sun, 01 Mar 2020 12:00:02 GMT", False),
        (b"yesterday", False),
        (b"*", False),
    ],
)
def test_if_range(condition: bytes, holds: bool) -> None:
    """A part is only given of the version that the client has begun; else it gets the whole."""
    headers = {b"range": b"bytes=2-", b"if-range": condition}
    assert bool(part_of(headers, entry())) is holds


def test_a_date_that_was_not_told() -> None:
    """Data that changes in the future has no date yet, so none can be meant."""
    later = datetime.datetime(2999, 1, 1, tzinfo=datetime.timezone.utc)
    headers = {b"range": b"bytes=2-", b"if-range": b"Tue, 01 Jan 2999 00:00:00 GMT"}
    assert part_of(headers, entry(version=Version("1" * 16, later, {}))) is None


def test_not_kept() -> None:
    """Of what is not kept no part is given: the next answer might be another."""
    made = entry()
    made.kept = False
    assert part_of({b"range": b"bytes=2-"}, made) is None


@given(st.lists(st.binary(max_size=6), max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_cut(pieces: list[bytes], start: int, stop: int) -> None:
    """However the answer is divided, its bytes from start to stop."""
    whole = b"".join(pieces)
    assert b"".join(cut(pieces, start, stop)) == whole[start : max(start, stop)]


def test_no_copy() -> None:
    """A piece that is wanted whole is the very same."""
    pieces = [b"abc", b"d" * 1000, b"efg"]
    assert cut(pieces, 1, 1005)[1] is pieces[1]
