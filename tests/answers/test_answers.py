"""How an answer travels to the client, and what happens when it cannot."""

import asyncio
import datetime
import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.types import Message

from app.answers.answers import Answers
from app.answers.formats import Asked
from app.answers.singleflight import Abandoned
from app.answers.versions import Versions
from app.contract.faults import CallFailed, DatabaseUnavailable, Fault
from app.contract.gateway import Call, Version
from app.settings import Settings
from app.wells.catalogue import DIVISION_LIST
from tests.support.running import running

DIVISIONS = [{"Division_Id": n, "Division_Name": f"D{n} 🛢️"} for n in range(3)]
TEXT = json.dumps(DIVISIONS, ensure_ascii=False).encode()


VERSION = Version(
    "0123456789abcdef", datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), {}
)


@pytest.fixture(autouse=True, params=[None, VERSION], ids=["no version", "a version"])
def _version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of a version comes ahead of its client, to be kept; one of none flows to it."""
    monkeypatch.setattr(PieceGateway, "known", request.param)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class PieceAnswer:
    """An answer of given pieces; a Fault among them is raised, a number waits so many seconds."""

    def __init__(self, pieces: list[bytes | Fault | float], version: Version | None) -> None:
        self._pieces = pieces
        self.version = version
        self.size_hint = None
        self.reads = 0
        self.closed = 0

    @property
    def complete(self) -> bool:
        return self.reads >= len(self._pieces)

    async def read(self) -> bytes:
        piece = self._pieces[self.reads]
        self.reads += 1
        if isinstance(piece, Fault):
            raise piece
        if isinstance(piece, float):
            await asyncio.sleep(piece)
            return b" "
        return piece

    async def close(self) -> None:
        self.closed += 1


class PieceGateway:
    """A database that answers every call with the same pieces."""

    name = "pieces"
    kind = "pieces"
    at_once = False
    closed = False
    known: Version | None = None

    def __init__(self, *pieces: bytes | Fault | float) -> None:
        self.pieces = list(pieces)
        self.answers: list[PieceAnswer] = []

    async def open(self) -> None: ...

    async def call(self, call: Call) -> PieceAnswer:
        assert call.request_id
        self.answers.append(PieceAnswer(self.pieces, self.known))
        return self.answers[-1]

    async def check(self) -> None: ...

    async def version(self) -> Version:
        if self.known is None:
            raise DatabaseUnavailable("It does not tell.")
        return self.known

    async def close(self) -> None:
        self.closed = True


@contextmanager
def serving(gateway: PieceGateway, **settings: object) -> Iterator[httpx.Client]:
    """A client, which wants answers as they are, on that database."""
    with running(Settings.model_validate(settings), gateway) as client:
        client.headers["accept-encoding"] = "identity"
        yield client


@pytest.mark.parametrize("validate", [False, True])
def test_one_piece(validate: bool) -> None:
    """An answer that is complete at once is sent with its length."""
    gateway = PieceGateway(TEXT)
    with serving(gateway, odm_validate_rows=validate) as client:
        response = client.get("/division-list")
    assert response.content == TEXT
    assert response.headers["content-length"] == str(len(TEXT))
    assert gateway.answers[0].closed == 1
    assert gateway.closed  # with the service


@pytest.mark.parametrize("validate", [False, True])
def test_many_pieces(validate: bool) -> None:
    """A longer one is streamed, byte by byte what the database gave."""
    gateway = PieceGateway(*(TEXT[n : n + 1] for n in range(len(TEXT))))
    with serving(gateway, odm_validate_rows=validate) as client:
        response = client.get("/division-list")
    assert response.content == TEXT
    assert "content-length" not in response.headers
    assert gateway.answers[0].closed == 1


def test_fault_before_the_first_byte() -> None:
    """Nothing is sent yet, so the caller gets the problem."""
    gateway = PieceGateway(DatabaseUnavailable("It went away."), TEXT)
    with serving(gateway) as client:
        response = client.get("/division-list")
    assert response.status_code == 503
    assert response.json()["detail"] == "It went away."
    assert gateway.answers[0].closed == 1


def test_fault_in_mid_stream(caplog: pytest.LogCaptureFixture) -> None:
    """The connection is cut: the client cannot take the part for the whole."""
    gateway = PieceGateway(TEXT[:10], CallFailed("It broke.", "ORA-00600"), TEXT[10:])
    with serving(gateway) as client, pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        client.get("/division-list")
    assert "broken off after 10 bytes: call-failed: It broke. (ORA-00600)" in caplog.text
    assert gateway.answers[0].closed == 1


@pytest.mark.parametrize(
    "pieces", [[TEXT[:-1], b"}"], [TEXT[:20], b'"', TEXT[20:]], [TEXT[:9], TEXT[9:-1]]]
)
def test_invalid_answer_in_mid_stream(pieces: list[bytes]) -> None:
    """With validation, what is wrong is not sent; what went before ends in a cut."""
    with (
        serving(PieceGateway(*pieces), odm_validate_rows=True) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get("/division-list")


def test_invalid_answer_before_the_first_byte() -> None:
    """With validation, an answer that is not the contract's is 500, without its text."""
    with serving(PieceGateway(b'[{"Division_Id":"secret"}]'), odm_validate_rows=True) as client:
        response = client.get("/division-list")
    assert response.status_code == 500
    assert response.json()["type"] == "urn:odm:problem:invalid-answer"
    assert "secret" not in response.text


def test_without_validation_the_text_passes() -> None:
    """Without validation the service does not look into the text."""
    with serving(PieceGateway(b"anything")) as client:
        assert client.get("/division-list").content == b"anything"


