"""Stands between the driver and a database, and cuts or holds what passes."""

import re
import socket
import threading
from contextlib import suppress

import pytest

_EASY = re.compile(r"(?:tcp:)?(?://)?(?P<host>[\w.-]+)(?::(?P<port>\d+))?(?P<rest>/.*)")


class Proxy:
    """Listens for as long as its `with` block lasts; `dsn` leads through it.

    It skips the test for a DSN that is no plain host and port: a descriptor, an alias, TLS.
    """

    def __init__(self, dsn: str) -> None:
        found = _EASY.fullmatch(dsn)
        if not found:
            pytest.skip("the DSN is no plain host:port/service, so nothing can stand in between")
        self._address = (found["host"], int(found["port"] or 1521))
        self._rest = found["rest"]
        self._sockets: list[socket.socket] = []
        self._flows = threading.Event()
        self._flows.set()
        self._left: int | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "Proxy":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.dsn = f"127.0.0.1:{self._listener.getsockname()[1]}{self._rest}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.release()
        self.cut()

    def cut(self) -> None:
        """End every connection."""
        with self._lock:
            ending, self._sockets = self._sockets, []
        for each in ending:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def cut_after(self, messages: int) -> None:
        """End every connection in place of the message that comes after so many of the client's."""
        self._left = messages

    def hold(self) -> None:
        """Let nothing pass: a host that is silent."""
        self._flows.clear()

    def release(self) -> None:
        """Let all pass that was held."""
        self._flows.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._address, 20)
                server.settimeout(None)
                with self._lock:
                    self._sockets += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        from_client = source.getsockname()[1] == self._listener_port()
        with suppress(OSError):
            while piece := source.recv(65536):
                self._flows.wait()
                if from_client and self._left is not None:
                    self._left -= 1
                    if self._left < 0:
                        self._left = None
                        self.cut()
                        return
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _listener_port(self) -> int:
        return int(self.dsn.split(":")[1].split("/")[0])
