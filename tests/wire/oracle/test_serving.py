from __future__ import annotations

import threading
import time
from collections.abc import Callable

import oracledb
import pytest

from . import Control
from .client import connect, eventually, fails_with, get_clob, get_document, pooled, resets
from .example import document

pytestmark = resets

SLOW = 15
"""Seconds that no machine needs, and less than half of what a call that nothing ends takes."""


def when_running(oracle: Control, act: Callable[[], object]) -> threading.Thread:
    """Do something once a call is running, in a thread that is to be joined."""

    def wait_and_act() -> None:
        eventually(lambda: any(session.sql for session in oracle.sessions()))
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (20001, 'ORA-20001: no such well\nORA-06512: at "ODM.GET_ODM_DATA_PKG", line 42'),
        (4068, "existing state of packages has been discarded"),
        (1403, "no data found"),
        (6502, "PL/SQL: numeric or value error"),
        (1, "unique constraint (ODM.WELLS_PK) violated"),
    ],
)
def test_errors_of_a_block(
    oracle: Control, connection: oracledb.Connection, code: int, text: str
) -> None:
    """Each costs the break and reset exchange besides; the connection stays usable."""
    with connection.cursor() as cursor:
        for _ in range(5):
            with oracle.measure() as spent, fails_with(f"ORA-{code:05d}") as info:
                cursor.callproc("errors.raise_it", [code, text])
            assert info.value.args[0].code == code
            assert text.splitlines()[-1] in str(info.value)
            assert (spent.round_trips, spent.calls["break_reset"]) == (2, 1)
            assert oracle.trace()[-1].error == f"ORA-{code:05d}"
    assert get_document(connection, "100") == document(100)
    assert oracle.stats().open_cursors <= 2  # those that failed are closed


@pytest.mark.parametrize("out_of_band", [True, False])
def test_call_timeout(oracle: Control, out_of_band: bool) -> None:
    """The driver breaks the call, the handler is cancelled, the connection stays usable."""
    with connect(oracle, disable_oob=not out_of_band) as connection:
        for _ in range(2):
            connection.call_timeout = 250
            started = time.monotonic()
            with connection.cursor() as cursor, fails_with("DPY-4024"):
                cursor.callproc("dbms_session.sleep", [30])
            assert 0.22 < time.monotonic() - started < SLOW
            connection.call_timeout = 0
            assert get_document(connection, "9000") == document(9000)
    assert oracle.stats().errors == {"ORA-01013": 2}
    assert oracle.stats().breaks == {"out_of_band" if out_of_band else "interrupt": 2}


def test_call_timeout_while_reading_a_lob(oracle: Control, connection: oracledb.Connection) -> None:
    """A server that hangs is broken like one that is busy."""
    lob = get_clob(connection, "9000")
    oracle.inject("hang", operation="lob_read")
    connection.call_timeout = 250
    with fails_with("DPY-4024"):
        lob.read()
    connection.call_timeout = 0
    assert lob.read() == document(9000)


def test_cancel_from_another_thread(oracle: Control, connection: oracledb.Connection) -> None:
    """As a service does when its client has gone."""
    canceller = when_running(oracle, connection.cancel)
    with connection.cursor() as cursor, fails_with("ORA-01013"):
        cursor.callproc("dbms_session.sleep", [30])
    canceller.join()
    connection.ping()
    assert sum(oracle.stats().breaks.values()) == 1


def test_cancel_amid_a_batch(oracle: Control) -> None:
    """A break gets through to a long batch, too. What was done until then stays."""

    def cancel() -> None:
        eventually(lambda: oracle.stats().executions >= 100)
        connection.cancel()

    with connect(oracle) as connection, connection.cursor() as cursor:
        canceller = when_running(oracle, cancel)
        with fails_with("ORA-01013"):
            cursor.executemany("insert into slow values (:1)", [(n,) for n in range(50_000)])
        canceller.join()
        assert 100 <= oracle.stats().executions < 50_000
        connection.ping()


def test_dead_server_costs_two_timeouts(oracle: Control) -> None:
    """One for the answer and one for the break, and then the connection is gone."""
    connection = connect(oracle)
    oracle.inject("dead", operation="ping")
    connection.call_timeout = 250
    started = time.monotonic()
    with fails_with("DPY-4011"):
        connection.ping()
    assert 0.45 < time.monotonic() - started < SLOW
    assert not connection.is_healthy()


