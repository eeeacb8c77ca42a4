from __future__ import annotations

import datetime
from decimal import Decimal

import oracledb
import pytest

from . import Control, ServerProcess
from .client import connect, fails_with, get_clob
from .example import document, make

BLOCK = "declare l_doc clob; begin l_doc := docs.get(:kind); cut(l_doc, :chunks, :total); end;"
INSERT = "insert into wells (id, name) values (:1, :2)"


def in_transaction(connection: oracledb.Connection) -> bool:
    return connection.transaction_in_progress


def batch_errors(cursor: oracledb.Cursor) -> list[tuple[int, str]]:
    return [(error.offset, error.full_code) for error in cursor.getbatcherrors() or ()]


def test_procedure_with_named_parameters(oracle: Control, connection: oracledb.Connection) -> None:
    """In any order; the statement is parsed once and executed again."""
    with connection.cursor() as cursor:
        for size in (100, 200, 2000, 100):
            out = cursor.var(oracledb.DB_TYPE_CLOB)
            cursor.callproc("docs.get", keyword_parameters={"p_json": out, "p_kind": str(size)})
            assert out.getvalue().read() == document(size)
    calls = oracle.stats().calls
    # "2000" is longer than "100": new bind metadata takes a full execute, but no parse
    assert (calls["execute"], calls["reexecute"]) == (2, 2)
    assert oracle.stats().cursors_opened == 1


def test_function_and_in_out_parameter(connection: oracledb.Connection) -> None:
    """A return value is one more OUT bind; an IN OUT one keeps its direction."""
    with connection.cursor() as cursor:
        assert cursor.callfunc("types.double_it", int, [21]) == 42
        number = cursor.var(int)
        number.setvalue(0, 41)
        for expected in (42, 43, 44):
            cursor.callproc("types.bump", [number])
            assert number.getvalue() == expected


def test_all_chunks_in_one_array(oracle: Control, connection: oracledb.Connection) -> None:
    """An index-by table comes back whole, in one round trip and as UTF-8."""
    with connection.cursor() as cursor:
        chunks = cursor.arrayvar(oracledb.DB_TYPE_VARCHAR, 64, 4000)
        total = cursor.var(int)
        with oracle.measure() as spent:
            cursor.execute(BLOCK, kind="100000", chunks=chunks, total=total)
        assert "".join(chunks.getvalue()) == document(100_000)
        assert (len(chunks.getvalue()), total.getvalue()) == (25, 100_000)
        assert spent.round_trips == 1
        assert spent.bytes_out < 101_000


@pytest.mark.parametrize(
    ("elements", "size", "error"), [(24, 4000, "ORA-06513"), (64, 900, "ORA-06502")]
)
def test_array_too_small(
    connection: oracledb.Connection, elements: int, size: int, error: str
) -> None:
    """Too few elements, and elements too short."""
    with connection.cursor() as cursor:
        chunks = cursor.arrayvar(oracledb.DB_TYPE_VARCHAR, elements, size)
        with fails_with(error):
            cursor.execute(BLOCK, kind="100000", chunks=chunks, total=cursor.var(int))


@pytest.mark.parametrize("names", [[], ["brent"], ["a", None, "é€"], ["x" * 4000] * 300])
def test_arrays_in_and_out(connection: oracledb.Connection, names: list[str | None]) -> None:
    """Index-by tables as IN OUT and as OUT binds, also longer than many packets."""
    with connection.cursor() as cursor:
        for _ in range(2):  # executed, and executed again
            array = cursor.arrayvar(oracledb.DB_TYPE_VARCHAR, 300, 4000)
            array.setvalue(0, names)
            lengths = cursor.arrayvar(oracledb.DB_TYPE_NUMBER, 300)
            cursor.execute("begin upper_all(:names, :lengths, 'x'); end;", [array, lengths])
            assert array.getvalue() == [name and name.upper() for name in names]
            assert lengths.getvalue() == [len(name or "") for name in names]


