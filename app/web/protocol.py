"""HTTP on one connection, within limits: `uvicorn service:app --http app.web.protocol:Protocol`.

uvicorn's own protocol takes heads of any length, however slowly they come, and parses as many
pipelined requests as arrive. This one relies on what HttpToolsProtocol of uvicorn 0.54 does:

- `connection_made` sets `transport`, `client` and `flow`, by which all else stops and resumes
  reading; nothing but `data_received` feeds `parser`;
- `on_headers_complete` makes a cycle of `scope`, `headers` and `app`, and starts it, or puts it on
  the left of `pipeline` while another is under way; a cycle without `keep_alive` closes the
  connection after its response;
- `on_response_complete` is called once for each response; it starts the next and, if there is
  none, waits for `timeout_keep_alive`.

What is refused is answered by the service, in its turn: a problem with an id, and a line in the
log. It is the last that is answered on its connection.
"""

import asyncio
import contextlib
import socket
import struct
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.answers.writer import ABORT
from app.contract.faults import BadRequest, Fault, HeadTooLarge, HeadTooSlow
from app.web.connections import CONNECTIONS, WAITING, WAITING_SECONDS, Connections

MOST_FIELDS = 100
"""Header fields of a request: each takes a hundred bytes of memory, however short it is."""

STANDSTILL_SECONDS = 10
"""How long a client may take nothing, at least: a line may be down for a moment."""

_RECEIVE_BYTES = 1 << 15
"""What the system receives of a connection ahead, and so what one read can bring. Linux doubles it.
"""

