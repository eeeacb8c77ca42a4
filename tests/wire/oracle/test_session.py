from __future__ import annotations

import oracledb

from . import Call, Control, Router, ServerThread
from .client import connect


def attributes(oracle: Control) -> tuple[str | None, ...]:
    (session,) = oracle.sessions()
    return session.module, session.action, session.client_identifier, session.client_info


def test_end_to_end_attributes_ride_on_the_next_call(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """They cost no round trip, and are seen in V$SESSION and in the trace."""
    connection.module, connection.action = "odm", "well-summary"
    connection.client_identifier, connection.clientinfo = "request-1", "info"
    connection.current_schema = "ODM"
    with oracle.measure() as spent:
        connection.ping()
    assert spent.round_trips == 1
    assert spent.calls_by_action == {"odm/well-summary": 1}
    assert attributes(oracle) == ("odm", "well-summary", "request-1", "info")
    assert oracle.sessions()[0].current_schema == "ODM"
    traced = oracle.trace()[-1]
    assert (traced.module, traced.action, traced.client_identifier) == (
        "odm",
        "well-summary",
        "request-1",
    )
    assert traced.piggybacks == ["current_schema", "end_to_end"]


def test_end_to_end_attributes_can_be_emptied(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """By an empty string, alone or before others that are not, and by None."""
    connection.module, connection.action, connection.client_identifier = "m", "a", "c"
    connection.ping()
    connection.client_identifier, connection.action, connection.clientinfo = "", "", "info"
    connection.ping()
    assert attributes(oracle) == ("m", None, None, "info")
    connection.clientinfo = ""
    connection.ping()
    assert attributes(oracle) == ("m", None, None, None)


def test_setting_the_module_clears_the_action(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """The driver's doing: the action is set after the module, or lost."""
    connection.module, connection.action = "m", "a"
    connection.ping()
    connection.module = "other"
    connection.ping()
    assert attributes(oracle) == ("other", None, None, None)


def test_handlers_see_the_session() -> None:
    """Who asks, and what was asked before."""
    db = Router()
    seen = []

    @db.procedure("who.am_i")
    def who_am_i(call: Call, _arguments: object) -> None:
        session = call.session
        session.state["calls"] = session.state.get("calls", 0) + 1
        seen.append((session.user, session.action, session.altered[1:], session.state["calls"]))

    with ServerThread(db) as oracle, connect(oracle) as connection, connection.cursor() as cursor:
        cursor.callproc("who.am_i")
        connection.action = "again"
        cursor.execute("alter session set nls_numeric_characters = '.,'")
        cursor.callproc("who.am_i")
        assert oracle.failures() == []
    assert seen == [
        ("SCOTT", None, [], 1),
        ("SCOTT", "again", ["alter session set nls_numeric_characters = '.,'"], 2),
    ]


def test_trace(oracle: Control, connection: oracledb.Connection) -> None:
    """What was called, with which binds, how long it took and how it ended."""
    oracle.reset()
    with connection.cursor() as cursor:
        cursor.executemany("insert into wells (id, name) values (:1, :2)", [(1, "a"), (2, "b")])
    connection.ping()
    insert, ping = oracle.trace()
    assert (insert.operation, insert.executions, insert.binds) == ("execute", 2, ["1", "'a'"])
    assert insert.sql.startswith("insert into wells")
    assert insert.sid == connection.session_id
    assert (insert.error, insert.fault) == (None, None)
    assert insert.bytes_in > 100 > ping.bytes_in > 10
    assert insert.bytes_out > ping.bytes_out > 10
    assert insert.started_at + insert.seconds <= ping.started_at
    assert (ping.operation, ping.sql) == ("ping", "")
