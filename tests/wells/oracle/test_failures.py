"""Every way the database can fail: what the caller, the log and the pool show of it."""

import json
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.conftest import rows_of
from tests.support import company
from tests.support.running import running
from tests.wells.oracle.conftest import (
    WELL_DAYS,
    assert_sound,
    connected,
    for_answers,
    serving,
)
from tests.wells.oracle.database import always
from tests.wells.oracle.settings import POOL, settings_for
from tests.wire.oracle import Control, ServerProcess
from tests.wire.oracle.client import eventually

LIMIT = 1
"""The time limit of the calls that are to meet one, in seconds."""

SLACK = 10
"""What a slow machine may take besides. Without the limits it would be more, or for ever."""

FIRST = "p_json => l_doc"
NEXT = "INTEGER := :start_at"
"""In the text of the two blocks that an answer takes, and not in that which asks for the version.
"""

CALL = "*execute*"

LONG = json.dumps([{"Division_Id": n, "Division_Name": "D" * 80} for n in range(2000)])
WINDOW = {"oracle_chunks_per_trip": 5}
"""LONG takes twelve windows of five chunks."""


@pytest.fixture(autouse=True)
def _log_of_successes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "odm")


@pytest.fixture
def limited(oracle: Control, caching: dict[str, object]) -> Iterator[httpx.Client]:
    """A client of a service whose calls may take LIMIT seconds, connected once."""
    with connected(oracle, odm_call_timeout_seconds=LIMIT, **caching) as client:
        yield client


@pytest.fixture
def either(oracle: Control, caching: dict[str, object]) -> Iterator[httpx.Client]:
    """A client of a service with the cache, and of one without, connected once."""
    with connected(oracle, **caching) as client:
        yield client


@pytest.fixture
def long() -> Iterator[Control]:
    """A database whose every answer is LONG."""
    with ServerProcess(always, LONG) as server:
        yield server
        assert server.failures() == []


def assert_problem(response: httpx.Response, status: int, slug: str, detail: str) -> None:
    assert response.status_code == status, response.text
    problem = response.json()
    assert problem["type"] == f"urn:odm:problem:{slug}"
    assert problem["detail"] == detail
    assert "ORA-" not in response.text
    assert "DPY-" not in response.text
    assert problem["request_id"] == response.headers["x-request-id"]


def assert_not_ready(response: httpx.Response, detail: str) -> None:
    """Readiness is 503, and tells anybody why in general: no host, no driver's words."""
    assert_problem(response, 503, "database-unavailable", detail)
    assert "127.0.0.1" not in response.text


def logged(caplog: pytest.LogCaptureFixture, response: httpx.Response | str) -> str:
    """The line of the request's end."""
    rid = response if isinstance(response, str) else response.headers["x-request-id"]
    lines: list[str] = []

    def written() -> bool:  # a moment after the caller has the answer
        messages = [r.getMessage() for r in caplog.records if r.name == "odm.request"]
        lines[:] = [message for message in messages if message.startswith(f"{rid} GET")]
        return bool(lines)

    eventually(written)
    assert len(lines) == 1, lines
    assert "tiger" not in caplog.text
    return lines[0]


REFUSED = "The database does not accept the service's account."
UNREACHABLE = "The database cannot be reached."
LOST = "The connection to the database was lost."
LATE = f"The database needed more than {LIMIT:g} s for this answer."


@pytest.mark.parametrize(
    ("changes", "detail", "code", "seconds"),
    [
        ({"oracle_password": "tiger-2"}, REFUSED, "ORA-01017", range(50, 61)),
        ({"oracle_user": "nobody"}, REFUSED, "ORA-01017", range(50, 61)),
        ({"oracle_service_name": "elsewhere"}, UNREACHABLE, "DPY-6001", range(1, 2)),
    ],
)
def test_cannot_log_in(
    oracle: Control,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, str],
    detail: str,
    code: str,
    seconds: range,
) -> None:
    """The service starts, says 503 and why, and the log names the code and no secret."""
    with serving(oracle, **changes) as client:
        response = client.get("/division-list")
        assert_problem(response, 503, "database-unavailable", detail)
        assert int(response.headers["retry-after"]) in seconds
        assert "(Get_Division_List: " in logged(caplog, response)
        assert code in logged(caplog, response)
        assert_not_ready(ready := client.get("/readyz"), detail)
        assert code in logged(caplog, ready)
        assert client.get("/healthz").status_code == 200


