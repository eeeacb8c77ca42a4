"""Sending to one client: how fast it reads, and when it goes."""

import asyncio

import pytest
from starlette.types import Message

from app.answers.writer import HEAD, Client
from app.contract.faults import AnswerBroken

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Pieces:
    """Pieces that are there."""

    def __init__(self, *pieces: bytes, size: int | None = None) -> None:
        self.pieces = list(pieces)
        self.size = size

    @property
    def complete(self) -> bool:
        return not self.pieces

    async def read(self) -> bytes:
        return self.pieces.pop(0)


class Server:
    """The server's side of a request; it may make sending wait, and lose its client."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.gone = asyncio.Event()
        self.stuck_after = 1_000

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if len(self.sent) == self.stuck_after:
            await asyncio.Future()
        self.sent.append(message)
        if not message.get("more_body", True):
            self.gone.set()  # as servers do once the response is complete

    def client(self, limit: float = 60, version: str = "1.1", *, head: bool = False) -> Client:
        scope = {"http_version": version, **({HEAD: True} if head else {})}
        return Client(scope, self.receive, self.send, limit)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def length(self) -> bytes | None:
        return dict(self.sent[0]["headers"]).get(b"content-length")


async def test_whole_and_streamed() -> None:
    """The length is told where it is known; the last piece says that it is the last."""
    for version, pieces, size, length in (
        ("1.1", (b"one",), None, b"3"),
        ("1.1", (b"one", b"two"), None, None),
        ("1.1", (b"one", b"two"), 6, b"6"),
        ("1.0", (b"one", b"two"), None, b"6"),
    ):
        server, source = Server(), Pieces(*pieces, size=size)
        with server.client(version=version) as client:
            await client.send(200, [], source, await source.read())
        assert server.body == b"".join(pieces)
        assert server.length == length
        assert not server.sent[-1].get("more_body", False)


async def test_head() -> None:
    """Nothing is read for who wants no body."""
    server, source = Server(), Pieces(b"one", b"two", size=6)
    with server.client(head=True) as client:
        await client.send(200, [], source, await source.read())
    assert (server.body, server.length) == (b"", b"6")
    assert source.pieces == [b"two"]


async def test_nothing_comes_after_the_end() -> None:
    """A server says that the client is gone when the answer is out: that breaks nothing off."""
    for _ in range(3):
        server, source = Server(), Pieces(*[b"x"] * 10)
        with server.client() as client:
            await client.send(200, [], source, await source.read())
        await asyncio.sleep(0.01)  # would raise CancelledError
        assert server.body == b"x" * 10
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not [task for task in others if "_until_gone" in repr(task) and not task.done()]


async def test_gone_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is waited for is broken off; the task itself goes on."""
    monkeypatch.setattr("app.answers.writer.WATCH_AFTER_SECONDS", 0.01)
    server = Server()
    server.gone.set()
    with pytest.raises(AnswerBroken, match="went away"), server.client():
        await asyncio.Future()
    await asyncio.sleep(0.01)


async def test_stuck() -> None:
    """A client that takes nothing is left after the limit."""
    server, source = Server(), Pieces(*[b"x"] * 10)
    server.stuck_after = 4
    with pytest.raises(AnswerBroken, match="too slowly"), server.client(limit=0.05) as client:
        await client.send(200, [], source, await source.read())
    assert server.body == b"xxx"


async def test_a_slow_database_is_not_a_slow_client() -> None:
    """Only the time that sending waits counts."""

    class Slow(Pieces):
        async def read(self) -> bytes:
            await asyncio.sleep(0.1)
            return await super().read()

    server, source = Server(), Slow(*[b"x"] * 5)
    with server.client(limit=0.05) as client:
        await client.send(200, [], source, await source.read())
    assert server.body == b"xxxxx"


async def test_the_shutdown_is_not_the_client() -> None:
    """Who is cancelled from outside is cancelled."""
    server = Server()

    async def wait() -> None:
        with server.client():
            await asyncio.Future()

    waiting = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