def test_block_executed_again_after_an_integrity_error(connection: oracledb.Connection) -> None:
    """The driver keeps the cursor then, and learns the directions late."""
    with connection.cursor() as cursor:
        for n in (0, 1, 2):
            out = cursor.var(int)
            try:
                cursor.execute("begin fail_at_first(:n, :out); end;", n=n, out=out)
            except oracledb.IntegrityError:
                assert n == 0
            else:
                assert out.getvalue() == 10 * n


def test_string_buffer_too_small(connection: oracledb.Connection) -> None:
    """The block fails as PL/SQL does when it assigns to a bind."""
    with connection.cursor() as cursor:
        outs = [cursor.var(int), cursor.var(str, 10), *(cursor.var(str) for _ in "dtc")]
        with fails_with("ORA-06502"):
            cursor.callproc("types.echo", [1, "x" * 200, None, None, None, *outs])


def test_compilation_errors(oracle: Control, connection: oracledb.Connection) -> None:
    """Unknown procedures, wrong arguments, unknown tables."""
    with connection.cursor() as cursor:
        with fails_with("ORA-06550") as info:
            cursor.callproc("no_such.proc", [1])
        assert "PLS-00201" in str(info.value)
        assert info.value.args[0].offset == 6
        for parameters in (
            {"p_kin": 1, "p_json": 2},
            {"p_kind": 1},
            {"p_kind": 1, "p_json": 2, "x": 3},
        ):
            with fails_with("ORA-06550") as info:
                cursor.callproc("docs.get", keyword_parameters=parameters)
            assert "PLS-00306" in str(info.value)
        with fails_with("ORA-00942"):
            cursor.execute("select * from nothing")
    assert oracle.stats().errors == {"ORA-06550": 4, "ORA-00942": 1}


def test_parameters_with_a_default_may_be_left_out(connection: oracledb.Connection) -> None:
    """Or given, by position as by name."""
    with connection.cursor() as cursor:
        out = cursor.var(oracledb.DB_TYPE_CLOB)
        cursor.callproc("docs.get", ["100", out])
        cursor.callproc("docs.get", ["100", out, "2024-01-01"])
        cursor.callproc("docs.get", ["100", out], {"p_from_date": "2024-01-01"})
        with fails_with("ORA-06550"):
            cursor.callproc("docs.get", ["100", out, "2024-01-01", 4])


def test_block_executed_many_times(oracle: Control, connection: oracledb.Connection) -> None:
    """OUT values by row. The first execution finds out the directions, alone."""
    with connection.cursor() as cursor:
        doubled = cursor.var(int, arraysize=5)
        cursor.setinputsizes(doubled, None)
        with oracle.measure() as spent:
            cursor.executemany(
                "begin :r := types.double_it(:n); end;", [(None, n) for n in range(5)]
            )
        assert doubled.values == [0, 2, 4, 6, 8]
        assert cursor.rowcount == 0
    assert (spent.executions, spent.round_trips) == (5, 2)


def test_many_rows_in_one_round_trip(oracle: Control, connection: oracledb.Connection) -> None:
    """An array of binds over many packets, with NULLs in it."""
    rows = [(n, f"well {n}" * 50) for n in range(900)]
    with connection.cursor() as cursor:
        with oracle.measure() as spent:
            cursor.executemany(INSERT, rows)
        assert cursor.rowcount == 900
        assert (spent.round_trips, spent.executions) == (1, 900)
        assert spent.packets_in > 40
        assert cursor.execute("select id, name from wells").fetchall() == rows


def test_batch_stops_at_its_first_error(connection: oracledb.Connection) -> None:
    """The rows before it stay, and rowcount says how many there are."""
    with connection.cursor() as cursor:
        with fails_with("ORA-00001"):
            cursor.executemany(INSERT, [(1, "a"), (2, "b"), (2, "c"), (4, "d")])
        assert cursor.rowcount == 2
        assert cursor.execute("select id, name from wells").fetchall() == [(1, "a"), (2, "b")]
        assert connection.transaction_in_progress


