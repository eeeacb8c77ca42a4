from __future__ import annotations

import oracledb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from . import Clob, Control
from .client import connect, eventually, fails_with, get_clob
from .encoding import Writer
from .example import EMOJI, document
from .lobs import Lob, locator_id, locator_ids, write_locator

TEXTS = st.text(["a", "é", "€", EMOJI], max_size=50)


@given(TEXTS, st.integers(1, 60), st.integers(1, 60))
def test_offsets_and_amounts_count_utf16_units(text: str, offset: int, amount: int) -> None:
    """For ASCII texts, which are never encoded whole, as for all others."""
    units = text.encode("utf-16-be")
    piece = units[2 * (offset - 1) : 2 * (offset - 1 + amount)]
    assert Clob(text).read(offset, amount) == piece
    assert Clob(text).substr(amount, offset) == piece.decode("utf-16-be", "surrogatepass")
    assert Clob(text).size == len(units) // 2


@given(TEXTS, TEXTS, st.integers(1, 30))
def test_writing_overwrites_and_fills_up(text: str, more: str, offset: int) -> None:
    """As DBMS_LOB.WRITE does."""
    lob = Lob(Clob(text), temporary=True)
    lob.write(offset, more.encode("utf-16-be"))
    start = 2 * (offset - 1)
    before = text.encode("utf-16-be")
    after = before[start + len(more.encode("utf-16-be")) :]
    expected = before[:start].ljust(start, b"\xff").replace(b"\xff\xff", b"\0 ")
    assert lob.content.utf16 == expected + more.encode("utf-16-be") + after


def test_locators_can_be_told_apart() -> None:
    """Alone, and concatenated as when they are freed."""
    lobs = [Lob(Clob(""), temporary=True) for _ in range(3)]
    assert [locator_id(lob.locator) for lob in lobs] == [lob.id for lob in lobs]
    assert locator_ids(b"".join(lob.locator for lob in lobs)) == [lob.id for lob in lobs]


def test_null_has_no_locator() -> None:
    """Its length is 0."""
    w = Writer()
    write_locator(w, None)
    assert w.buffer == b"\0"


def test_size_comes_with_the_locator(oracle: Control, connection: oracledb.Connection) -> None:
    """So only reading costs a round trip."""
    with oracle.measure() as spent:
        lob = get_clob(connection, "10000")
        assert (lob.size(), lob.getchunksize()) == (10_000, 8060)
    assert spent.round_trips == 1
    with oracle.measure() as spent:
        assert lob.read() == document(10_000)
    assert spent.calls == {"lob_read": 1}


def test_locators_read_as_utf16(oracle: Control, connection: oracledb.Connection) -> None:
    """Two bytes on the wire for each ASCII character."""
    with oracle.measure() as spent:
        get_clob(connection, "40000").read()
    assert 80_000 < spent.bytes_out < 81_000


def test_reading_in_pieces(oracle: Control, connection: oracledb.Connection) -> None:
    """Until a read beyond the end finds nothing."""
    lob = get_clob(connection, "10001")
    pieces: list[str] = []
    with oracle.measure() as spent:
        while piece := lob.read(len(pieces) * 4000 + 1, 4000):
            assert isinstance(piece, str)
            pieces.append(piece)
    assert [len(piece) for piece in pieces] == [4000, 4000, 2001]
    assert "".join(pieces) == document(10_001)
    assert spent.calls == {"lob_read": 4}


def test_emoji_within_a_piece(connection: oracledb.Connection) -> None:
    """It counts twice."""
    lob = get_clob(connection, "emoji 3998")
    whole = lob.read()
    assert isinstance(whole, str)
    assert (lob.size(), len(whole)) == (4010, 4009)
    assert lob.read(1, 4000) == "x" * 3998 + EMOJI
    assert lob.read(4001, 4000) == "y" * 10


