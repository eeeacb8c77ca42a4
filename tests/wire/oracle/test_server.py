from __future__ import annotations

import asyncio
import contextlib
import socket

import oracledb
import pytest

from . import PROFILES, Control, ServerProcess, ServerThread
from .client import connect, eventually, fails_with, get_document, pooled, resets
from .example import document, make

pytestmark = resets


@pytest.mark.parametrize("code", [12514, 12516, 12528])
def test_refusing_listener(oracle: Control, code: int) -> None:
    """With any code, until it is told otherwise."""
    oracle.set(refuse_code=code)
    with fails_with("DPY-6005") as info:
        connect(oracle)
    assert str(code) in str(info.value)
    oracle.set(refuse_code=0)
    connect(oracle).close()
    assert oracle.stats().refused == 1


def test_closed_listener(oracle: Control, connection: oracledb.Connection) -> None:
    """Sessions go on, new connections are refused by the host."""
    oracle.close_listener()
    with fails_with("DPY-6005") as info:
        connect(oracle)
    assert "refused" in str(info.value)
    connection.ping()
    oracle.open_listener()
    connect(oracle).close()


def test_sessions_are_limited() -> None:
    """ORA-12516 beyond, as when PROCESSES is exhausted."""
    with ServerProcess(make, max_sessions=2) as oracle:
        first, second = connect(oracle), connect(oracle)
        with fails_with("DPY-6005") as info:
            connect(oracle)
        assert "12516" in str(info.value)
        first.close()
        eventually(lambda: len(oracle.sessions()) == 1)
        connect(oracle).close()
        second.close()


def test_instance_restart(oracle: Control) -> None:
    """Sessions are lost, nobody gets in for a while, and the pool heals."""
    with pooled(oracle) as pool:
        with pool.acquire() as connection:
            connection.ping()
            oracle.restart(3600)  # or until its listener is opened
            with fails_with("DPY-4011"):
                connection.ping()
        with fails_with("DPY-6005"):
            connect(oracle)
        oracle.open_listener()
        with pool.acquire() as connection:
            assert get_document(connection, "100") == document(100)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_restart_catches_connections_that_just_arrive(profile: str) -> None:
    """One that is accepted, but not yet served, does not outlive the instance."""

    async def restart(client: socket.socket) -> None:
        host, port = oracle.dsn.partition("/")[0].split(":")
        client.connect((host, int(port)))
        await asyncio.sleep(0)  # the loop sees it,
        await asyncio.sleep(0)  # and accepts it
        await oracle.server.restart(0.01)

    with ServerThread(make(), profile=profile) as oracle, socket.socket() as client:
        client.settimeout(30)
        oracle.run(restart(client))
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""
        assert oracle.stats().connections == 1
        connect(oracle).close()


def test_restart_can_be_waited_for(oracle: Control) -> None:
    """On the same port."""
    dsn = oracle.dsn
    oracle.restart(0.05, wait=True)
    assert oracle.dsn == dsn
    connect(oracle).close()


@pytest.mark.parametrize("reset", [False, True])
def test_pool_survives_dropped_connections(oracle: Control, reset: bool) -> None:
    """They are found dead when they are acquired, without a ping."""
    with pooled(oracle, 3) as pool:
        for connection in [pool.acquire() for _ in range(3)]:
            connection.close()
        oracle.drop_all(reset=reset)
        eventually(lambda: oracle.stats().open_connections == 0)
        for _ in range(6):
            with pool.acquire() as connection:
                assert get_document(connection, "100") == document(100)
    assert oracle.stats().calls["ping"] == 0
    assert oracle.stats().dropped == 3


def test_pings_of_a_pool(oracle: Control) -> None:
    """At each acquire, if it is told to."""
    with pooled(oracle, ping_interval=0) as pool:
        for _ in range(3):
            pool.acquire().close()
    assert oracle.stats().calls["ping"] in (2, 3)


def test_unknown_sessions_cannot_be_killed(oracle: Control) -> None:
    """A test that kills the wrong one is told."""
    with pytest.raises(KeyError):
        oracle.kill_session(-1)


def test_nothing_is_left_behind() -> None:
    """Not even by clients that are still connected when the server stops."""
    with ServerThread(make()) as oracle:
        connections = [connect(oracle) for _ in range(3)]
    assert oracle.server.sessions == {}
    assert oracle.server.stats.open_connections == 0
    for connection in connections:
        with fails_with("DPY-4011"):
            connection.ping()