def test_down_at_start(oracle: Control, caplog: pytest.LogCaptureFixture) -> None:
    """A database that is down does not stop the service, which is ready once it is there."""
    oracle.close_listener()
    with serving(oracle) as client:
        response = client.get("/readyz")
        assert_not_ready(response, UNREACHABLE)
        assert "DPY-6005" in logged(caplog, response)
        assert "Connection refused" in logged(caplog, response)
        oracle.open_listener()
        eventually(lambda: client.get("/readyz").status_code == 200)
        assert rows_of(client.get("/division-list")) == company.division_list()


@pytest.mark.parametrize("code", [12516, 12528])
def test_listener_refuses(oracle: Control, caplog: pytest.LogCaptureFixture, code: int) -> None:
    """A listener without free handlers, or with a blocked instance: 503, and ready afterwards."""
    oracle.set(refuse_code=code)
    with serving(oracle) as client:
        response = client.get("/division-list")
        assert_problem(response, 503, "database-unavailable", UNREACHABLE)
        assert f"ORA-{code}" in logged(caplog, response)
        oracle.set(refuse_code=0)
        eventually(lambda: client.get("/readyz").status_code == 200)


@pytest.mark.slow
def test_unreachable(caplog: pytest.LogCaptureFixture, oracle: Control) -> None:
    """A host that does not react at all costs no more than the limits, for any number of callers.

    The host is a listener whose queue is full: the kernel drops what comes.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        settings = settings_for(
            oracle,
            oracle_port=address[1],
            oracle_connect_timeout_seconds=0.5,
            odm_call_timeout_seconds=LIMIT,
        )
        with running(settings) as client, ThreadPoolExecutor(POOL) as callers:
            began = time.monotonic()
            responses = list(callers.map(client.get, ["/division-list"] * POOL))
            assert time.monotonic() - began < 0.5 + 1 + LIMIT + SLACK
        for response in responses:
            assert response.status_code in (503, 504)
        assert any("DPY-6005" in logged(caplog, r) for r in responses)
        for each in waiting:
            each.close()


@pytest.mark.slow
def test_pool_exhausted(
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    caching: dict[str, object],
) -> None:
    """More questions than sessions: 503 with Retry-After within the wait; the others are served."""
    monkeypatch.setattr("app.wells.oracle.gateway.CHECK_WAIT_SECONDS", 1)
    with (
        ServerProcess(always, "[1]") as oracle,
        serving(oracle, odm_pool_wait_seconds=0.3, **caching) as client,
    ):
        oracle.handler.held = ""
        with ThreadPoolExecutor(POOL) as callers:
            paths = [f"/well-list?division_id={n}" for n in range(POOL)]
            busy = [callers.submit(client.get, path) for path in paths]
            eventually(lambda: len(oracle.handler.asked) == POOL)
            began = time.monotonic()
            response = client.get("/division-list")
            assert 0.3 <= time.monotonic() - began < 0.3 + SLACK
            ready = client.get("/readyz")
            oracle.handler.held = None
        assert_problem(
            response, 503, "pool-exhausted", "No database session became free within 0.3 s."
        )
        assert response.headers["retry-after"] == "1"
        assert "pool-exhausted" in logged(caplog, response)
        assert_problem(ready, 503, "pool-exhausted", "No database session became free within 1 s.")
        assert all(future.result().status_code == 200 for future in busy)
        assert_sound(oracle, client)


@pytest.mark.slow
def test_too_long(
    oracle: Control,
    limited: httpx.Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """504 at the limit; the call is broken in the database, and its session dropped."""
    monkeypatch.setattr("app.wells.oracle.lease.GRACE_SECONDS", SLACK)
    before = {session.sid for session in for_answers(oracle)}
    oracle.inject("hang", operation=CALL, sql=FIRST)
    began = time.monotonic()
    response = limited.get("/division-list")
    assert LIMIT <= time.monotonic() - began < LIMIT + SLACK
    assert_problem(response, 504, "call-timed-out", LATE)
    assert "(Get_Division_List: call broken; ORA-01013" in logged(caplog, response)
    assert sum(oracle.stats().breaks.values()) == 1
    assert_sound(oracle, limited)
    # The server sees the end of the dropped one's connection a moment later.
    eventually(lambda: len(before & {s.sid for s in oracle.sessions()}) == POOL - 1)


@pytest.mark.slow
def test_trickle(oracle: Control, limited: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """A server that sends a little all the time is not let go on: the service has its own clock."""
    oracle.inject("trickle", operation=CALL, sql=FIRST, bytes_per_s=50)
    caplog.set_level(logging.DEBUG, "odm.call")
    began = time.monotonic()
    response = limited.get("/division-list")
    assert LIMIT <= time.monotonic() - began < LIMIT + SLACK
    assert_problem(response, 504, "call-timed-out", LATE)
    assert "call broken" in logged(caplog, response)
    assert caplog.text.count("Get_Division_List: breaking the call") == 1
    assert_sound(oracle, limited)


@pytest.mark.slow
def test_host_gone(
    oracle: Control,
    limited: httpx.Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A host that answers nothing, not even a break: 504 soon after the limit; the pool heals."""
    oracle.inject("dead", operation=CALL, sql=FIRST)
    began = time.monotonic()
    response = limited.get("/division-list")
    assert LIMIT + 1 <= time.monotonic() - began < LIMIT + 1 + SLACK
    assert_problem(response, 504, "call-timed-out", LATE)
    assert "call broken; the database has not reacted yet" in logged(caplog, response)
    assert rows_of(limited.get("/division-list")) == company.division_list()
    assert_sound(oracle, limited)


