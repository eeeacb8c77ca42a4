from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from . import Call, Column, Control, OraError, Rows, ServerProcess, ServerThread
from .client import connect, fails_with, get_document, resets
from .example import document, make

pytestmark = resets


class Counter:
    """A handler that a test has something to do with."""

    def __init__(self, first: int) -> None:
        self.count = first
        self.error: OraError | None = None

    def __call__(self, call: Call) -> Rows:
        if self.error:
            raise self.error
        return Rows([Column("N", "NUMBER")], [(self.add(1),)])

    def add(self, number: int) -> int:
        self.count += number
        return self.count

    def die(self) -> None:
        os._exit(3)


@pytest.fixture(params=["thread", "process"])
def control(request: pytest.FixtureRequest) -> Iterator[Control]:
    """The same server, in a thread of this process and in a process of its own."""
    server = ServerThread(make()) if request.param == "thread" else ServerProcess(make)
    with server:
        yield server
        assert server.failures() == []


def test_control(control: Control) -> None:
    """Everything a test does with a server works wherever it runs."""
    with connect(control) as connection:
        control.reset()
        connection.action = "reading"
        with control.measure() as spent:
            assert get_document(connection, "1000") == document(1000)
        assert spent.calls == {"execute": 1, "lob_read": 1}
        assert spent.calls_by_action == {"/reading": 2}
        assert [traced.operation for traced in control.trace()] == ["execute", "lob_read"]
        assert control.sessions()[0].action == "reading"

        control.inject("error", operation="ping", code=20001, message="no", times=-1)
        with fails_with("ORA-20001"):
            connection.ping()
        control.clear_faults()
        connection.ping()
        assert control.stats().errors == {"ORA-20001": 1}

        control.set(latency_s=0.01)
        connection.ping()
        assert control.stats().delay_s > 0
        control.kill_session(connection.session_id)
        with fails_with("DPY-4011"):
            connection.ping()


def test_incidents(control: Control) -> None:
    """The listener, the network, the instance."""
    connection = connect(control)
    control.close_listener()
    with fails_with("DPY-6005"):
        connect(control)
    connection.ping()
    control.open_listener()
    control.drop_all()
    with fails_with("DPY-4011"):
        connection.ping()
    control.restart(0.05, wait=True)
    connect(control).close()


def test_mistakes_are_told(control: Control) -> None:
    """An unknown fault, setting or session."""
    wrong = (ValueError, RuntimeError)
    with pytest.raises(wrong, match="unknown fault 'explode'"):
        control.inject("explode")
    with pytest.raises(wrong, match="'port' is not one of latency_s"):
        control.set(port=1)
    with pytest.raises(wrong, match="unknown command 'sing'"):
        control.command("sing")


def test_handler_of_a_process() -> None:
    """Its attributes are read and set, and its methods called, where it is."""
    with ServerProcess(Counter, 7) as server, connect(server) as connection:
        with connection.cursor() as cursor:
            assert cursor.execute("select n from counter").fetchone() == (8,)
            server.handler.count = 20
            assert server.handler.add(5) == 25
            assert cursor.execute("select n from counter").fetchone() == (26,)
            server.handler.error = OraError(20001, "no", offset=3)
            with fails_with("ORA-20001") as caught:
                cursor.execute("select n from counter")
            assert caught.value.args[0].offset == 3
        assert server.handler.count == 26
        with pytest.raises(AttributeError, match="no attribute 'missing'"):
            _ = server.handler.missing
        with pytest.raises(TypeError):
            server.handler.add("x")


def refuse() -> Counter:
    raise LookupError("no such schema")


def test_process_that_does_not_start() -> None:
    """Its handle says so, instead of waiting."""
    with pytest.raises(LookupError, match="no such schema"):
        ServerProcess(refuse).__enter__()


def test_process_that_ends() -> None:
    """Whoever asks it is told."""
    server = ServerProcess(Counter, 0)
    server.__enter__()
    with pytest.raises(RuntimeError, match="the server's process has ended"):
        server.handler.die()
    with pytest.raises(RuntimeError, match="the server's process has ended"):
        server.__exit__(None, None, None)


def test_nothing_of_the_test_s_process() -> None:
    """A server holds no socket of the process that wants it, whose end would then be no end."""
    near, far = socket.socketpair()
    with near, far, ServerProcess(Counter, 0):
        far.close()
        near.settimeout(30)
        assert near.recv(1) == b""


def test_process_takes_options() -> None:
    """As the thread does."""
    with (
        ServerProcess(make, profile="23ai", user="odm", users={"x": "y"}) as server,
        connect(server, user="x", password="y") as connection,
    ):
        assert connection.version.startswith("23.")
