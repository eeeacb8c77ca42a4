"""The chunk transport's blocks, executed: what they hand back, call and free.

What they cut is also compared with the Python that plays them behind the wire server, chunk by
chunk: there the driver, the round trips and the client's side are tested.
"""

import random
from collections.abc import Iterator

import pytest

from tests.plsql.blocks import Blocks, Trip
from tests.plsql.conftest import started
from tests.plsql.engines.mariadb import MariaDB
from tests.wells.oracle.database import cut
from tests.wells.oracle.test_transport import UNITS
from tests.wire.oracle import Clob

HALVES = ["replaced", "left out", "refused"]
VERSION = '[{"subject":"wells","change_count":1,"changed_at":"2026-11-21T06:00:00Z"}]'
PLANES = ["\U00010000", "\U0001f6e2", "\U00050000", "\U0009ffff", "\U0010ffff"]
"""Characters outside the BMP, with every first byte that their first units can have."""
CHARS, CHUNKS = 10, 3
WINDOW = CHARS * CHUNKS


@pytest.fixture(scope="module")
def blocks() -> Iterator[Blocks]:
    """MariaDB with the blocks and nothing else."""
    engine = started("mariadb")
    try:
        assert isinstance(engine, MariaDB)
        yield Blocks(engine)
    finally:
        engine.close()


@pytest.fixture(autouse=True)
def usual(blocks: Blocks) -> None:
    """A short document in a temporary CLOB, of a version that stays."""
    blocks.set(document="[]", version=VERSION, version_afterwards=VERSION)
    blocks.set(temporary=1, half="replaced", charset="AL32UTF8")


def first(blocks: Blocks, text: str | None, chars: int = CHARS, chunks: int = CHUNKS) -> Trip:
    """The first trip of a call whose document is this text."""
    blocks.set(document=text)
    return blocks.run("Get_Division_List", chunk_chars=chars, chunks_per_trip=chunks)


def windows(blocks: Blocks, text: str, chars: int, chunks: int) -> list[list[str]]:
    """The chunks of each window of a document, as the service asks for them."""
    trip = first(blocks, text, chars, chunks)
    got = [trip.chunks]
    while trip.binds["next_at"] <= Clob(text).size:
        at = trip.binds["next_at"]
        trip = blocks.run("next", doc=text, start_at=at, chunk_chars=chars, chunks_per_trip=chunks)
        assert trip.binds["next_at"] > at
        got.append(trip.chunks)
    return got


def played(text: str, chars: int, chunks: int) -> list[list[str]]:
    """The same by the Python behind the wire server."""
    clob, at, got = Clob(text), 1, []
    while at <= clob.size:
        at, window = cut(clob, at, chars, chunks)
        got.append(window)
    return got


@pytest.mark.parametrize("charset", ["AL32UTF8", "UTF8"])
@pytest.mark.parametrize("half", HALVES)
def test_any_text(blocks: Blocks, half: str, charset: str) -> None:
    """Whatever the text, the chunk and the window, no character is cut, and none is lost."""
    blocks.set(half=half, charset=charset)
    chance = random.Random(7)
    for _ in range(40):
        text = "".join(chance.choices(UNITS, k=chance.randrange(1, 40)))
        chars, chunks = chance.randrange(2, 9), chance.randrange(1, 5)
        got = windows(blocks, text, chars, chunks)
        assert "".join(chunk for window in got for chunk in window) == text
        assert got == played(text, chars, chunks)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("place", range(-3, 3))
@pytest.mark.parametrize("text", ["🛢🛢", "🛢x", "\\🛢", "D8🛢", "é🛢", "\ud7ff🛢", "\ue000x", *PLANES])
def test_pair_on_the_edge(blocks: Blocks, text: str, place: int, half: str) -> None:
    """Characters of two units arrive from every position around a chunk's end."""
    blocks.set(half=half)
    whole = "x" * (CHARS + place) + text + "y" * CHARS
    got = windows(blocks, whole, CHARS, CHUNKS)
    assert "".join(chunk for window in got for chunk in window) == whole
    for window in got:
        for chunk in window:
            assert Clob(chunk).size <= CHARS
    # Only where the pair would be cut is a chunk a unit short.
    assert [Clob(chunk).size for chunk in got[0][:1]] == [
        CHARS - (whole.encode("utf-16-be")[2 * CHARS - 2] in range(0xD8, 0xDC))
    ]