def test_lost_while_idle(
    oracle: Control, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Sessions that were lost between requests cost no caller anything."""
    oracle.drop_all()
    eventually(lambda: not oracle.sessions())
    for _ in range(2 * POOL):
        assert rows_of(client.get("/division-list")) == company.division_list()
    assert sum("trying again: DPY-4011" in r.getMessage() for r in caplog.records) <= 1


def test_silent_while_idle(
    oracle: Control, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A firewall forgot the idle sessions: one look is paid for, and a new session answers."""
    monkeypatch.setattr("app.wells.oracle.pool.PING_SECONDS", 0.1)
    monkeypatch.setattr("app.wells.oracle.pool.IDLE_SECONDS", -1)
    assert rows_of(client.get("/division-list")) == company.division_list()
    oracle.inject("dead", operation="ping", times=POOL)
    assert rows_of(client.get("/division-list")) == company.division_list()
    oracle.clear_faults()
    assert_sound(oracle, client)


@pytest.mark.parametrize("action", ["close", "close_mid", "kill"])
def test_lost_before_the_first_byte(
    oracle: Control,
    either: httpx.Client,
    caplog: pytest.LogCaptureFixture,
    action: str,
) -> None:
    """One more attempt, on another session; the caller gets the whole answer."""
    oracle.inject(action, operation=CALL, sql=FIRST, after_bytes=900)
    response = either.get(WELL_DAYS, headers={"X-Request-ID": "r-1"})
    assert rows_of(response) == company.well_days(11)
    assert "r-1 trying again: DPY-4011" in caplog.text
    assert " 200 " in logged(caplog, response)
    assert_sound(oracle, either)


@pytest.mark.parametrize("action", ["close", "kill"])
def test_lost_twice(
    oracle: Control,
    either: httpx.Client,
    caplog: pytest.LogCaptureFixture,
    action: str,
) -> None:
    """A second loss is the caller's to know: 503."""
    oracle.inject(action, operation=CALL, sql=FIRST, times=2)
    response = either.get("/division-list")
    assert_problem(response, 503, "database-unavailable", LOST)
    assert "(Get_Division_List: DPY-4011" in logged(caplog, response)
    assert_sound(oracle, either)


def test_killed(oracle: Control, either: httpx.Client) -> None:
    """Sessions that a DBA kills are replaced."""
    for session in oracle.sessions():
        oracle.kill_session(session.sid)
    for _ in range(2 * POOL):
        assert rows_of(either.get("/division-list")) == company.division_list()
    assert_sound(oracle, either)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"action": "close"}, "database-unavailable: .*DPY-4011"),
        ({"action": "close_mid", "after_bytes": 9000}, "database-unavailable: .*DPY-4011"),
        ({"action": "kill"}, "database-unavailable: .*ORA-00028"),
        ({"action": "error", "code": 1555, "message": "snapshot too old"}, "call-.*ORA-01555"),
        ({"action": "hang"}, "call-timed-out: .*ORA-01013"),
    ],
)
def test_lost_in_the_middle(
    long: Control,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    caching: dict[str, object],
    fault: dict[str, str | float],
    words: str,
) -> None:
    """The client sees a body that breaks off, never one that looks whole; nothing is retried."""
    monkeypatch.setattr("app.wells.oracle.lease.GRACE_SECONDS", SLACK)
    limit = {"odm_call_timeout_seconds": LIMIT} if fault["action"] == "hang" else {}
    with serving(long, **WINDOW, **limit, **caching) as client:
        assert client.get("/readyz").status_code == 200
        long.inject(operation=CALL, sql=NEXT, skip=2, **fault)  # type: ignore[arg-type]
        got = b""
        with client.stream("GET", "/division-list") as response:
            assert response.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 (the pieces are kept)
                for piece in response.iter_raw():
                    got += piece
        assert len(got) == 3 * 5 * 4000
        assert LONG.encode().startswith(got)
        eventually(lambda: "broken off" in caplog.text)
        line = logged(caplog, response)
        assert f"broken off after {len(got)} bytes:" in line
        assert re.search(words, line)
        assert client.get("/division-list").text == LONG
        assert_sound(long, client)


