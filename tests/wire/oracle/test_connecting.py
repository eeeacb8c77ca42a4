from __future__ import annotations

import socket

import oracledb
import pytest

from . import Control, ServerProcess
from .client import connect, fails_with, get_document, resets
from .example import document, make

pytestmark = resets


def test_logging_on_costs_as_many_round_trips_as_the_release_needs(oracle: Control) -> None:
    """Connect, protocol, data types, challenge, proof; 23ai takes three of them in one."""
    with oracle.measure() as spent:
        connection = connect(oracle)
    old = oracle.profile.name == "19c"
    assert spent.round_trips == (5 if old else 3)
    assert connection.version == ("19.25.0.0.0" if old else "23.6.0.0.0")
    assert connection.service_name == "FREEPDB1"
    assert connection.max_open_cursors == 300
    connection.close()
    assert (oracle.stats().logons, oracle.stats().logoffs) == (1, 1)


@pytest.mark.parametrize(
    ("user", "password"),
    [("scott", "Tiger"), ("scott", "tiger "), ("nobody", "tiger"), ("scott", "t")],
)
def test_wrong_credentials(oracle: Control, user: str, password: str) -> None:
    """An unknown user is told the same as a wrong password."""
    with fails_with("ORA-01017"):
        connect(oracle, user=user, password=password)
    assert (oracle.stats().logons, oracle.stats().logon_failures) == (0, 1)


def test_user_names_are_case_insensitive() -> None:
    """And there may be several accounts."""
    with ServerProcess(make, users={"odm_api": "secret"}) as oracle:
        connect(oracle, user="Scott").close()
        connect(oracle, user="ODM_API", password="secret").close()
        with fails_with("ORA-01017"):
            connect(oracle, user="odm_api")


def test_unknown_service_and_sid(oracle: Control) -> None:
    """Both are refused by the listener."""
    address = oracle.dsn.rpartition("/")[0]
    with fails_with("DPY-6005") as info:
        connect(oracle, dsn=f"{address}/nope")
    assert "ORA-12514" in str(info.value)
    host, port = address.split(":")
    with fails_with("DPY-6005") as info:
        connect(oracle, dsn=None, host=host, port=int(port), sid="nope")
    assert "ORA-12505" in str(info.value)
    assert oracle.stats().errors == {"ORA-12514": 1, "ORA-12505": 1}


def test_connect_descriptors_may_be_long(oracle: Control) -> None:
    """Then they follow the connect packet in one of their own."""
    host, port = oracle.dsn.partition("/")[0].split(":")
    descriptor = (
        f"(DESCRIPTION=(CONNECT_TIMEOUT=9)(ADDRESS=(PROTOCOL=tcp)(HOST={host})(PORT={port}))"
        f"(CONNECT_DATA=(SERVICE_NAME=FREEPDB1)(X={'y' * 400})))"
    )
    connect(oracle, dsn=descriptor).close()


@pytest.mark.parametrize("sdu", [512, 8192, 65535, 200_000])
def test_packet_size_is_negotiated(sdu: int) -> None:
    """The smaller of what both can take."""
    with ServerProcess(make, sdu=100_000) as oracle:
        with connect(oracle, sdu=sdu) as connection, oracle.measure() as spent:
            assert get_document(connection, "30000") == document(30_000)
        payload = 2 * 30_000
        packets = spent.packets_out - 1 - spent.calls["logoff"]  # the call, and the end
        assert packets == -(-payload // (min(sdu, 100_000) - 10))


def test_the_client_is_known(oracle: Control, connection: oracledb.Connection) -> None:
    """Who and what it is, and the time zone it set."""
    (session,) = oracle.sessions()
    assert (session.user, session.service) == ("SCOTT", "FREEPDB1")
    assert session.sid == connection.session_id
    assert "python" in session.program
    assert session.machine
    assert session.os_user
    assert session.altered[0].startswith("ALTER SESSION SET TIME_ZONE=")


def test_other_protocols_are_turned_away(oracle: Control) -> None:
    """A client that does not speak TNS is dropped, and the server goes on."""
    host, port = oracle.dsn.partition("/")[0].split(":")
    with socket.create_connection((host, int(port)), timeout=30) as stranger:
        stranger.sendall(b"\0\x03 hello, is this the database?")
        with pytest.raises(ConnectionResetError):
            stranger.recv(100)
    connect(oracle).close()
