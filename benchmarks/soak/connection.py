"""One connection to the service, as a client of HTTP/1.1 has it."""

import http.client
import socket
import struct
import time
from typing import NamedTuple

HOST = "127.0.0.1"
SILENT_SECONDS = 30
"""After so long without a byte nothing more is expected."""
_KEPT_ALIVE_SECONDS = 3.0
"""A connection that rested for longer may be closed by the server just then (it waits 5 s)."""

BROKEN = (OSError, http.client.HTTPException)
"""What a connection raises that did not bring a whole answer."""


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    start: float
    end: float


class Connection:
    """Requests follow each other on it; it is made anew after one that failed."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection(HOST, port, timeout=SILENT_SECONDS)
        self._used_at = 0.0

    def ask(self, target: str, headers: dict[str, str], method: str = "GET") -> Reply:
        """The answer. Raises one of BROKEN when it does not come whole."""
        if time.monotonic() - self._used_at > _KEPT_ALIVE_SECONDS:
            self.close()
        start = time.monotonic()
        try:
            self._http.request(method, target, headers=headers)
            response = self._http.getresponse()
            body = response.read()
        except BROKEN:
            self.close()
            raise
        self._used_at = end = time.monotonic()
        given = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, given, body, start, end)

    def close(self) -> None:
        self._http.close()


def open_socket(port: int, received: int = 0) -> socket.socket:
    """A connection for those who misbehave; `received` is how many bytes it takes in unread."""
    connection = socket.socket()
    if received:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, received)
    connection.settimeout(SILENT_SECONDS)
    connection.connect((HOST, port))
    return connection


def reset(connection: socket.socket) -> None:
    """End it as a client does whose process was killed, or whose network is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def request(target: str, headers: dict[str, str]) -> bytes:
    """The bytes of a GET."""
    lines = [f"GET {target} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