@pytest.mark.slow
def test_database_time_is_bounded() -> None:
    """The deadline counts all of an answer's reads together."""
    with serving(PieceGateway(1.0, TEXT), odm_call_timeout_seconds=0.2) as client:
        response = client.get("/division-list")
    assert response.status_code == 504
    assert response.json()["type"] == "urn:odm:problem:call-timed-out"


@pytest.mark.slow
def test_deadline_in_mid_stream() -> None:
    """A database that becomes slow later breaks the answer off: no read is long, but their sum."""
    gateway = PieceGateway(b"[", *[0.1] * 100, TEXT)
    with (
        serving(gateway, odm_call_timeout_seconds=1) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get("/division-list")
    assert gateway.answers[0].closed == 1


def _raw(client: httpx.Client, request: bytes) -> socket.socket:
    """A connection of our own, on which a request has been sent."""
    connection = socket.create_connection((client.base_url.host, client.base_url.port or 0), 60)
    connection.sendall(request)
    return connection


def _all(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


def test_http_1_0_knows_the_length() -> None:
    """A client of HTTP/1.0 would take a cut for the end; it gets the length beforehand."""
    pieces = [b"[", *[b" " * 100_000] * 30, b"]"]
    with (
        serving(PieceGateway(*pieces)) as client,
        _raw(client, b"GET /division-list HTTP/1.0\r\n\r\n") as connection,
    ):
        head, _, body = _all(connection).partition(b"\r\n\r\n")
    assert b"content-length: 3000002" in head.lower()
    assert body == b"".join(pieces)


def test_http_1_0_fault_in_the_middle() -> None:
    """With HTTP/1.0 nothing has been sent before the answer is whole: the caller gets a problem."""
    with (
        serving(PieceGateway(b"[", DatabaseUnavailable("Gone."), b"]")) as client,
        _raw(client, b"GET /division-list HTTP/1.0\r\n\r\n") as connection,
    ):
        assert _all(connection).startswith(b"HTTP/1.1 503")


def _eventually(condition: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_client_goes_away(caplog: pytest.LogCaptureFixture) -> None:
    """The rest of the answer is not read from the database for nobody."""
    caplog.set_level(logging.INFO, "odm.request")
    some: list[bytes | Fault | float] = [b" " * 10_000, 0.01]
    gateway = PieceGateway(*some * 10_000)
    with serving(gateway) as client:
        connection = _raw(client, b"GET /division-list HTTP/1.1\r\nHost: odm\r\n\r\n")
        connection.recv(1000)
        connection.close()
        _eventually(lambda: gateway.answers[0].closed)
    assert gateway.answers[0].reads < 10_000
    assert "the client went away" in caplog.text


@pytest.mark.slow
def test_client_stops_reading(caplog: pytest.LogCaptureFixture) -> None:
    """A client that does not read holds the answer no longer than the limit."""
    gateway = PieceGateway(*[b" " * 1_000_000] * 100)
    with (
        serving(gateway, odm_send_timeout_seconds=0.3) as client,
        _raw(client, b"GET /division-list HTTP/1.1\r\nHost: odm\r\n\r\n"),
    ):
        _eventually(lambda: gateway.answers and gateway.answers[0].closed)
    assert gateway.answers[0].reads < 50
    assert "the client read too slowly, or not at all" in caplog.text


@pytest.mark.anyio
async def test_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other requests get their turn in time, even if neither end ever makes an answer wait."""
    monkeypatch.setattr("app.answers.singleflight.TURN_SECONDS", 0)
    monkeypatch.setattr("app.answers.writer.TURN_SECONDS", 0)
    turns = 0

    async def other_requests() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def receive() -> Message:
        return await asyncio.Future()

    async def send(message: Message) -> None:
        assert message

    others = asyncio.ensure_future(other_requests())
    call = Call(DIVISION_LIST, {}, "r")
    scope = {"http_version": "1.1", "path": "/", "query_string": b"", "headers": []}
    gateway = PieceGateway(*[b" "] * 100)
    answers = Answers(gateway, Settings(), Versions(gateway, 1))
    await answers.send(call, Asked(), scope, receive, send)
    others.cancel()
    assert turns >= 99


@pytest.mark.anyio
async def test_close() -> None:
    """What is on its way when the service ends has given its session back after that."""
    gateway = PieceGateway(b"[", 3600.0)
    answers = Answers(gateway, Settings(), Versions(gateway, 1))

    async def receive() -> Message:
        return await asyncio.Future()

    async def send(message: Message) -> None: ...

    scope = {"http_version": "1.1", "path": "/", "query_string": b"", "headers": []}
    sending = asyncio.ensure_future(
        answers.send(Call(DIVISION_LIST, {}, "r"), Asked(), scope, receive, send)
    )
    for _ in range(50):
        await asyncio.sleep(0)
    assert gateway.answers[0].reads == 2
    await answers.close()
    assert gateway.answers[0].closed == 1
    with pytest.raises(Abandoned):
        await sending


def test_one_piece_at_a_time() -> None:
    """A piece is read only when the one before is on its way: no more than may be kept pile up."""
    gateway = PieceGateway(*[b" " * 1_000_000] * 100)
    with (
        serving(gateway) as client,
        _raw(client, b"GET /division-list HTTP/1.1\r\nHost: odm\r\n\r\n") as connection,
    ):
        _eventually(lambda: gateway.answers and gateway.answers[0].reads)
        before = -1
        while before != gateway.answers[0].reads:  # until the connection takes no more
            before = gateway.answers[0].reads
            time.sleep(0.2)
        assert before < 50
        connection.close()