@pytest.mark.parametrize("row_counts", [False, True])
def test_batch_errors(
    oracle: Control,
    connection: oracledb.Connection,
    row_counts: bool,
) -> None:
    """All good rows go in; the others are reported, not in ascending order."""
    rows = [(1, "a"), (2, "b"), (2, "c"), (4, None), (1000, "e"), (6, "f")]
    with connection.cursor() as cursor:
        with oracle.measure() as spent:
            cursor.executemany(INSERT, rows, batcherrors=True, arraydmlrowcounts=row_counts)
        assert batch_errors(cursor) == [(4, "ORA-01438"), (2, "ORA-00001"), (3, "ORA-01400")]
        assert "unique constraint (ODM.WELLS_PK) violated" in cursor.getbatcherrors()[1].message
        assert cursor.rowcount == 3
        if row_counts:
            assert cursor.getarraydmlrowcounts() == [1, 1, 0, 0, 0, 1]
        assert [row[0] for row in cursor.execute("select id, name from wells")] == [1, 2, 6]
    assert spent.round_trips == 1
    assert spent.errors == {"ORA-00001": 1, "ORA-01400": 1, "ORA-01438": 1}


def test_batch_without_errors(connection: oracledb.Connection) -> None:
    """An empty list, also after a batch that had some."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, [(1, "a"), (1, "b")], batcherrors=True)
        assert batch_errors(cursor) == [(1, "ORA-00001")]
        cursor.executemany(INSERT, [(2, "a"), (3, "b")], batcherrors=True)
        assert cursor.getbatcherrors() == []


def test_batch_with_errors_is_not_committed(connection: oracledb.Connection) -> None:
    """Not even with autocommit: the caller decides."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, [(1, "a"), (2, "b")], batcherrors=True)
        assert not in_transaction(connection)
        cursor.executemany(INSERT, [(2, "a"), (3, "b")], batcherrors=True)
        assert in_transaction(connection)


def test_errors_of_the_last_part_only(connection: oracledb.Connection) -> None:
    """The driver forgets those of the parts before, if it is told to split the batch."""
    rows = [(n, None) for n in range(5)]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows, batcherrors=True, batch_size=3)
        assert batch_errors(cursor) == [(0, "ORA-01400"), (1, "ORA-01400")]


@pytest.mark.parametrize("count", [1, 84, 85, 126, 127, 300, 1000])
def test_batch_of_nothing_but_errors(connection: oracledb.Connection, count: int) -> None:
    """The arrays of codes and offsets have another form beyond 252 bytes."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, [(n, None) for n in range(count)], batcherrors=True)
        assert batch_errors(cursor) == [(n, "ORA-01400") for n in range(count)]
        assert cursor.rowcount == 0
        assert "Help" in cursor.getbatcherrors()[-1].message
        connection.ping()


def test_batch_error_messages_may_be_long(connection: oracledb.Connection) -> None:
    """Longer than the short form of a string, and not ASCII."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into failing values (:1)", [("é" * n,) for n in (1, 200, 900)], batcherrors=True
        )
        messages = [error.message for error in cursor.getbatcherrors()]
    assert messages == [f"ORA-20001: {'é' * n}" for n in (1, 200, 900)]


