"""Limits of a connection, each tried over real sockets by a client that goes past it."""

import contextlib
import gc
import json
import logging
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.settings import Settings
from app.web import protocol
from app.web.connections import WAITING
from benchmarks.http import memory_mb
from tests.answers.test_answers import PieceGateway
from tests.support.counted import started
from tests.support.sockets import (
    ELSEWHERE,
    LIST,
    Site,
    answers,
    get,
    pour,
    read_all,
    site,
    until_closed,
)
from tests.wire.oracle.client import eventually


@pytest.fixture(scope="module")
def plain(database: Path) -> Iterator[Site]:
    """The service with its defaults, but a head may take no longer than a second."""
    with site(database, odm_head_timeout_seconds=1) as made:
        yield made


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "odm.request")
    return caplog


# -- heads -------------------------------------------------------------------------------------

ENDLESS = {
    "fields": (b"GET / HTTP/1.1\r\nHost: odm\r\n", b"a: b\r\n" * 1000),
    "value": (b"GET / HTTP/1.1\r\nHost: odm\r\nA: ", b"b" * 10_000),
    "name": (b"GET / HTTP/1.1\r\nHost: odm\r\n", b"a" * 10_000),
    "target": (b"GET /", b"a" * 10_000),
    "empty lines": (b"", b"\r\n" * 5000),
    "after another": (get(LIST) + b"GET / HTTP/1.1\r\nHost: odm\r\nA: ", b"b" * 10_000),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_endless_head(plain: Site, log: pytest.LogCaptureFixture, kind: str) -> None:
    """431 ends it, and what the service has taken of it is little beside what was to come."""
    begin, piece = ENDLESS[kind]
    with plain.connect() as connection:
        connection.sendall(begin)
        sent = pour(connection, piece, 30_000_000)
        told = answers(until_closed(connection))
    assert sent < 20_000_000  # (what the systems of both sides keep is part of it)
    if told:  # (a client that goes on sending may lose what it was told)
        assert told[-1].problem == "head-too-large"
    eventually(lambda: " 431 " in log.text)
    eventually(plain.nobody_left)


@pytest.mark.parametrize("step", [0, 1, 7, 1000])
def test_size_of_a_head(plain: Site, step: int) -> None:
    """A head of as many bytes as allowed is one, and with a byte more none; however it comes."""
    most = Settings().odm_max_head_bytes
    bare = len(get(LIST, "Connection: close", "A: "))
    for size, status in ((most, 200), (most + 1, 431)):
        head = get(LIST, "Connection: close", "A: " + "b" * (size - bare))
        assert len(head) == size
        # Its beginning and its end in small steps: what matters happens there.
        pieces = [head]
        if step:
            begin, end = head[:100], head[-100:]
            pieces = [begin[n : n + step] for n in range(0, 100, step)]
            pieces += [head[100:-100], *(end[n : n + step] for n in range(0, 100, step))]
        (told,) = plain.say(*pieces)
        assert told.status == status
        assert status == 200 or told.problem == "head-too-large"


def test_number_of_fields(plain: Site) -> None:
    """A hundred fields may be there, and not one more."""
    for count, status in ((100, 200), (101, 431)):
        fields = [f"A{n}: b" for n in range(count - 2)]
        (told,) = plain.say(get(LIST, "Connection: close", *fields))
        assert told.status == status


def test_too_many_fields_are_not_waited_for(plain: Site) -> None:
    """A head that has too many already is refused before its end."""
    (told,) = plain.say(get(LIST, *(f"A{n}: b" for n in range(150)))[:-2])
    assert told.problem == "head-too-large"


def test_nothing_comes(plain: Site, log: pytest.LogCaptureFixture) -> None:
    """A connection on which nothing is said ends in silence."""
    with plain.connect() as connection:
        assert until_closed(connection) == b""
    eventually(plain.nobody_left)
    assert log.text == ""


HALF = [b"G", b"GET / HTTP/1.1\r\nHost: odm\r\nA: b\r\n\r", b"\r\n"]


@pytest.mark.parametrize("begin", HALF)
@pytest.mark.parametrize("after", [b"", get(LIST)], ids=["first", "second"])
def test_half_a_head(plain: Site, begin: bytes, after: bytes) -> None:
    """408 ends a head that does not come, the first or another."""
    with plain.connect() as connection:
        began = time.monotonic()
        connection.sendall(after + begin)
        told = answers(until_closed(connection))
        assert time.monotonic() - began > 0.9
    assert [each.status for each in told] == [200, 408][-len(told) :]
    assert len(told) == (2 if after else 1)
    assert told[-1].problem == "head-too-slow"
    eventually(plain.nobody_left)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_half_a_head_after_an_end_in_two_parts(database: Path, cut: int) -> None:
    """The time of a head counts from its beginning, however the one before it has come."""
    whole = get(LIST)
    # Time enough to see the first head come, on a loaded machine too.
    with site(database, odm_head_timeout_seconds=5) as made, made.connect() as connection:
        connection.sendall(whole[:-cut])
        eventually(lambda: len(whole) - cut in [each._head_bytes for each in connected()])
        connection.sendall(whole[-cut:] + b"GET / HT")
        told = answers(until_closed(connection))
    assert [each.status for each in told] == [200, 408]


DRIPPING = [(b"GET /", b"a"), (b"GET / HTTP/1.1\r\nHost: odm\r\n", b"A: b\r\n"), (b"", b"\r\n")]


@pytest.mark.parametrize(("begin", "drop"), DRIPPING)
def test_dripping_head(
    plain: Site, log: pytest.LogCaptureFixture, begin: bytes, drop: bytes
) -> None:
    """A little more now and then earns a head no more time."""
    with plain.connect() as connection:
        connection.sendall(get(LIST) + begin)
        deadline = time.monotonic() + 60
        while " 408 " not in log.text:
            with contextlib.suppress(OSError):
                connection.sendall(drop)
            time.sleep(0.1)
            assert time.monotonic() < deadline
    eventually(plain.nobody_left)


def half_heads() -> list[protocol.Protocol]:
    """The connections on which a head has begun, as soon as there is one."""
    eventually(lambda: any(each._head_bytes for each in connected()))
    return [each for each in connected() if each._head_bytes]


def time_is_up(connection: protocol.Protocol) -> None:
    """Wait until its time for a head is over, and given anew."""
    due = connection._due
    eventually(lambda: connection._due != due)


def test_waiting_is_not_slowness(plain: Site) -> None:
    """A head whose rest is not read yet, for answers before it are under way, is in time."""
    plain.go_on.clear()
    with plain.connect() as connection:
        connection.sendall(get("/held?n=1") + get("/held?n=2") + b"GET /held?n=3 HT")
        (ours,) = half_heads()
        connection.sendall(b"TP/1.1\r\nHost: odm\r\nConnection: close\r\n\r\n")
        time_is_up(ours)
        plain.go_on.set()
        assert [told.body for told in answers(until_closed(connection))] == [b"1", b"2", b"3"]


def test_slowness_is_found_out_later(plain: Site) -> None:
    """One whose rest does not come is overdue as soon as it is waited for again."""
    plain.go_on.clear()
    with plain.connect() as connection:
        connection.sendall(get("/held?n=1") + get("/held?n=2") + b"GET /held?n=3 HT")
        (ours,) = half_heads()
        time_is_up(ours)
        plain.go_on.set()
        assert [told.status for told in answers(until_closed(connection))] == [200, 200, 408]


def test_idle_connection(database: Path) -> None:
    """One on which nothing is asked any more ends after a while, and not in the head's time."""
    with site(database, keep_alive=1) as made, made.connect() as connection:
        for _ in range(3):
            connection.sendall(get(LIST))
            while b"]" not in connection.recv(65536):
                pass
        assert connection.recv(1) == b""
        eventually(made.nobody_left)


def test_head_outlives_idleness(database: Path) -> None:
    """One that begins before an answer is there has the time of a head for it, then 408."""
    with (
        site(database, keep_alive=1, odm_head_timeout_seconds=3) as made,
        made.connect() as connection,
    ):
        began = time.monotonic()
        connection.sendall(get("/held?n=1") + b"GET /")
        half_heads()
        made.go_on.set()
        told = answers(until_closed(connection))
        assert time.monotonic() - began > 2.9
        assert [each.status for each in told] == [200, 408]


def test_idle_is_not_waiting(database: Path) -> None:
    """An answer may take longer than a connection may be idle after the one before it."""
    with site(database, keep_alive=1) as made, made.connect() as connection:
        connection.sendall(get(LIST))
        while b"]" not in connection.recv(65536):
            pass
        connection.sendall(get("/held?n=1", "Connection: close"))
        connection.settimeout(2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(60)
        made.go_on.set()
        assert [told.body for told in answers(until_closed(connection))] == [b"1"]


# -- requests that are none --------------------------------------------------------------------

BROKEN = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no method": b"FETCH / HTTP/1.1\r\nHost: odm\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another version": b"GET / HTTP/0.9\r\nHost: odm\r\n\r\n",
    "no target": b"GET  HTTP/1.1\r\nHost: odm\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: odm\r\nHost: odm\r\n\r\n",
    "two hosts of 1.0": b"GET / HTTP/1.0\r\nHost: odm\r\nHost: mdo\r\n\r\n",
    "name with space": b"GET / HTTP/1.1\r\nHost: odm\r\nA : b\r\n\r\n",
    "folded": b"GET / HTTP/1.1\r\nHost: odm\r\nA: b\r\n c\r\n\r\n",
    "two lengths": b"GET / HTTP/1.1\r\nHost: odm\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: odm\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n",
    "bare line feed": b"GET / HTTP/1.1\nHost: odm\n\n",
    "a tunnel": b"CONNECT odm:443 HTTP/1.1\r\nHost: odm\r\n\r\n",
    "odd target": b"GET http://[odm/ HTTP/1.1\r\nHost: odm\r\n\r\n",
    "no ASCII": "GET /désolé HTTP/1.1\r\nHost: odm\r\n\r\n".encode("latin-1"),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("before", [0, 1, 5])
def test_broken(plain: Site, log: pytest.LogCaptureFixture, kind: str, before: int) -> None:
    """400 as a problem with an id and a line, after all that was asked before, and the end."""
    good = get(LIST)
    told = plain.say(good * before + BROKEN[kind] + get(LIST))
    assert [each.status for each in told] == [200] * before + [400]
    assert told[-1].problem == "bad-request"
    given = told[-1].headers["x-request-id"]
    eventually(lambda: given in log.text)
    (line,) = [line for line in log.text.splitlines() if given in line]
    assert " 400 " in line
    assert "127.0.0.1 bad-request: " in line
    eventually(plain.nobody_left)


def test_broken_with_an_id(plain: Site, log: pytest.LogCaptureFixture) -> None:
    """What has been understood of the request is told: its id, method and target."""
    broken = b"GET /well-list?x=1 HTTP/1.1\r\nX-Request-ID: mine\r\nA: b\r\nC : d\r\n\r\n"
    (told,) = plain.say(broken)
    assert told.headers["x-request-id"] == "mine"
    eventually(lambda: "mine GET /well-list?x=1 400 " in log.text)


def test_broken_while_another_is_under_way(plain: Site) -> None:
    """It waits for its turn, and cannot be taken for the answer before it."""
    plain.go_on.clear()
    with plain.connect() as connection:
        connection.sendall(get("/held?n=1") + b"rubbish\r\n\r\n")
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(60)
        plain.go_on.set()
        assert [told.status for told in answers(until_closed(connection))] == [200, 400]


def test_old_clients(plain: Site) -> None:
    """HTTP/1.0 needs no Host."""
    (told,) = plain.say(f"GET {LIST} HTTP/1.0\r\n\r\n".encode())
    assert told.status == 200


def test_offers_are_declined(plain: Site) -> None:
    """Who asks for another protocol is answered in this one, and may go on in it."""
    h2c = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    socket_ = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    asked = get(LIST, *h2c) + get(LIST, *socket_) + get(LIST, "Connection: close")
    told = plain.say(asked)
    assert [each.status for each in told] == [200] * 3


BODIES = {
    "length": (b"Content-Length: 1000000000000", b"b"),
    "chunks": (b"Transfer-Encoding: chunked", b"1\r\nb\r\n"),
    "trailers": (b"Transfer-Encoding: chunked", b"0\r\na: b\r\n"),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_endless_body(plain: Site, kind: str, method: bytes) -> None:
    """A body is not read, and its connection ends with the answer."""
    announced, piece = BODIES[kind]
    line = method + b" /division-list HTTP/1.1\r\nHost: odm\r\n"
    (told,) = plain.say(line + announced + b"\r\n\r\n" + piece)
    assert told.status == (200 if method == b"GET" else 405)
    assert told.headers["connection"] == "close"
    eventually(plain.nobody_left)


def test_nobody_is_told_to_go_on(plain: Site) -> None:
    """Who asks before sending a body gets the answer at once, and no 100."""
    with plain.connect() as connection:
        connection.sendall(get("/events", "Content-Length: 9", "Expect: 100-continue"))
        received = b""
        while b"event: database" not in received:
            received += connection.recv(65536)
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b" 100 " not in received


def test_trailers_are_not_kept(plain: Site) -> None:
    """What goes on for as long as the answer does takes no memory."""
    plain.go_on.clear()
    with plain.connect() as connection:
        connection.sendall(get("/held?n=1", "Transfer-Encoding: chunked") + b"0\r\n")
        for _ in range(200):
            connection.sendall(b"a: b\r\n" * 1000)
        eventually(lambda: len(cycles()) == 1)
        (cycle,) = cycles()
        assert len(list(cycle.scope["headers"])) == 2
        plain.go_on.set()
        assert answers(until_closed(connection))[0].body == b"1"


def test_no_body(plain: Site) -> None:
    """A length of 0 is no body."""
    told = plain.say(get(LIST, "Content-Length: 0") + get(LIST, "Connection: close"))
    assert [each.status for each in told] == [200, 200]


# -- pipelines ---------------------------------------------------------------------------------


ONE_READ = 140_000
"""More than one read brings: what the system keeps of a connection, which it counts generously."""


def cycles() -> list[RequestResponseCycle]:
    """Every request of this process that is known to uvicorn and not answered yet."""
    found = [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle)]
    return [c for c in found if not (c.response_complete or c.transport.is_closing())]


def connected() -> list[protocol.Protocol]:
    """The connections of this process, and some that have been."""
    return [each for each in gc.get_objects() if isinstance(each, protocol.Protocol)]


def unread() -> list[protocol.Protocol]:
    """The connections of which more has come than is parsed."""
    return [each for each in connected() if each._rest]


def test_pipeline_is_bounded(plain: Site) -> None:
    """Of five thousand requests sent at once sixteen wait; the rest is not even read."""
    plain.go_on.clear()
    count = 5_000
    asked = b"".join(get(f"/held?n={n}") for n in range(count)) + get(LIST, "Connection: close")
    with plain.connect() as connection:
        sending = threading.Thread(target=connection.sendall, args=(asked,))
        sending.start()
        most = Settings().odm_max_pipelined
        eventually(lambda: len(cycles()) >= most + 1)
        eventually(lambda: bool(unread()))
        (ours,) = unread()
        assert len(cycles()) == most + 1
        assert len(ours._rest) < ONE_READ
        plain.go_on.set()
        told = answers(until_closed(connection))
        sending.join()
    assert [each.body for each in told[:-1]] == [str(n).encode() for n in range(count)]
    assert ours._rest == b""


def test_watchers_do_not_read_on(plain: Site) -> None:
    """An answer that watches for its client's end makes the service take no more requests in."""
    line = b"HEAD /events HTTP/1.1\r\nHost: odm\r\nPadding: " + b"p" * 1000 + b"\r\n\r\n"
    with plain.connect() as connection:
        sending = threading.Thread(target=pour, args=(connection, line, 3_000_000))
        sending.start()
        eventually(lambda: bool(unread()))
        (ours,) = unread()
        most = 0
        received = 0
        while received < 3_000_000 // len(line):
            data = connection.recv(200)
            received += data.count(b"HTTP/1.1 200")
            most = max(most, len(ours._rest))
            if not sending.is_alive() and not ours._rest:
                break
        connection.shutdown(socket.SHUT_RDWR)
        sending.join()
    assert most < ONE_READ


@pytest.mark.parametrize("most", [1, 16])
def test_pipelined_answers(database: Path, most: int) -> None:
    """Thousands of mixed requests at once: each gets its own answer, in its turn."""
    paths = [LIST, "/division-summary", "/nothing", f"{LIST}?x=1", "/healthz", "/"]
    paths += [f"/well-list?division_id={n}" for n in (2, 7, 30, 99)]
    paths += [
        f"/well-summary-by-day?well_id=11&division_id=7&from_date=2024-01-{n:02}&format={name}"
        for n in range(1, 29)
        for name in ("json", "csv", "ndjson")
    ]
    chance = random.Random(most)
    with site(database, odm_max_pipelined=most) as made:
        eventually(lambda: "etag" in made.client.get(LIST).headers)
        alone = {path: made.client.get(path, headers={"X-Request-ID": "r"}) for path in paths}
        heads = {path: made.client.head(path) for path in paths}
        asked = [(chance.choice(paths), chance.random()) for _ in range(4000)]
        methods = ["HEAD" if which < 0.05 else "GET" for _, which in asked]
        sent = b"".join(
            f"{method} {path} HTTP/1.1\r\nHost: odm\r\nX-Request-ID: {n}\r\n\r\n".encode()
            for n, ((path, _), method) in enumerate(zip(asked, methods, strict=True))
        )
        with made.connect() as connection:
            sending = threading.Thread(target=send_in_pieces, args=(connection, sent, chance))
            sending.start()
            stream = connection.makefile("rb")
            for n, ((path, _), method) in enumerate(zip(asked, methods, strict=True)):
                response = HTTPResponse(_Kept(stream), method=method)  # type: ignore[arg-type]
                response.begin()
                body = response.read()
                assert response.headers["x-request-id"] == str(n)
                if method == "HEAD":
                    assert response.status == heads[path].status_code
                    continue
                expected = alone[path]
                assert response.status == expected.status_code
                if response.status < 400:
                    assert body == expected.content
                else:
                    same = {**json.loads(body), "request_id": "r"}
                    assert same == expected.json()
            sending.join()
            stream.close()


class _Kept:
    """A stream that goes on after a response."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def makefile(self, *_: object) -> "_Kept":
        return self

    def close(self) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def send_in_pieces(connection: socket.socket, data: bytes, chance: random.Random) -> None:
    at = 0
    while at < len(data):
        size = chance.choice([1, 3, 50, 700, 30_000])
        connection.sendall(data[at : at + size])
        at += size


# -- readers that stop -------------------------------------------------------------------------


def test_reader_of_a_long_answer(database: Path) -> None:
    """With the patience for its answer ends its connection, whatever waits to be sent on it."""
    gateway = PieceGateway(*[b" " * 1_000_000] * 100)
    with (
        site(database, gateway, odm_send_timeout_seconds=0.3) as made,
        made.connect() as connection,
    ):
        connection.sendall(get(LIST))
        eventually(lambda: bool(gateway.answers and gateway.answers[0].closed))
        eventually(made.nobody_left, 5)
        with pytest.raises(ConnectionResetError):
            read_all(connection)


def test_reader_of_many_short_answers(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system ends a connection on which nothing is taken, with answers that are complete."""
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system has no TCP_USER_TIMEOUT")
    monkeypatch.setattr(protocol, "STANDSTILL_SECONDS", 1)
    with site(database, odm_send_timeout_seconds=1) as made, made.connect() as connection:
        asked = get("/pages/uplot.iife.min.js", "Accept-Encoding: identity") * 300
        connection.sendall(asked)
        eventually(lambda: made.connections.admitted == 1)
        eventually(made.nobody_left)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory(database: Path, tmp_path: Path) -> None:
    """Forty connections that pour, in each way, take no memory of the service."""
    shutil.copy(database, tmp_path / "odm.db")
    with started(tmp_path, ODM_LOG_LEVEL="warning") as (process, client):
        eventually(lambda: "etag" in client.get(LIST).headers)
        before = memory_mb(process.pid)
        for begin, piece in [*ENDLESS.values(), (b"", get("/docs") * 1000)]:
            with contextlib.ExitStack() as stack:
                for _ in range(40):
                    url = client.base_url
                    connection = socket.create_connection((url.host, url.port or 0), 60)
                    stack.enter_context(connection)
                    connection.settimeout(0.2)
                    with contextlib.suppress(OSError):
                        connection.sendall(begin)
                    pour(connection, piece, 4_000_000)
            eventually(lambda: client.get(LIST).status_code == 200)
        grown = memory_mb(process.pid, "VmHWM") - before
    print(f"growth under attack: {grown:.1f} MB")
    assert grown < 40


# -- how many ----------------------------------------------------------------------------------


def test_connections_of_an_address(database: Path) -> None:
    """One more than an address may have gets 503 and the end; others, and later ones, come in."""
    with site(database, odm_max_connections_per_address=3) as made:
        first = [made.connect() for _ in range(3)]
        eventually(lambda: made.connections.admitted == 3)
        for path in (LIST, "/events", "/docs"):
            (told,) = made.say(get(path))
            assert (told.status, told.problem) == (503, "too-many-connections")
            assert told.headers["retry-after"] == "5"
        assert made.say(get(LIST, "Connection: close"), source=ELSEWHERE)[0].status == 200
        first.pop().close()
        eventually(lambda: made.connections.admitted == 2)
        assert made.say(get(LIST, "Connection: close"))[0].status == 200
        for connection in first:
            connection.close()
        eventually(made.nobody_left)


def test_connections_in_all(database: Path, log: pytest.LogCaptureFixture) -> None:
    """One more than there may be gets 503, wherever it comes from, and the log tells of it."""
    with site(database, odm_max_connections=3) as made:
        with made.connect(), made.connect(), made.connect():
            eventually(lambda: made.connections.admitted == 3)
            for _ in range(3):
                (told,) = made.say(get(LIST), source=ELSEWHERE)
                assert (told.status, told.problem) == (503, "too-many-connections")
        eventually(made.nobody_left)
        assert made.client.get(LIST).status_code == 200
    refused = [r for r in log.records if f"GET {LIST} 503 " in r.getMessage()]
    assert [record.levelname for record in refused] == ["INFO"] * 3  # (no fault of the service's)
    assert log.text.count("connections of 127.0.0.2 are refused: ") == 1


def test_no_limit(database: Path) -> None:
    """With 0 an address has as many as it likes."""
    with (
        site(database, odm_max_connections=0, odm_max_connections_per_address=0) as made,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(150):
            stack.enter_context(made.connect())
        eventually(lambda: made.connections.admitted == 150)
        assert made.client.get(LIST).status_code == 200


def test_too_many_are_cheap(database: Path) -> None:
    """Of those that are too many a hundred may wait to be told; any more are cut off at once."""
    with site(database, odm_max_connections=1) as made, contextlib.ExitStack() as stack:
        stack.enter_context(made.connect())
        eventually(lambda: made.connections.admitted == 1)
        cut = 0
        for _ in range(300):
            try:
                connection = stack.enter_context(made.connect())
                connection.settimeout(0.01)
                connection.recv(1)
            except ConnectionResetError:
                cut += 1
            except TimeoutError:
                pass
            assert made.connections.waiting <= WAITING + 1
        assert cut
        eventually(lambda: made.connections.waiting == 0)
        assert made.connections.admitted == 1
