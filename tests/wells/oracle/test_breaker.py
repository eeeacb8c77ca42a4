"""How often a database is dialled that refuses, or is away: log-ons counted where they arrive."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest

from app.contract.breaker import MOST_UNANSWERED, Schedule
from app.wells.oracle.gateway import OracleGateway
from tests.support.running import running
from tests.wells.oracle.conftest import connected
from tests.wells.oracle.settings import POOL, settings_for
from tests.wire.oracle import Control
from tests.wire.oracle.client import eventually

POLL = {"odm_version_poll_seconds": 0.05, "odm_cache_megabytes": 0}


@contextmanager
def serving(oracle: Control, schedule: Schedule, **changes: object) -> Iterator[httpx.Client]:
    """The service, polling quickly, with pauses that a test can wait for."""
    settings = settings_for(oracle, **{**POLL, **changes})
    with running(settings, OracleGateway(settings, schedule)) as client:
        yield client


def load(client: httpx.Client, seconds: float) -> list[httpx.Response]:
    """What four clients get who ask as fast as they can."""
    until = time.monotonic() + seconds

    def ask(path: str) -> list[httpx.Response]:
        responses = []
        while time.monotonic() < until:
            responses.append(client.get(path))
        return responses

    paths = ["/division-list", "/readyz", "/well-list?division_id=7", "/division-summary"]
    with ThreadPoolExecutor(4) as callers:
        return [response for got in callers.map(ask, paths) for response in got]


@pytest.mark.parametrize("loaded", [False, True])
def test_wrong_password(oracle: Control, loaded: bool) -> None:
    """One log-on, idle or under load, until the pause is over, and one at the end of each pause."""
    with serving(oracle, Schedule(refused=(1.5, 600)), oracle_password="wrong") as client:
        responses = load(client, 0.7) if loaded else []
        eventually(lambda: oracle.stats().logon_failures == 1)
        if not loaded:
            time.sleep(0.7)
        assert oracle.stats().logon_failures == 1
        assert oracle.stats().connections == 1
        eventually(lambda: oracle.stats().logon_failures == 2)
        responses += load(client, 0.5) if loaded else []
        assert oracle.stats().logon_failures == 2
        assert oracle.stats().connections == 2
    assert all(r.status_code == 503 and r.headers["retry-after"] for r in responses)
    assert len(responses) > 20 or not loaded


def test_start(oracle: Control) -> None:
    """A good start logs on once for each session, before anybody asks, and no more."""
    with connected(oracle) as client:
        load(client, 0.2)
        assert oracle.stats().connections == oracle.stats().logons == POOL + 1


def test_password_changed_meanwhile(oracle: Control) -> None:
    """Sessions that are there go on; the first that is missing is one refusal and no more."""
    with serving(oracle, Schedule(refused=(600,))) as client:
        eventually(lambda: oracle.stats().logons == POOL + 1)
        oracle.change_password("scott", "leopard")
        assert {r.status_code for r in load(client, 0.2)} == {200}
        assert oracle.stats().logon_failures == 0
        oracle.kill_session(oracle.sessions()[0].sid, immediate=True)
        load(client, 0.2)
        eventually(lambda: oracle.stats().logon_failures == 1)
        load(client, 0.3)
        assert oracle.stats().logon_failures == 1
        assert client.get("/readyz").status_code == 200


def test_locked_and_opened_again(oracle: Control) -> None:
    """After a refusal the service comes back by itself once the password is right."""
    with serving(oracle, Schedule(refused=(0.4, 0.4, 600)), oracle_password="leopard") as client:
        eventually(lambda: oracle.stats().logon_failures == 1)
        oracle.change_password("scott", "leopard")
        eventually(lambda: client.get("/readyz").status_code == 200)
        assert oracle.stats().logon_failures == 1
        assert {r.status_code for r in load(client, 0.2)} == {200}


def test_back_soon(oracle: Control) -> None:
    """Without a request the service is back once its database is: the poll ends the pause."""
    with serving(oracle, Schedule(), odm_version_poll_seconds=0.1) as client:
        eventually(lambda: len(oracle.sessions()) == POOL + 1)
        oracle.close_listener()
        oracle.drop_all()
        time.sleep(0.3)
        assert client.get("/readyz").status_code == 503
        oracle.open_listener()
        oracle.reset()
        eventually(lambda: oracle.stats().logons > 0)  # the pause was half a second at most
        eventually(lambda: client.get("/readyz").status_code == 200)


def test_whole_again(oracle: Control) -> None:
    """A pool that lost a session while nobody could log on is filled, though others are idle."""
    with serving(oracle, Schedule(away=0.05, away_longest=0.05)) as client:
        eventually(lambda: len(oracle.sessions()) == POOL + 1)
        client.get("/division-list")
        used = next(s for s in oracle.sessions() if s.action == "Get_Division_List")
        oracle.set(refuse_code=12514)
        oracle.kill_session(used.sid, immediate=True)
        assert client.get("/division-list").status_code == 200
        eventually(lambda: oracle.stats().refused > 0)
        oracle.set(refuse_code=0)
        eventually(
            lambda: client.get("/division-list").is_success and len(oracle.sessions()) == POOL + 1
        )


def test_silent_listener(oracle: Control) -> None:
    """A host that takes connections and says nothing is told of in time, and is not besieged."""
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as accepting:

        def accept() -> None:
            with suppress(OSError):  # until it is closed
                while True:
                    connections.append(listener.accept()[0])

        accepting.submit(accept)
        silent = {"oracle_port": listener.getsockname()[1], "oracle_connect_timeout_seconds": 0.1}
        with serving(oracle, Schedule(away=0.01, away_longest=0.01), **silent) as client:
            eventually(lambda: len(connections) == MOST_UNANSWERED)
            responses = load(client, 0.5)
            assert len(connections) == MOST_UNANSWERED
        assert {r.status_code for r in responses} == {503}
        assert "cannot be reached" in responses[0].json()["detail"]
        listener.shutdown(socket.SHUT_RDWR)
    for connection in connections:
        connection.close()


def test_listener_refuses(oracle: Control) -> None:
    """A listener that refuses is dialled once a pause, whoever asks."""
    oracle.set(refuse_code=12516)
    with serving(oracle, Schedule(away=600, away_longest=600)) as client:
        responses = load(client, 0.5)
        assert oracle.stats().connections == 1
        assert {r.status_code for r in responses} == {503}
