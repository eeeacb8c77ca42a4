"""The windows of a document: what arrives, and what it costs, counted on the wire."""

import hashlib
from collections.abc import Iterator

import oracledb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contract.faults import InvalidAnswer
from app.wells.catalogue import DIVISION_LIST, WELL_SUMMARY_BY_DAY
from app.wells.oracle.transport import Document, first_statement, package_of
from tests.wells.oracle.database import Package
from tests.wire.oracle import PROFILES, Clob, Control, ServerProcess
from tests.wire.oracle.client import connect

CHUNK = 4000
CHUNKS = 320
BARREL = "\N{OIL DRUM}"  # outside the BMP: two UTF-16 units
UNITS = [BARREL, "é", "€", "x", "\ufffd", "\N{WOMAN}\u200d\N{FIRE ENGINE}"]


class Texts(Package):
    """A database whose procedures return the text that is set."""

    def __init__(self) -> None:
        super().__init__(self._document)
        self.text: str | None = "[]"

    async def _document(self, _name: str, _arguments: object) -> Clob | None:
        return None if self.text is None else Clob(self.text)


@pytest.fixture(scope="module", params=sorted(PROFILES))
def oracle(request: pytest.FixtureRequest) -> Iterator[Control]:
    """The database and a session of it, for all tests of this module."""
    with ServerProcess(Texts, profile=request.param) as server:
        yield server
        assert server.failures() == []


@pytest.fixture(scope="module")
def texts(oracle: Control) -> Texts:
    """The text that is set."""
    texts: Texts = oracle.handler
    return texts


@pytest.fixture(scope="module")
def connection(oracle: Control) -> Iterator[oracledb.Connection]:
    with connect(oracle) as connection:
        yield connection


def windows(
    connection: oracledb.Connection, chunk_chars: int = CHUNK, chunks: int = CHUNKS
) -> list[bytes]:
    """Every window of a document, with the CLOB freed at the end."""
    document = Document(DIVISION_LIST, {}, chunk_chars, chunks)
    pieces = [document.first(connection)]
    while not document.complete:
        pieces.append(document.next(connection))
    if document.in_database:
        document.free(connection)
    return pieces


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("size", [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 1])
def test_chunk_edges(texts: Texts, connection: oracledb.Connection, size: int) -> None:
    """Documents that end just before, at and after a chunk's end arrive whole."""
    texts.text = "x" * size
    assert windows(connection) == [texts.text.encode()]


@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 1])
def test_window_edges(
    texts: Texts, oracle: Control, connection: oracledb.Connection, size: int, chunks: int
) -> None:
    """A window is full before another one is asked for; no window is empty."""
    texts.text = "[" + "1" * (size - 1)
    pieces = windows(connection, CHUNK, chunks)
    assert b"".join(pieces).decode() == texts.text
    assert [len(piece) for piece in pieces[:-1]] == [chunks * CHUNK] * (len(pieces) - 1)
    assert all(pieces)
    assert oracle.stats().open_temporary_lobs == 0


@pytest.mark.parametrize("before", range(CHUNK - 3, CHUNK + 2))
@pytest.mark.parametrize("count", [1, 2, 5000])
def test_pair_on_the_edge(
    texts: Texts, connection: oracledb.Connection, before: int, count: int
) -> None:
    """Characters outside the BMP arrive from every position around a chunk's end."""
    texts.text = "x" * before + BARREL * count + "y"
    assert b"".join(windows(connection, CHUNK, 1)).decode() == texts.text


@given(
    text=st.lists(st.sampled_from(UNITS), min_size=1, max_size=60).map("".join),
    chunk_chars=st.integers(2, 9),
    chunks=st.integers(1, 4),
)
def test_any_text(
    texts: Texts,
    oracle: Control,
    connection: oracledb.Connection,
    text: str,
    chunk_chars: int,
    chunks: int,
) -> None:
    """Whatever the text, the chunk and the window: what arrives is what was sent."""
    texts.text = text
    assert b"".join(windows(connection, chunk_chars, chunks)).decode() == text
    assert oracle.stats().open_temporary_lobs == 0


@pytest.mark.parametrize(("text", "said"), [(None, "NULL"), ("", "empty")])
def test_no_document(
    texts: Texts, connection: oracledb.Connection, text: str | None, said: str
) -> None:
    """A CLOB that is NULL or empty is no JSON: it is refused, and not passed on as an answer."""
    texts.text = text
    with pytest.raises(InvalidAnswer) as info:
        windows(connection)
    assert info.value.cause == f"Get_Division_List: the CLOB is {said}"


@pytest.mark.parametrize(
    ("size", "trips"),
    [
        (10, 1),
        (330_000, 1),
        (1_000_000, 1),
        (1 << 20, 1),
        (CHUNK * CHUNKS, 1),
        (CHUNK * CHUNKS + 1, 3),
        (20_000_000, 17),
        (20 << 20, 18),
    ],
)
def test_round_trips(
    texts: Texts, oracle: Control, connection: oracledb.Connection, size: int, trips: int
) -> None:
    """Up to 1 MB in one trip, 20 MB in less than one a MB, the freeing included; UTF-8 bytes."""
    texts.text = "x" * size
    windows(connection, CHUNK, CHUNKS)  # so that the statements are parsed
    with oracle.measure() as spent:
        pieces = windows(connection, CHUNK, CHUNKS)
    assert digest(b"".join(pieces)) == digest(texts.text.encode())
    assert spent.round_trips == trips
    if size >= 10_000:
        assert spent.bytes_out <= 1.05 * size
    assert spent.bytes_in < 100 * trips + 200  # chunks are not sent back as IN values
    assert spent.open_temporary_lobs == 0


def test_freed_on_time(texts: Texts, oracle: Control, connection: oracledb.Connection) -> None:
    """A document given up half-way is freed at once, and one of a window never leaves a CLOB."""
    texts.text = "x" * 100
    document = Document(DIVISION_LIST, {}, 10, 2)
    document.first(connection)
    assert oracle.stats().open_temporary_lobs == 1
    document.free(connection)
    assert oracle.stats().open_temporary_lobs == 0
    with oracle.measure() as spent:
        windows(connection)
    assert spent.temporary_lobs_created == 0


def test_statement() -> None:
    """The first block's text: named notation, and only the parameters that were given."""
    statement = first_statement("Get_Well_Summary_By_Day", ("well_id", "division_id", "to_date"))
    assert (
        "  Get_ODM_Data_Pkg.Get_Well_Summary_By_Day(p_well_id => :well_id, "
        "p_division_id => :division_id, p_to_date => :to_date, p_json => l_doc);\n"
    ) in statement
    names = {p.name for p in WELL_SUMMARY_BY_DAY.parameters}
    assert names == {"well_id", "division_id", "from_date", "to_date"}
    assert max(map(len, statement.splitlines())) < 200


def test_package_in_its_schema() -> None:
    """With a schema every name of the package has it, and nothing else is another one."""
    plain = first_statement("Get_Well_List", ("division_id",))
    named = first_statement("Get_Well_List", ("division_id",), package_of("ODM_OWNER"))
    assert named.count("ODM_OWNER.Get_ODM_Data_Pkg.") == 3
    assert named.replace("ODM_OWNER.", "") == plain
    assert package_of(None) == "Get_ODM_Data_Pkg"
