"""Servers in processes of their own, and a client that costs little: raw sockets, keep-alive."""

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
_BUFFER = bytearray(1 << 20)


@dataclass(frozen=True)
class Server:
    """A server that is running."""

    port: int
    pid: int


@contextmanager
def serving(app: str, environment: Mapping[str, str], folder: Path = ROOT) -> Iterator[Server]:
    """Run an ASGI application under the uvicorn that the service uses, without access logs.

    `folder`: the checkout that it is taken from.
    """
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", app, "--host", HOST, "--port", str(port)]
    limited = app == "service:app" and (folder / "app/web/protocol.py").exists()
    command += ["--http", "app.web.protocol:Protocol" if limited else "httptools"]
    command += ["--loop", "uvloop", "--lifespan", "auto"]
    command += ["--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                connect(port).close()
                break
            assert process.poll() is None, f"{app} did not start"
            time.sleep(0.02)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def connect(port: int) -> socket.socket:
    """A connection without delays."""
    connection = socket.create_connection((HOST, port), 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(path: str, tag: str = "") -> bytes:
    """The bytes of a GET; with an entity tag a conditional one."""
    condition = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{condition}\r\n".encode()


class _Exchange:
    """One connection on which requests follow each other."""

    def __init__(self, port: int, path: str, tag: str) -> None:
        self.socket = connect(port)
        self._request = request(path, tag)
        self._status = b" 304 " if tag else b" 200 "
        self.begin()

    def begin(self) -> None:
        self._left: int | None = None
        self._head = b""
        self.socket.sendall(self._request)

    def received(self) -> bool:
        """Take in what has come; whether the response is complete."""
        count = self.socket.recv_into(_BUFFER)
        assert count, "the server closed the connection"
        if self._left is None:
            self._head += bytes(_BUFFER[:count])
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self._head[:end].lower()
            assert self._status in head.partition(b"\r\n")[0], head
            if self._status == b" 304 ":
                return True
            at = head.find(b"content-length: ")
            # Chunked (-1): JSON of one line a row holds no carriage return, so the end is plain.
            length = int(head[at + 16 :].partition(b"\r\n")[0]) if at >= 0 else -1
            if length < 0:
                self._left = -1
                return self._head.endswith(b"0\r\n\r\n")
            self._left = length - (len(self._head) - end - 4)
            return self._left == 0
        if self._left == -1:
            return count >= 5 and _BUFFER[count - 5 : count] == b"0\r\n\r\n"
        assert self._left is not None
        self._left -= count
        return self._left == 0


def requests_per_second(
    port: int, path: str, seconds: float, connections: int, tag: str = ""
) -> float:
    """Complete responses a second, over keep-alive connections that never pause.

    With an entity tag, of conditional requests that are answered with 304.
    """
    with selectors.DefaultSelector() as selector:
        exchanges = [_Exchange(port, path, tag) for _ in range(connections)]
        for exchange in exchanges:
            selector.register(exchange.socket, selectors.EVENT_READ, exchange)
        done = 0
        began = time.perf_counter()
        while (now := time.perf_counter()) - began < seconds:
            for key, _ in selector.select(1):
                if key.data.received():
                    done += 1
                    key.data.begin()
        for exchange in exchanges:
            exchange.socket.close()
    return done / (now - began)


def first_byte_ms(port: int, path: str) -> float:
    """Milliseconds from a request to the first byte of its body; the rest is read too."""
    with connect(port) as connection:
        connection.sendall(request(path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        began = time.perf_counter()
        received = b""
        while not received.partition(b"\r\n\r\n")[2]:
            received += connection.recv(65536)
        first = time.perf_counter()
        while connection.recv_into(_BUFFER):
            pass
    return (first - began) * 1000


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    """A process's resident memory now, or its peak (`VmHWM`), in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def reset_peak(pid: int) -> None:
    """Begin anew with the peak that `memory_mb(pid, "VmHWM")` reads."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