_END = b"\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """One connection."""

    flow: "_Flow"

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        if isinstance(self.app, ProxyHeadersMiddleware):  # which believes by rules of its own
            self.app = self.app.app
        self.url = b""
        self._all: Connections = app_state[CONNECTIONS]
        self._limits = self._all.settings
        self._most_bytes = self._limits.odm_max_head_bytes
        self._head_seconds = self._limits.odm_head_timeout_seconds
        self._peer: str | None = None
        self._fault: Fault | None = None  # by which all is refused: it is one connection too many
        self._is_proxy = False
        self._running: RequestResponseCycle | None = None
        self._rest = b""  # what has come and is not parsed yet
        self._head_bytes = 0  # parsed of a head that has no end yet
        self._head_tail = b""  # the last of these: an end may come in two parts
        self._deaf = False  # nothing more is read: the last request has come
        self._due: float | None = None  # when a head must be whole, or another one begin
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = _Flow(transport)
        self._peer = self.client[0] if self.client else None
        self._fault = self._all.enter(self._peer)
        self._is_proxy = self._all.is_proxy(self._peer)
        if self._fault and self._all.waiting > WAITING:
            self._abort()
            return
        if self._fault:
            self._head_seconds = WAITING_SECONDS
            self.app = self._all.refusing(self._fault)
        self._wait(self._head_seconds)
        _set_options(transport, self._all.send_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._running:  # (uvicorn tells the latest alone, which may wait in the pipeline)
            self._running.disconnected = not self._running.response_complete
            self._running.message_event.set()
        self._all.leave(self._peer, self._fault)
        if self._timer:
            self._timer.cancel()
        self._deaf, self._rest = True, b""
        self.pipeline.clear()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if (
            not (self._rest or self._head_bytes or self.pipeline)
            and data.find(_END) + len(_END) == len(data) <= self._most_bytes
        ):
            self._parse(data)  # one head and nothing else, as requests come
        else:
            self._read(self._rest + data)

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._running, app = self.pipeline.pop()
            self._start_asgi_task(self._running, app)
        elif not self._head_bytes:
            self._wait(self.timeout_keep_alive)
        if self._rest:
            self._read(self._rest)

    def _read(self, data: bytes) -> None:
        """Parse what has come, a head at a time, for as long as one more request may wait."""
        at = 0
        most = self._limits.odm_max_pipelined
        while at < len(data) and not self._deaf and len(self.pipeline) < most:
            end = min(self._end_of_head(data, at), at + self._most_bytes - self._head_bytes)
            self._parse(data[at:end])
            at = end
        self._rest = b"" if self._deaf else data[at:]
        self.flow.hold(full=bool(self._rest))

    def _parse(self, piece: bytes) -> None:
        """Parse a head, or a part of one."""
        self._head_bytes += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            pass  # it is answered as if it had not asked for that
        except httptools.HttpParserCallbackError:
            self._refuse(BadRequest("The target of the request is not valid."))
        except httptools.HttpParserError as error:
            self._refuse(BadRequest(f"That is no request of HTTP/1.1: {error}."))
        if self._head_bytes and not self._deaf:
            self._head_tail = piece[-3:]
            if self._head_bytes >= self._most_bytes or len(self.headers or ()) > MOST_FIELDS:
                self._refuse(self._too_large())
            elif self._head_bytes == len(piece):
                self._wait(self._head_seconds)

    def _end_of_head(self, data: bytes, at: int) -> int:
        """Where the head that begins or goes on there ends, or all the data."""
        if self._head_bytes:
            found = (self._head_tail + data[at : at + 3]).find(_END)
            if found >= 0:
                return at + found + len(_END) - len(self._head_tail)
        found = data.find(_END, at)
        return found + len(_END) if found >= 0 else len(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))  # (nobody is told to go on with a body)

    def on_headers_complete(self) -> None:
        fields = dict(self.headers)
        version = self.parser.get_http_version()
        usual = len(fields) == len(self.headers) <= MOST_FIELDS and b"host" in fields
        fault = None if usual and version == "1.1" else self._fault_of_head(version)
        if fault:
            self.app = self._all.refusing(fault)
        if self._is_proxy:
            self._note_client()
        self.scope[ABORT] = self._abort  # type: ignore[literal-required]
        super().on_headers_complete()
        if not self.pipeline:
            self._running = self.cycle
        self.url = b""
        self._head_bytes = 0
        self._due = None
        # Nothing here takes a body, so none is read.
        body = fields.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in fields
        if body or fault or self._fault:
            self.cycle.keep_alive = False
        self._deaf = not self.cycle.keep_alive

    def _fault_of_head(self, version: str) -> Fault | None:
        """What is wrong with a head as a whole, if anything is."""
        hosts = [name for name, _ in self.headers].count(b"host")
        if len(self.headers) > MOST_FIELDS:
            return self._too_large()
        if version not in ("1.1", "1.0"):
            return BadRequest(f"HTTP/{version} is not spoken here.")
        if hosts > 1 or (not hosts and version == "1.1"):
            return BadRequest(f"A request has one Host header; this one has {hosts or 'none'}.")
        return None

    def _note_client(self) -> None:
        """Let a request that a proxy has sent be its client's."""
        if self._peer:
            client = self._all.proxies.client_of(self._peer, self.scope["headers"])
            self.scope["client"] = (client, 0)

    def _should_upgrade(self) -> bool:
        return False  # there are no WebSockets

    def _wait(self, seconds: float) -> None:
        """End the connection after that time, unless a whole head comes.

        One timer goes on from request to request, for it costs more than what it waits for.
        """
        self._due = self.loop.time() + seconds
        if self._timer and self._timer_at > self._due:
            self._timer.cancel()
            self._timer = None
        if not self._timer:
            self._set_timer(self._due)

    def _set_timer(self, at: float) -> None:
        self._timer_at = at
        self._timer = self.loop.call_later(at - self.loop.time(), self._look_at_time)

    def _look_at_time(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due > self.loop.time():
            self._set_timer(self._due)
        elif not self._head_bytes:
            self.transport.close()
        elif self.flow.read_paused:  # the rest of it may have come
            self._wait(self._head_seconds)
        else:
            seconds = self._head_seconds
            self._refuse(HeadTooSlow(f"The head of a request may take {seconds:g} seconds."))

    def _too_large(self) -> Fault:
        return HeadTooLarge(
            f"The head of a request may have {self._most_bytes} bytes and {MOST_FIELDS} fields."
        )

    def _refuse(self, fault: Fault) -> None:
        """Answer a request without a whole head when its turn comes; it is the last."""
        if self._deaf:  # what follows the last request may be anything
            return
        self._deaf = True
        self._due = None
        url, headers = self.url, self.headers if self.url else []
        self.on_message_begin()
        self.scope.update(  # type: ignore[call-arg]
            method=self.parser.get_method().decode() if url else "-",
            path="-",
            raw_path=url,
            query_string=b"",
            headers=headers,
        )
        if self._is_proxy:
            self._note_client()
        waits = self._running is not None and not self._running.response_complete
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        app = self._all.refusing(fault)
        if waits:
            self.pipeline.appendleft((self.cycle, app))  # type: ignore[arg-type]
        else:
            self._running = self.cycle
            self._start_asgi_task(self.cycle, app)  # type: ignore[arg-type]

    def _abort(self) -> None:
        """End the connection now, and have the system forget what it still has to send."""
        connection = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class _Flow(FlowControl):
    """Keeps reading paused for as long as there is enough to do, whoever would resume it."""

    full = False

    def hold(self, *, full: bool) -> None:
        """Pause reading, or let others resume it from now on."""
        self.full = full
        if full:
            self.pause_reading()

    def resume_reading(self) -> None:
        if not self.full:
            super().resume_reading()


def _set_options(transport: asyncio.Transport, send_seconds: float) -> None:
    """Have the system end a connection whose client takes nothing for that long."""
    connection = transport.get_extra_info("socket")
    with contextlib.suppress(OSError):  # a socket without TCP has no such options
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # (Linux)
            milliseconds = int(max(send_seconds, STANDSTILL_SECONDS) * 1000)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
