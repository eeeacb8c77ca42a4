"""What handlers are given: they run in the test's own process, which looks at it."""

from __future__ import annotations

import oracledb
import pytest

from . import Call, Control, Done, Out, Router, Rows, ServerThread
from .calls import Bind, Handler
from .client import connect, fails_with
from .statements import procedure_call


def run(handler: Handler, sql: str, binds: list[object] | None = None) -> ServerThread:
    """Execute one statement against a handler, and return the stopped server."""
    with ServerThread(handler) as oracle, connect(oracle) as connection:
        connection.cursor().execute(sql, binds or [])
    return oracle


def test_first_matching_statement_wins() -> None:
    """Patterns are tried in the order of their registration, whatever the case."""
    db = Router()
    seen = []

    @db.statement(r"into wells\b")
    def wells(_call: Call) -> int:
        seen.append("wells")
        return 1

    @db.statement(r"into")
    def other(_call: Call) -> Done:
        seen.append("other")
        return Done(1)

    run(db, "INSERT INTO Wells VALUES (1)")
    run(db, "insert into wells_2 values (1)")
    assert seen == ["wells", "other"]


def test_a_plain_function_is_a_handler() -> None:
    """Without a router, and without transactions to be told of."""
    calls: list[Call] = []

    def handler(call: Call) -> int:
        calls.append(call)
        return 1

    run(handler, "insert into t values (:1, :b)", [1, "x"])
    (call,) = calls
    assert (call.kind, call[1], call["b"], call["B"]) == ("dml", 1, "x", "x")
    with pytest.raises(KeyError):
        call.bind("c")


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("insert into t values (1)", None),
        ("insert into t values (1)", Rows([], [])),
        ("select 1 from dual", 1),
        ("begin null; end;", 1),
        ("begin p(:1); end;", {"no_such": 1}),
        ("truncate table t", {"a": 1}),
    ],
)
def test_results_must_fit_the_statement(
    sql: str, result: Rows | int | dict[str, int] | None
) -> None:
    """A handler that returns something else has a bug, and the test is told."""
    binds = [1] if ":1" in sql else []
    with ServerThread(lambda _call: result) as oracle, connect(oracle) as connection:
        with pytest.raises(oracledb.DatabaseError, match="ORA-00600"):
            connection.cursor().execute(sql, binds)
        assert len(oracle.failures()) == 1


def test_directions_are_those_of_the_first_execution() -> None:
    """A value for a bind that was IN would be lost: that is a bug, too."""
    results: list[dict[str, int]] = [{"a": 1}, {"a": 1, "b": 2}]
    with (
        ServerThread(lambda _call: results.pop(0)) as oracle,
        connect(oracle) as connection,
        connection.cursor() as cursor,
    ):
        binds = [cursor.var(int), cursor.var(int)]
        cursor.execute("begin p(:a, :b); end;", binds)
        with pytest.raises(oracledb.DatabaseError, match="which was an IN bind before"):
            cursor.execute("begin p(:a, :b); end;", binds)
        assert len(oracle.failures()) == 1


def test_in_out_binds_have_to_be_declared() -> None:
    """The client does not send an OUT bind again."""
    seen = []

    def handler(call: Call) -> Out:
        seen.append(call["a"])
        return Out({"a": 5}, in_out=["a"] if "io" in call.sql else ())

    for name in ("o", "io"):
        with (
            ServerThread(handler) as oracle,
            connect(oracle) as connection,
            connection.cursor() as cursor,
        ):
            a = cursor.var(int)
            for _ in range(2):
                cursor.execute(f"begin {name}(:a); end;", a=a)
    assert seen == [None, None, None, 5]


def test_statements_that_nothing_matches_do_not_exist(oracle: Control) -> None:
    """But any session may be altered."""
    with connect(oracle) as connection, connection.cursor() as cursor:
        cursor.execute("alter session set nls_date_format = 'YYYY-MM-DD'")
        with fails_with("ORA-00942"):
            cursor.execute("alter table nothing add x number")
        with fails_with("ORA-06550"):
            cursor.execute("begin null; end;")
        with fails_with("ORA-06550"):
            cursor.callproc("nothing.at_all")


@pytest.mark.parametrize(
    "sql",
    ["begin p(:1, :2); end;", "begin p(b => :2, a => :1); end;", "begin p(:1, b => :2); end;"],
)
def test_arguments_by_position_and_name(sql: str) -> None:
    """They are given by parameter, spelt as registered."""
    call = Call(
        None,  # type: ignore[arg-type]
        sql=sql,
        kind="plsql",
        binds=[Bind(1, "1"), Bind(2, "2")],
        values=["x", "y"],
        procedure=procedure_call(sql),
    )
    assert call.arguments(["A", "b"], ["c"]) == {"A": "x", "b": "y", "c": None}
    assert call.bind("a").position == 1