def test_rows_affected_by_each_execution(connection: oracledb.Connection) -> None:
    """Also none, and several."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, [(1, "a"), (2, "b"), (3, "b"), (4, "c")])
        update = "update wells set name = :new where name = :old"
        cursor.executemany(update, [("x", "a"), ("y", "b"), ("z", "none")], arraydmlrowcounts=True)
        assert cursor.getarraydmlrowcounts() == [1, 2, 0]
        assert cursor.rowcount == 3
        cursor.executemany(update, [("a", "x")], arraydmlrowcounts=True)  # executed again
        assert cursor.getarraydmlrowcounts() == [1]


def test_rows_affected_before_an_error(connection: oracledb.Connection) -> None:
    """They are told along with the error."""
    with connection.cursor() as cursor:
        with fails_with("ORA-00001"):
            cursor.executemany(INSERT, [(1, "a"), (2, "b"), (2, "c")], arraydmlrowcounts=True)
        assert cursor.getarraydmlrowcounts() == [1, 1]


def test_batch_with_dates_and_numbers(connection: oracledb.Connection) -> None:
    """DATE, TIMESTAMP and NUMBER binds with all their digits."""
    day = datetime.date(2024, 5, 1)
    time = datetime.datetime(2024, 5, 1, 12, 30, 59, 123456)  # noqa: DTZ001
    with connection.cursor() as cursor:
        cursor.setinputsizes(
            oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP, oracledb.DB_TYPE_NUMBER
        )
        rows = [(day, time, Decimal("12345678901234567890.123")), (None, None, None)]
        cursor.executemany("insert into seen values (:1, :2, :3)", rows)
        cursor.execute("select * from seen")
        assert cursor.fetchone() == (
            "datetime.datetime(2024, 5, 1, 0, 0)",
            repr(time),
            "Decimal('12345678901234567890.123')",
        )
        assert cursor.fetchone() == ("None", "None", "None")


@pytest.mark.parametrize("max_string_size", [4000, 32767])
def test_long_strings_in_sql(max_string_size: int) -> None:
    """Those longer than the database's strings come last in each row."""
    rows = [("x" * 9000, "a", "é" * 3000), ("b", "y" * 500, None)]
    with (
        ServerProcess(make, max_string_size=max_string_size) as oracle,
        connect(oracle) as connection,
        connection.cursor() as cursor,
    ):
        cursor.executemany("insert into seen values (:1, :2, :3)", rows)
        cursor.execute("select * from seen_lengths")
        assert cursor.fetchall() == [("9000 x", "1 a", "3000 é"), ("1 b", "500 y", "0 ")]


def test_open_cursors_are_limited() -> None:
    """A client that keeps too many gets ORA-01000."""
    with ServerProcess(make, open_cursors=5) as oracle, connect(oracle) as connection:
        cursors = [connection.cursor() for _ in range(6)]
        for n in range(5):
            cursors[n].execute(f"select n from numbers where n < {n}")
        with fails_with("ORA-01000"):
            cursors[5].execute("select n from numbers where n < 5")
        assert oracle.stats().open_cursors == 5


def test_statement_cache_closes_cursors(oracle: Control) -> None:
    """Cursors the driver evicts are closed along with its next call."""
    with connect(oracle, stmtcachesize=2) as connection:
        for n in range(10):
            with connection.cursor() as cursor:
                cursor.execute(f"select n from numbers where n < {n}").fetchall()
        connection.ping()
        stats = oracle.stats()
        assert (stats.cursors_opened, stats.open_cursors) == (10, 2)
        assert stats.piggybacks["close_cursors"] >= 7


def test_handler_bugs_are_internal_errors(oracle: Control, connection: oracledb.Connection) -> None:
    """ORA-00600, and the traceback is kept for the test to see."""
    with pytest.raises(oracledb.DatabaseError, match="ORA-00600"), connection.cursor() as cursor:
        cursor.callproc("types.bump", [None])
    assert "TypeError" in oracle.failures()[0]
    oracle.forget_failures()


def test_clob_larger_than_a_string(oracle: Control, connection: oracledb.Connection) -> None:
    """A string variable over 32767 characters silently becomes a CLOB, and one more trip."""
    with connection.cursor() as cursor:
        out = cursor.var(str, 100_000)
        with oracle.measure() as spent:
            cursor.callproc("docs.get", ["50000", out])
        assert out.getvalue() == document(50_000)
    assert spent.calls == {"execute": 1, "lob_read": 1}
    assert get_clob(connection, None) is None