@pytest.mark.parametrize("size", [1, CHARS - 1, CHARS, CHARS + 1, WINDOW - 1, WINDOW, WINDOW + 1])
def test_windows_are_full(blocks: Blocks, size: int) -> None:
    """Each chunk but the last is full, and so is each window but the last; none is empty."""
    text = "".join(chr(ord("a") + n % 26) for n in range(size))
    whole = [text[at : at + CHARS] for at in range(0, size, CHARS)]
    got = windows(blocks, text, CHARS, CHUNKS)
    assert got == [whole[at : at + CHUNKS] for at in range(0, len(whole), CHUNKS)]


@pytest.mark.parametrize("size", [1, WINDOW - 1, WINDOW])
@pytest.mark.parametrize("temporary", [0, 1])
def test_document_that_fits(blocks: Blocks, size: int, temporary: int) -> None:
    """No locator comes along; the CLOB is freed, if it is a temporary one."""
    blocks.set(temporary=temporary)
    trip = first(blocks, "x" * size)
    binds = trip.binds
    assert (binds["doc"], binds["length"], binds["next_at"]) == (None, size, size + 1)
    assert trip.called.count("FREETEMPORARY") == temporary


def test_document_that_does_not_fit(blocks: Blocks) -> None:
    """The CLOB itself comes along, not freed, with the place to go on from."""
    text = "x" * (WINDOW + 1)
    trip = first(blocks, text)
    binds = trip.binds
    assert (binds["doc"], binds["length"], binds["next_at"]) == (text, WINDOW + 1, WINDOW + 1)
    assert "FREETEMPORARY" not in trip.called
    last = blocks.run(
        "next", doc=text, start_at=WINDOW + 1, chunk_chars=CHARS, chunks_per_trip=CHUNKS
    )
    assert (last.chunks, last.binds["next_at"]) == (["x"], WINDOW + 2)


def test_length_counts_units(blocks: Blocks) -> None:
    """A character outside the BMP counts two, as offsets do."""
    assert first(blocks, "x🛢").binds["length"] == 3


def test_no_document(blocks: Blocks) -> None:
    """A CLOB that is NULL has no length and no chunk, and nothing is freed."""
    trip = first(blocks, None)
    assert (trip.chunks, trip.binds["length"], trip.binds["doc"]) == ([], None, None)
    assert (trip.binds["next_at"], trip.binds["version"]) == (1, VERSION)
    assert "FREETEMPORARY" not in trip.called


def test_empty_document(blocks: Blocks) -> None:
    """An empty CLOB has length 0 and no chunk, and is freed."""
    trip = first(blocks, "")
    assert (trip.chunks, trip.binds["length"], trip.binds["doc"]) == ([], 0, None)
    assert "FREETEMPORARY" in trip.called


@pytest.mark.parametrize(
    ("before", "afterwards", "told"),
    [
        (VERSION, VERSION, VERSION),
        (VERSION, "[]", None),
        ("[]", "[]", "[]"),
        (None, VERSION, None),
        (VERSION, None, None),
        (None, None, None),
    ],
)
def test_version(
    blocks: Blocks, before: str | None, afterwards: str | None, told: str | None
) -> None:
    """The version is asked for before the procedure and after, and told where both are one."""
    blocks.set(version=before, version_afterwards=afterwards)
    trip = first(blocks, "[]")
    assert trip.binds["version"] == told
    calls = ["Get_Data_Version", "Get_Division_List", "Get_Data_Version", "FREETEMPORARY"]
    assert trip.called == calls


def test_arguments(blocks: Blocks) -> None:
    """The procedure gets what is bound, and its document comes back."""
    trip = blocks.run("Get_Well_List", division_id=30, chunk_chars=CHARS, chunks_per_trip=CHUNKS)
    assert trip.called[1] == "Get_Well_List 30"
    assert trip.chunks == ["[]"]


def test_version_now(blocks: Blocks) -> None:
    """The version alone is one call."""
    trip = blocks.run("version")
    assert (trip.binds, trip.called) == ({"version": VERSION}, ["Get_Data_Version"])
