"""The service while it runs, for clients that speak to it over bare sockets."""

import contextlib
import io
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import httpx
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.application import create_app
from app.contract.gateway import Gateway, Wing
from app.settings import Settings
from app.web.connections import Connections
from app.web.events import Listeners
from app.wells.catalogue import WELLS
from tests.support.running import serving

LIST = "/division-list"
PROBLEM = "application/problem+json"
ELSEWHERE = "127.0.0.2"
"""Another address of this machine's, for a client of its own."""


@dataclass
class Site:
    """The service while it runs, what it counts, and requests that are answered when told to."""

    client: httpx.Client
    connections: Connections
    listeners: Listeners
    go_on: threading.Event

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        url = self.client.base_url
        connection = socket.create_connection((url.host, url.port or 0), 60, (source, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say(self, *pieces: bytes, source: str = "127.0.0.1") -> list["Answer"]:
        """The answers to these bytes on a connection of their own, which the service ends."""
        with self.connect(source) as connection:
            for piece in pieces:
                connection.sendall(piece)
            return answers(until_closed(connection))

    def nobody_left(self) -> bool:
        return self.connections.admitted == self.connections.waiting == 0


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def problem(self) -> str:
        """The problem's kind; its id is the header's, and it is the last on its connection."""
        assert self.headers["content-type"] == PROBLEM
        assert self.headers["connection"] == "close"
        told = json.loads(self.body)
        assert told["status"] == self.status
        assert told["request_id"] == self.headers["x-request-id"]
        return str(told["type"]).removeprefix("urn:odm:problem:")


@contextlib.contextmanager
def site(
    database: Path, gateway: Gateway | None = None, keep_alive: int = 5, **settings: object
) -> Iterator[Site]:
    """The service with these settings, and with a path that answers when it is told to."""
    made = Settings.model_validate({"odm_sqlite_path": database, **settings})
    app = create_app(made, [Wing(WELLS, gateway)] if gateway else None)
    go_on = threading.Event()

    async def held(request: Request) -> Response:
        await to_thread.run_sync(go_on.wait, 60)
        return Response(request.query_params["n"])

    app.router.routes.insert(0, Route("/held", held))
    with serving(app, timeout_keep_alive=keep_alive, timeout_graceful_shutdown=30) as client:
        try:
            yield Site(client, app.state.connections, app.state.listeners, go_on)
        finally:
            go_on.set()


def get(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: odm", *lines, "", ""]).encode()


def read_all(connection: socket.socket) -> None:
    while connection.recv(1 << 20):
        pass


def until_closed(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection, in whichever way."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while data := connection.recv(1 << 20):
            received += data
    return received


class _Stream(io.BytesIO):
    def makefile(self, *_: object) -> "_Stream":
        return self

    def close(self) -> None: ...


def answers(received: bytes) -> list[Answer]:
    stream, told = _Stream(received), []
    while stream.tell() < len(received):
        response = HTTPResponse(stream)  # type: ignore[arg-type]
        response.begin()
        told.append(Answer(response.status, response.headers, response.read()))
    return told


def pour(connection: socket.socket, piece: bytes, most: int) -> int:
    """Send a piece again and again until the other side has enough; how many bytes it was."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < most:
            connection.sendall(piece)
            sent += len(piece)
    return sent