def test_emoji_across_a_piece_s_edge(oracle: Control, connection: oracledb.Connection) -> None:
    """The pair is split, and the driver cannot decode half of one. The connection recovers."""
    lob = get_clob(connection, "emoji 3999")
    for offset in (1, 4001):
        with pytest.raises(UnicodeDecodeError):
            lob.read(offset, 4000)
    assert oracle.stats().errors == {"ORA-01013": 2}  # from the driver's breaks
    assert lob.read() == "x" * 3999 + EMOJI + "y" * 10
    connection.ping()


def test_temporary_lobs_are_freed_along_with_the_next_call(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """Not before, and for no round trip of its own."""
    lob = get_clob(connection, "100")
    (session,) = oracle.sessions()
    assert (session.temporary_lobs, oracle.stats().open_temporary_lobs) == (1, 1)
    del lob
    assert oracle.stats().open_temporary_lobs == 1
    with oracle.measure() as spent:
        connection.ping()
    assert (spent.round_trips, spent.piggybacks) == (1, {"free_temporary_lobs": 1})
    assert (spent.temporary_lobs_freed, spent.open_temporary_lobs) == (1, 0)


def test_temporary_lobs_end_with_their_session(oracle: Control) -> None:
    """Without having been freed."""
    connection = connect(oracle)
    lob = get_clob(connection, "100")
    connection.close()
    eventually(lambda: oracle.stats().open_temporary_lobs == 0)
    assert lob is not None
    assert oracle.stats().temporary_lobs_freed == 0


def test_reusing_a_variable_leaks_its_lob(oracle: Control, connection: oracledb.Connection) -> None:
    """The driver puts the new locator into the old LOB object, and forgets the old locator."""
    with connection.cursor() as cursor:
        out = cursor.var(oracledb.DB_TYPE_CLOB)
        for _ in range(3):
            cursor.callproc("docs.get", ["100", out])
    del out
    connection.ping()
    assert oracle.stats().open_temporary_lobs == 2


def test_lob_in_and_out(oracle: Control, connection: oracledb.Connection) -> None:
    """A block may go on with the temporary LOB it handed out before, and free it at last."""
    block = "begin append(:doc, :text); end;"
    with connection.cursor() as cursor:
        doc = cursor.var(oracledb.DB_TYPE_CLOB)
        for text in ("one", "two", "333"):
            cursor.execute(block, doc=doc, text=text)
        assert doc.getvalue().read() == "onetwo333"
        assert oracle.stats().open_temporary_lobs == 1
        cursor.execute(block, doc=doc, text=None)
        assert doc.getvalue() is None
    assert oracle.stats().open_temporary_lobs == 0
    assert oracle.stats().temporary_lobs_created == 1


def test_long_texts_travel_as_temporary_lobs(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """The driver makes one of a string bind over 32767 bytes."""
    with connection.cursor() as cursor:
        outs = [cursor.var(oracledb.DB_TYPE_CLOB) for _ in "nvdtc"]
        text = EMOJI + "é" * 40_000
        cursor.callproc("types.echo", [None, None, None, None, text, *outs])
        assert outs[-1].getvalue().read() == text
    assert oracle.stats().calls["lob_create_temporary"] == 1


def test_writing_from_the_client(connection: oracledb.Connection) -> None:
    """Offsets count UTF-16 units here, too."""
    lob = connection.createlob(oracledb.DB_TYPE_CLOB, "ab" + EMOJI)
    assert lob.size() == 4
    lob.write("cd", 5)
    assert lob.read() == f"ab{EMOJI}cd"


def test_freed_lobs_are_gone(oracle: Control, connection: oracledb.Connection) -> None:
    """ORA-22922, as when a LOB outlives its result set."""
    with connection.cursor() as cursor:
        cursor.execute("select id, doc from docs")
        lob = cursor.fetchone()[1]
        assert lob.read() == f"document 0 {EMOJI}"
        cursor.execute("select id, doc from docs")
    with fails_with("ORA-22922"):
        lob.read()
    assert oracle.stats().temporary_lobs_created == 0