def test_lost_in_the_middle_compressed(
    long: Control, caplog: pytest.LogCaptureFixture, caching: dict[str, object]
) -> None:
    """A compressed body breaks off as well, and was made by the one call."""
    with serving(long, **WINDOW, **caching) as client:
        assert client.get("/readyz").status_code == 200
        before = long.stats().temporary_lobs_created
        long.inject("close", operation=CALL, sql=NEXT, skip=2)
        gzip = {"accept-encoding": "gzip"}
        with (
            client.stream("GET", "/division-list", headers=gzip) as response,
            pytest.raises(httpx.RemoteProtocolError),
        ):
            response.read()
        assert response.headers["content-encoding"] == "gzip"
        assert "database-unavailable: " in logged(caplog, response)
        assert long.stats().temporary_lobs_created == before + 1
        assert client.get("/division-list", headers=gzip).text == LONG
        assert long.stats().temporary_lobs_created == before + 2
        assert_sound(long, client)


def test_package_renewed(
    oracle: Control, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """ORA-04068 is met once by an attempt, and once only by a caller; the session stays."""
    before = {session.sid for session in oracle.sessions()}
    state = "existing state of packages has been discarded"
    oracle.inject("error", operation=CALL, sql=FIRST, code=4068, message=state)
    assert rows_of(client.get("/division-list")) == company.division_list()
    assert "trying again: ORA-04068" in caplog.text
    oracle.inject("error", operation=CALL, sql=FIRST, code=4068, message=state, times=2)
    response = client.get("/division-list")
    assert_problem(response, 500, "call-failed", "The database's package is being changed.")
    assert f"(Get_Division_List: ORA-04068: {state})" in logged(caplog, response)
    assert {session.sid for session in oracle.sessions()} == before
    assert_sound(oracle, client)


PLS = "ORA-06550: line 28, column 3:\nPLS-00201: identifier 'GET_ODM_DATA_PKG' must be declared"


@pytest.mark.parametrize(
    ("code", "message", "detail", "said"),
    [
        (
            6550,
            PLS,
            "The database does not offer this procedure to the service.",
            f"its owner grants EXECUTE on it to ORACLE_USER and makes a synonym (`python -m "
            f"app install grants`); Get_Well_Summary_By_Day: {PLS}".replace("\n", "; "),
        ),
        (
            20001,
            "ORA-20001: no data before the migration\nORA-06512: at ODM.GET_ODM_DATA_PKG, line 7",
            "The database's package refused the call.",
            "ORA-20001: no data before the migration; ORA-06512: at ODM.GET_ODM_DATA_PKG, line 7",
        ),
        (1476, "divisor is equal to zero", "The database failed the call.", "ORA-01476: divisor"),
    ],
)
def test_refused_by_the_package(
    oracle: Control,
    client: httpx.Client,
    caplog: pytest.LogCaptureFixture,
    code: int,
    message: str,
    detail: str,
    said: str,
) -> None:
    """500 without internals; the log has the whole story on one line; the session is kept."""
    before = {session.sid for session in oracle.sessions()}
    oracle.inject("error", operation=CALL, sql=FIRST, code=code, message=message)
    response = client.get(WELL_DAYS)
    assert_problem(response, 500, "call-failed", detail)
    assert said in logged(caplog, response)
    assert {session.sid for session in oracle.sessions()} == before
    assert_sound(oracle, client)
    oracle.inject("error", operation=CALL, sql=FIRST, code=code, message=message)
    assert_not_ready(ready := client.get("/readyz"), detail)
    assert f"ORA-{code:05}" in logged(caplog, ready)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{]", "not JSON"),
        ('{"Division_Id":1}', "the document is not an array"),
        ('[{"Division_Id":"1","Division_Name":"A"}]', "row 1: Division_Id"),
        (None, "the CLOB is NULL"),
        ("", "the CLOB is empty"),
    ],
)
def test_foreign_package(caplog: pytest.LogCaptureFixture, text: str | None, said: str) -> None:
    """Data that is not as described is 500 with validation on; no document is 500 always."""
    with (
        ServerProcess(always, text) as oracle,
        serving(oracle, odm_validate_rows=bool(text)) as client,
    ):
        response = client.get("/division-list")
        assert response.status_code == 500
        assert response.json()["type"] == "urn:odm:problem:invalid-answer"
        assert f"Get_Division_List: {said}" in logged(caplog, response)
        eventually(lambda: len(for_answers(oracle)) == POOL)


