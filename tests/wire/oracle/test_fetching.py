from __future__ import annotations

import oracledb
import pytest

from . import Control
from .client import connect
from .example import EMOJI, WHEN, document

WITH_FUNCTION = (
    "with function get_clob(p_kind varchar2) return clob is begin return docs.get(p_kind); end; "
    "select get_clob(:1) doc from dual"
)
DOCUMENTS = [f"document {n} {EMOJI}" for n in range(3)] + [None]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_values(connection: oracledb.Connection, size: int) -> None:
    """All column types, NULLs, and values that repeat from row to row."""
    with connection.cursor() as cursor:
        cursor.arraysize = cursor.prefetchrows = size
        assert cursor.execute("select * from mixed").fetchall() == [
            (1, "a", WHEN, WHEN.replace(microsecond=123456)),
            (1, "a", WHEN, WHEN),
            (-12.5, None, None, None),
            (10**20, "é" + EMOJI, WHEN, WHEN),
            (0, "a" * 3999, WHEN, WHEN),
        ]
        assert [column[0] for column in cursor.description] == ["N", "V", "D", "T"]


@pytest.mark.parametrize(
    ("rows", "sizes", "round_trips"),
    [
        # the driver's tuning guide
        (1, (2, 100), 1),
        (100, (2, 100), 2),
        (1000, (2, 100), 11),
        (10000, (2, 1000), 11),
        (10000, (1000, 1000), 11),
        (20, (20, 20), 2),
        (20, (21, 20), 1),
        # the driver's own tests
        (1, (1, 100), 2),
        (590, (1, 1), 591),
        (590, (300, 300), 2),
        (590, (30, 100), 7),
    ],
)
def test_round_trips_are_the_documented_ones(
    oracle: Control,
    connection: oracledb.Connection,
    rows: int,
    sizes: tuple[int, int],
    round_trips: int,
) -> None:
    """Prefetch and array size decide how many a query costs."""
    with connection.cursor() as cursor:
        cursor.prefetchrows, cursor.arraysize = sizes
        with oracle.measure() as spent:
            got = cursor.execute(f"select n from numbers where n < {rows}").fetchall()
    assert [n for (n,) in got] == list(range(rows))
    assert (spent.round_trips, spent.rows) == (round_trips, rows)


def test_repeated_values_are_not_sent_again(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """Only what changed from one row to the next."""
    with connection.cursor() as cursor:
        cursor.prefetchrows = 1001
        with oracle.measure() as spent:
            rows = cursor.execute("select * from repeats").fetchall()
    assert rows == [(n, "x" * 1000) for n in range(1000)]
    assert spent.bytes_out < 20_000


def test_binds(oracle: Control, connection: oracledb.Connection) -> None:
    """A query executed again takes new values."""
    with connection.cursor() as cursor:
        for limit in (3, 5):
            cursor.execute("select n from numbers where n < :limit", limit=limit)
            assert len(cursor.fetchall()) == limit
    assert oracle.stats().cursors_opened == 1


def test_clob_column_as_locators(oracle: Control, connection: oracledb.Connection) -> None:
    """Described, defined and fetched; once known, executed and fetched."""
    with connection.cursor() as cursor:
        with oracle.measure() as spent:
            rows = cursor.execute("select id, doc from docs").fetchall()
        assert spent.calls == {"execute": 2, "fetch": 1}
        assert [lob and lob.read() for _, lob in rows] == DOCUMENTS
        with oracle.measure() as spent:
            cursor.execute("select id, doc from docs").fetchall()
        assert spent.calls == {"execute": 1, "fetch": 1}
        assert cursor.execute("select doc from no_docs").fetchall() == []
    connection.ping()
    assert oracle.stats().open_temporary_lobs == 0


def test_clob_column_inline(oracle: Control, connection: oracledb.Connection) -> None:
    """Defined as LONG, there are no locators and nothing to read."""
    with connection.cursor() as cursor:
        for calls in ({"execute": 2, "fetch": 1}, {"execute": 1, "fetch": 1}):
            with oracle.measure() as spent:
                rows = cursor.execute("select id, doc from docs", fetch_lobs=False).fetchall()
            assert spent.calls == calls
            assert [doc for _, doc in rows] == DOCUMENTS


@pytest.mark.parametrize("size", [60, 300, 32767, 40_000, 300_000])
def test_inline_clobs_travel_as_utf8(
    oracle: Control, connection: oracledb.Connection, size: int
) -> None:
    """One byte for each ASCII character, at any length."""
    with connection.cursor() as cursor, oracle.measure() as spent:
        cursor.execute(WITH_FUNCTION, [str(size)], fetch_lobs=False)
        assert cursor.fetchone() == (document(size),)
    assert spent.bytes_out < size * 1.002 + 700
    assert "lob_read" not in spent.calls
    assert spent.temporary_lobs_created == 0


def test_first_choice_of_lobs_stays_with_the_statement(connection: oracledb.Connection) -> None:
    """The driver keeps a cached statement's variables, whatever is asked for later."""
    kinds = []
    for fetch_lobs in (True, False, False):
        with connection.cursor() as cursor:
            cursor.execute("select id, doc from docs", fetch_lobs=fetch_lobs)
            kinds.append(type(cursor.fetchone()[1]).__name__)
    assert kinds == ["LOB", "LOB", "LOB"]


@pytest.mark.slow
@pytest.mark.skipif(oracledb.__version__ != "26.1.0", reason="a defect of this release")
def test_interrupted_define_leaves_the_old_rows(oracle: Control) -> None:
    """A SELECT of a CLOB is described, then defined. When a time-out interrupts the define,
    the cached statement's next execution defines again instead of executing, sends no binds,
    and fetches the rows of the one before.
    """
    oracle.inject("hang", operation="execute", sql="get_clob", skip=1)
    with connect(oracle) as connection:
        connection.call_timeout = 1000
        with connection.cursor() as cursor, pytest.raises(oracledb.DatabaseError):
            cursor.execute(WITH_FUNCTION, ["1000"], fetch_lobs=False)
        connection.call_timeout = 0
        with connection.cursor() as cursor:
            cursor.execute(WITH_FUNCTION, ["2000"], fetch_lobs=False)
            assert cursor.fetchone() == (document(1000),)  # and not of 2000
