"""How much each client gets, and whose address it has: in the running service."""

import contextlib
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.web.connections import Places
from tests.support.counted import started
from tests.support.sockets import ELSEWHERE, LIST, Site, get, site
from tests.wire.oracle.client import eventually


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "odm.request")
    return caplog


def test_places() -> None:
    """Each address has its own places; with IPv6 each network of 64 bits, for it is one client."""
    places = Places(2)
    for address in ("192.0.2.1", "192.0.2.2"):
        assert [places.take(address) for _ in range(3)] == [True, True, False]
    assert [places.take(f"2001:db8::{n}") for n in range(3)] == [True, True, False]
    assert places.take("2001:db8:0:1::")
    places.give_back("2001:db8::ffff")
    assert places.take("2001:db8::5")
    assert not places.take("::ffff:192.0.2.1")
    for address in ("192.0.2.1", "192.0.2.1"):
        places.give_back(address)
    assert sorted(places.taken) == ["192.0.2.2", "2001:db8:0:1::/64", "2001:db8::/64"]


# -- in the service ----------------------------------------------------------------------------


def test_nobody_is_believed(database: Path, log: pytest.LogCaptureFixture) -> None:
    """Without the setting the log has the connection's own address, even of this machine."""
    with site(database) as made:
        made.say(get(LIST, "X-Forwarded-For: 203.0.113.5", "Connection: close"))
    assert " 127.0.0.1" in log.text
    assert "203.0.113.5" not in log.text


def test_proxies_are_believed(database: Path, log: pytest.LogCaptureFixture) -> None:
    """A trusted proxy's word stands in the log, whatever becomes of the request; no other's."""
    with site(database, odm_trusted_proxies="127.0.0.1") as made:
        made.say(get(LIST, "X-Forwarded-For: 1.1.1.1, 203.0.113.5", "Connection: close"))
        made.say(get(LIST, "X-Forwarded-For: 203.0.113.6", "Host: again"))
        made.say(get(LIST, "X-Forwarded-For: 203.0.113.7", "A: b", "C : d"))
        last = get(LIST, "X-Forwarded-For: 203.0.113.8", "Connection: close")
        made.say(last, source=ELSEWHERE)
    for n, status in ((5, 200), (6, 400), (7, 400)):
        assert any(f" {status} " in x and f" 203.0.113.{n}" in x for x in log.text.splitlines())
    assert " 127.0.0.2" in log.text
    assert "203.0.113.8" not in log.text


def test_proxy_has_no_limit_of_its_own(database: Path) -> None:
    """The connections of a trusted proxy are many people's."""
    with (
        site(database, odm_trusted_proxies="127.0.0.1", odm_max_connections_per_address=2) as made,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(10):
            stack.enter_context(made.connect())
        eventually(lambda: made.connections.admitted == 10)
        assert made.client.get(LIST).status_code == 200
        two = [stack.enter_context(made.connect(ELSEWHERE)) for _ in range(2)]
        eventually(lambda: made.connections.admitted >= 12)
        assert made.say(get(LIST), source=ELSEWHERE)[0].status == 503
        assert len(two) == 2


@contextlib.contextmanager
def listening(
    made: Site, *lines: str, behind: bytes = b"", source: str = "127.0.0.1"
) -> Iterator[None]:
    """A listener who is being told."""
    with made.connect(source) as connection:
        connection.sendall(get("/events", *lines) + behind)
        received = b""
        while b"retry: " not in received:
            data = connection.recv(65536)
            assert data, received
            received += data
        yield


def one_too_many(made: Site, headers: dict[str, str] | None = None) -> httpx.Response:
    """What a listener is told who gets no place."""
    with made.client.stream("GET", "/events", headers=headers) as refused:
        assert refused.status_code == 503
        refused.read()
    return refused


def test_listeners_of_an_address(database: Path) -> None:
    """One more than an address may have gets 503; when one has left, another is told."""
    with site(database, odm_max_listeners_per_address=2) as made:
        with listening(made):
            with listening(made):
                for _ in range(2):
                    refused = one_too_many(made)
                    assert refused.json()["type"] == "urn:odm:problem:too-many-listeners"
                    assert refused.headers["retry-after"] == "30"
                assert made.client.get(LIST).status_code == 200
                with listening(made, source=ELSEWHERE):
                    pass
                assert made.client.head("/events").status_code == 200  # (which takes no place)
            eventually(lambda: made.listeners.places.taken == {"127.0.0.1": 1})
            with listening(made):
                one_too_many(made)
        eventually(lambda: not made.listeners.places.taken)


def test_listeners_behind_a_proxy(database: Path) -> None:
    """They are counted by their own addresses, not by the proxy's."""
    with (
        site(database, odm_trusted_proxies="127.0.0.1", odm_max_listeners_per_address=1) as made,
        contextlib.ExitStack() as stack,
    ):
        for n in range(5):
            stack.enter_context(listening(made, f"X-Forwarded-For: 203.0.113.{n}"))
        one_too_many(made, {"X-Forwarded-For": "203.0.113.3"})


def test_listener_with_another_request_behind(database: Path) -> None:
    """A place is given back when its client leaves, whatever waits behind it on the connection."""
    with site(database, odm_max_listeners_per_address=1) as made:
        with listening(made, behind=get(LIST)):
            one_too_many(made)
        eventually(lambda: not made.listeners.places.taken)


def test_server_without_limits_is_told_of(database: Path, tmp_path: Path) -> None:
    """Whoever starts the service without its protocol reads so in the log, once; nobody else."""
    shutil.copy(database, tmp_path / "odm.db")
    warning = "WARNING odm: the server does not hold the limits of connections"
    for arguments, times in ((("--http", "httptools"), 1), ((), 0), (("--workers", "2"), 0)):
        with started(tmp_path, *arguments) as (process, client):
            assert client.get(LIST).status_code == 200
            process.terminate()
            process.wait(60)
        said = (tmp_path / "service.log").read_text(encoding="utf-8")
        assert said.count(warning) == times