def leave_when(
    client: httpx.Client, path: str, received: int, happens: Callable[[], bool] = lambda: True
) -> None:
    """Ask, and close the connection once so many bytes have come, and something else happens."""
    url = client.base_url
    with socket.create_connection((url.host, url.port or 80)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Request-ID: gone\r\n\r\n".encode())
        while received > 0:
            received -= len(connection.recv(received))
        eventually(happens)


def test_client_leaves_before_the_first_byte(
    oracle: Control, caplog: pytest.LogCaptureFixture
) -> None:
    """The call is cancelled in the database long before its time is over; the session goes."""
    with serving(oracle, odm_call_timeout_seconds=20) as client:
        assert client.get("/readyz").status_code == 200
        oracle.inject("hang", operation=CALL, sql=FIRST)
        leave_when(client, "/division-list", 0, lambda: oracle.stats().faults["hang"] == 1)
        began = time.monotonic()
        eventually(lambda: sum(oracle.stats().breaks.values()) == 1)
        assert time.monotonic() - began < SLACK
        eventually(lambda: "gone GET" in caplog.text)
        assert "499 0 bytes" in logged(caplog, "gone")
        assert_sound(oracle, client)


def test_client_leaves_in_mid_call(long: Control, caplog: pytest.LogCaptureFixture) -> None:
    """A call for a later window is cancelled likewise."""
    with serving(long, odm_call_timeout_seconds=20, **WINDOW) as client:
        assert client.get("/readyz").status_code == 200
        long.inject("hang", operation=CALL, sql=NEXT, skip=1)
        leave_when(client, "/division-list", 20000, lambda: long.stats().faults["hang"] == 1)
        eventually(lambda: sum(long.stats().breaks.values()) == 1)
        eventually(lambda: "the client went away" in logged(caplog, "gone"))
        assert_sound(long, client)


def test_client_leaves_between_calls(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is under way then: the CLOB is freed, and the session used again."""
    with ServerProcess(always, "[" + " " * 60_000_000 + "]") as huge:
        with serving(huge, odm_call_timeout_seconds=20, odm_send_timeout_seconds=20) as client:
            leave_when(client, "/division-list", 20_000)
            eventually(lambda: "gone GET" in caplog.text)
            eventually(lambda: not any(s.temporary_lobs for s in huge.sessions()))
        assert huge.failures() == []


@pytest.mark.slow
def test_nothing_of_an_earlier_request(long: Control) -> None:
    """After a time-out in mid-answer the next caller on that place gets an answer of its own."""
    limit = {"odm_call_timeout_seconds": LIMIT}
    with serving(long, oracle_pool_size=1, **limit, **WINDOW) as client:
        for n in range(6):
            long.inject("stall", operation=CALL, sql=FIRST, after_bytes=5000 + 700 * n)
            assert client.get("/division-list").status_code == 504
            assert client.get("/division-list").text == LONG
