from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import Control, ServerProcess, ServerThread
from .client import connect, fails_with, get_document, resets
from .example import document, make

pytestmark = resets

MAKER = "tests.wire.oracle.example:make"


@pytest.fixture(params=["thread", "process"])
def control(request: pytest.FixtureRequest) -> Iterator[Control]:
    """The same server, in a thread of this process and in a process of its own."""
    server = ServerThread(make()) if request.param == "thread" else ServerProcess(MAKER)
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


def test_process_that_does_not_start() -> None:
    """Its handle says so, instead of waiting."""
    server = ServerProcess("tests.wire.oracle.example:no_such_maker")
    with pytest.raises(RuntimeError, match="ended with status 1"):
        server.__enter__()


def test_process_takes_options() -> None:
    """As JSON."""
    with (
        ServerProcess(MAKER, profile="23ai", user="odm", users={"x": "y"}) as server,
        connect(server, user="x", password="y") as connection,
    ):
        assert connection.version.startswith("23.")
