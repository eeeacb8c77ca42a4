"""The server: its listener, its settings and what can happen to an instance."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import random
import socket
from collections.abc import Callable, Mapping
from typing import TypedDict

from .authentication import Verifier
from .calls import Handler, Transactional
from .connection import Connection
from .faults import Faults
from .profiles import PROFILES
from .serving import serve
from .session import Session
from .stats import Stats, TracedCall

BACKLOG = 512
PORTS = range(15_000, 32_000)  # below those that Linux and others hand out
CLOSING_STEP_S = 0.002
CLOSING_STEPS = 250


class Options(TypedDict, total=False):
    """The keyword arguments of OracleWireServer, for those who pass them on."""

    user: str
    password: str
    users: Mapping[str, str]
    host: str
    port: int
    service: str
    profile: str
    latency_s: float
    sdu: int
    out_of_band: bool
    max_sessions: int
    open_cursors: int
    max_string_size: int
    trace: int


class OracleWireServer:
    """An Oracle Database as far as a thin driver can tell. It lives in an event loop.

    handler          answers the calls (calls.py)
    user, password   the account, and `users` more of them as {name: password}
    host, port       port 0 takes a free one
    service          its name
    profile          "19c" or "23ai" (profiles.py)
    latency_s        network round-trip time added to each answer; may change at any time
    sdu              the largest packet it accepts
    out_of_band      whether it takes breaks as urgent data
    max_sessions     refuse with ORA-12516 beyond; 0: no limit; may change at any time
    open_cursors     ORA-01000 beyond, per session
    max_string_size  4000, or 32767 for the extended sizes
    trace            how many calls to remember
    """

    def __init__(
        self,
        handler: Handler,
        *,
        user: str = "scott",
        password: str = "tiger",  # noqa: S107 - a test's
        users: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        service: str = "FREEPDB1",
        profile: str = "19c",
        latency_s: float = 0.0,
        sdu: int = 8192,
        out_of_band: bool = True,
        max_sessions: int = 0,
        open_cursors: int = 300,
        max_string_size: int = 4000,
        trace: int = 1000,
    ) -> None:
        self.handler = handler
        told: object = handler
        self.transactional = told if isinstance(told, Transactional) else None
        self.verifiers = {
            name.upper(): Verifier(secret)
            for name, secret in {**(users or {}), user: password}.items()
        }
        self.host = host
        self.port = port
        self.service = service
        self.services = {service.upper()}
        self.profile = PROFILES[profile]
        self.latency_s = latency_s
        self.sdu = sdu
        self.out_of_band = out_of_band
        self.max_sessions = max_sessions
        self.open_cursors = open_cursors
        self.max_string_size = max_string_size
        self.refuse_code = 0  # refuse new connections with this ORA code
        self.stats = Stats()
        self.faults = Faults()
        self.sessions: dict[int, Session] = {}
        self.trace: collections.deque[TracedCall] = collections.deque(maxlen=trace)
        self.failures: list[str] = []  # tracebacks: bugs of a handler, or of the server
        self._listener: socket.socket | None = None
        self._arriving: set[asyncio.Task[object]] = set()
        self._incarnation = 0  # how often it has been shut down
        self._restarting: asyncio.Task[None] | None = None

    @property
    def dsn(self) -> str:
        return f"{self.host}:{self.port}/{self.service}"

    def start(self) -> None:
        """Listen, in the running event loop. Raises OSError when the port is taken."""
        listener = self._bound()
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        # asyncio's own server loses a connection that arrives just as it is closed
        asyncio.get_running_loop().add_reader(listener, self._accept, listener)
        self._listener = listener

    def _bound(self) -> socket.socket:
        """A free port is one that the system gives to nobody while the listener is closed."""
        while not self.port:
            with contextlib.suppress(OSError):  # taken
                port = random.choice(PORTS)
                return socket.create_server((self.host, port), backlog=BACKLOG)
        return socket.create_server((self.host, self.port), backlog=BACKLOG)

    async def stop(self) -> None:
        if self._restarting is not None:
            self._restarting.cancel()
        tasks = [session.task for session in self.sessions.values() if session.task]
        self._shut_down(reset=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._arriving, return_exceptions=True)
        for _ in range(CLOSING_STEPS):
            if not self.sessions:
                return
            await asyncio.sleep(CLOSING_STEP_S)
        for session in list(self.sessions.values()):  # clients that do not read
            session.connection.abort()
        await asyncio.sleep(CLOSING_STEP_S)

    def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(BlockingIOError):  # there are no more
            while True:
                client, _ = listener.accept()
                arriving = loop.create_task(
                    loop.connect_accepted_socket(self._connection(), client)
                )
                self._arriving.add(arriving)
                arriving.add_done_callback(self._arriving.discard)

    def _connection(self) -> Callable[[], Connection]:
        """A factory for the connection that has arrived in this incarnation."""
        connection = Connection(self.stats)
        session = Session(self, connection)
        incarnation = self._incarnation

        def opened() -> None:
            self.sessions[session.sid] = session
            if incarnation == self._incarnation:
                session.task = asyncio.get_running_loop().create_task(serve(session))
            else:  # the instance went down while the connection was under way
                connection.drop()

        def lost() -> None:
            self.sessions.pop(session.sid, None)
            session.end()

        connection.opened, connection.lost = opened, lost
        return lambda: connection

    def close_listener(self) -> None:
        """New connections are refused by the host. Sessions go on."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def drop_all(self, *, reset: bool = False) -> None:
        """End all connections, as a failing network or instance does."""
        for session in list(self.sessions.values()):
            session.connection.drop(reset=reset)

    def kill_session(self, sid: int, *, immediate: bool = False) -> None:
        """ALTER SYSTEM KILL SESSION: ORA-00028 for its running call, or else its next.

        `immediate`: the connection just ends. Raises KeyError for an unknown session.
        """
        session = self.sessions[sid]
        if immediate:
            session.connection.drop()
        else:
            session.kill()

    def restart(self, down_s: float, *, reset: bool = False) -> asyncio.Task[None]:
        """SHUTDOWN ABORT at once, and `down_s` later open again on the same port."""
        self._shut_down(reset=reset)

        async def reopen() -> None:
            await asyncio.sleep(down_s)
            self.start()

        self._restarting = asyncio.get_running_loop().create_task(reopen())
        return self._restarting

    def _shut_down(self, *, reset: bool) -> None:
        self._incarnation += 1
        self.close_listener()
        self.drop_all(reset=reset)