@pytest.mark.slow
def test_trickle_never_trips_the_call_timeout(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """The synchronous driver counts each receive by itself."""
    lob = get_clob(connection, "10000")
    oracle.inject("trickle", operation="lob_read", bytes_per_s=10_000)
    connection.call_timeout = 1000
    started = time.monotonic()
    assert lob.read() == document(10_000)
    assert time.monotonic() - started > 1.5


@pytest.mark.slow
def test_timeout_amid_an_answer_loses_step(oracle: Control) -> None:
    """With a packet half received, the next call fails too: such a connection is to be dropped."""
    with connect(oracle) as connection:
        lob = get_clob(connection, "40000")
        oracle.inject("stall", operation="lob_read", after_bytes=20_000)
        connection.call_timeout = 1000
        with fails_with("DPY-4024"):
            lob.read()
        with pytest.raises(oracledb.Error):
            connection.ping()


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("after", [0, 5, 3000, 20_000])
def test_connection_lost_amid_an_answer(
    oracle: Control,
    after: int,
    reset: bool,
) -> None:
    """By FIN and by RST: never a short answer."""
    connection = connect(oracle)
    lob = get_clob(connection, "40000")
    oracle.inject("close_mid", operation="lob_read", after_bytes=after, reset=reset)
    with fails_with("DPY-4011"):
        lob.read()
    with fails_with("DPY-1001"):
        connection.ping()
    assert oracle.stats().faults == {"close_mid": 1}
    assert oracle.trace()[-1].fault == "close_mid"


@pytest.mark.parametrize("action", ["close", "close_after"])
def test_connection_lost_around_an_answer(oracle: Control, action: str) -> None:
    """Before it, or after it: found at the next call."""
    connection = connect(oracle)
    oracle.inject(action, operation="ping")
    if action == "close":
        with fails_with("DPY-4011"):
            connection.ping()
    else:
        connection.ping()
        eventually(lambda: oracle.stats().open_connections == 0)
        with fails_with("DPY-4011"):
            connection.ping()


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_connection_lost_while_connecting(oracle: Control, stage: int) -> None:
    """At any stage of a log-on."""
    negotiation = "protocol" if oracle.profile.name == "19c" else "fast_logon"
    oracle.inject("close", operation=("connect", negotiation, "logon_proof")[stage])
    with pytest.raises(oracledb.Error):
        connect(oracle)
    connect(oracle).close()


@pytest.mark.slow
def test_nothing_bounds_a_log_on_that_hangs(oracle: Control) -> None:
    """The connect time-out ends with TCP's handshake, and there is no other."""
    oracle.inject("dead", operation="connect")
    errors: list[oracledb.Error] = []

    def log_on() -> None:
        try:
            connect(oracle, tcp_connect_timeout=0.2)
        except oracledb.Error as error:
            errors.append(error)

    thread = threading.Thread(target=log_on)
    thread.start()
    eventually(lambda: oracle.stats().faults["dead"] == 1)
    thread.join(0.5)
    assert thread.is_alive()
    oracle.drop_all()
    thread.join(30)
    assert len(errors) == 1


def test_error_and_delay_faults(oracle: Control, connection: oracledb.Connection) -> None:
    """An error instead of the answer; an answer later than it would be."""
    oracle.inject("error", sql="docs", code=4068, message="package state discarded")
    with fails_with("ORA-04068"):
        get_clob(connection, "100")
    oracle.inject("delay", operation="ping", seconds=0.1)
    started = time.monotonic()
    connection.ping()
    assert 0.1 <= time.monotonic() - started < SLOW


def test_killed_session(oracle: Control) -> None:
    """Its next call is its last; the pool replaces it."""
    with pooled(oracle, min=1, max=2) as pool:
        with pool.acquire() as connection:
            sid = connection.session_id
            oracle.kill_session(sid)
            with fails_with("DPY-4011") as info:
                get_clob(connection, "100")
            assert "ORA-00028" in str(info.value)
        with pool.acquire() as connection:
            assert connection.session_id != sid
            assert get_document(connection, "100") == document(100)


@pytest.mark.parametrize("immediate", [False, True])
def test_killed_while_running(oracle: Control, immediate: bool) -> None:
    """The running call fails at once."""
    connection = connect(oracle)
    sid = connection.session_id
    killer = when_running(oracle, lambda: oracle.kill_session(sid, immediate=immediate))
    started = time.monotonic()
    with connection.cursor() as cursor, fails_with("DPY-4011"):
        cursor.callproc("dbms_session.sleep", [30])
    assert time.monotonic() - started < SLOW
    killer.join()
    eventually(lambda: oracle.sessions() == [])


def test_kill_fault(oracle: Control, connection: oracledb.Connection) -> None:
    """As if the session had been killed just then."""
    oracle.inject("kill", operation="ping")
    with fails_with("DPY-4011") as info:
        connection.ping()
    assert "ORA-00028" in str(info.value)


def test_latency_is_added_to_each_round_trip(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """And to both trips of an error."""
    oracle.set(latency_s=0.02)
    started = time.monotonic()
    with oracle.measure() as spent:
        lob = get_clob(connection, "12000")
        for offset in range(1, 12_001, 4000):
            lob.read(offset, 4000)
        with connection.cursor() as cursor, fails_with("ORA-20001"):
            cursor.callproc("errors.raise_it", [20001, "no"])
    assert spent.round_trips == 6
    assert 0.12 <= time.monotonic() - started < SLOW
    assert spent.delay_s == pytest.approx(0.12)
    oracle.set(latency_s=0)


def test_malformed_requests_are_told_apart(
    oracle: Control, connection: oracledb.Connection
) -> None:
    """What the server does not know, it rejects with ORA-03137 and a traceback."""
    with connection.cursor() as cursor, pytest.raises(oracledb.DatabaseError, match="ORA-03137"):
        cursor.execute("begin types.bump(:n); end;", [cursor.var(oracledb.DB_TYPE_NVARCHAR)])
    assert "national character set" in oracle.failures()[0]
    oracle.forget_failures()
    connection.ping()


def test_many_sessions_at_a_time(oracle: Control) -> None:
    """Each gets its own answers."""
    results: dict[tuple[int, int], str] = {}
    barrier = threading.Barrier(20)

    def work(pool: oracledb.ConnectionPool, n: int) -> None:
        with pool.acquire() as connection:
            barrier.wait(60)
            for i in range(5):
                results[n, i] = get_document(connection, str(20_000 + n * 10 + i))

    with pooled(oracle, 20) as pool:
        threads = [threading.Thread(target=work, args=(pool, n)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all(len(text) == 20_000 + n * 10 + i for (n, i), text in results.items())
    assert len(results) == 100
    assert oracle.stats().peak_connections == 20
