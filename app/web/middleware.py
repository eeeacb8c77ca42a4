"""Surrounds every request: gives it an id, tells of its end, and turns faults into problems.

One pure ASGI middleware, so that a streamed body passes through it without being gathered.
"""

import asyncio
import itertools
import logging
import re
import secrets
import time
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answers.answers import FOUND
from app.answers.writer import HEAD
from app.contract.faults import AnswerBroken, Fault, StartupFault
from app.observe.observation import RequestEnded, one_line, tell
from app.web.problems import MEDIA_TYPE, fault_problem, status_problem

log = logging.getLogger("odm.request")

CLIENT_GONE = 499
"""Only in the log: the client left before there was anything to send."""

_SHOWN = 200
"""Bytes of a request's target that the log shows, at most."""

MARKS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),  # CORS, where it is on, is not bound by it
]
"""Headers of every answer: a browser takes it for what it is, shows it in no page's frame, and
lets no page of another origin load it as a picture, a script or the like."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")  # V$SESSION.CLIENT_INFO holds 64 bytes

_PROCESS = secrets.token_hex(4).encode()
_NUMBERS = itertools.count(secrets.randbits(32))
"""A new id is eight hexadecimal digits of the process and as many of the request."""


def request_id(scope: Scope) -> str:
    """The id of the request that this ASGI scope belongs to."""
    return str(scope["odm.request_id"])


class RequestMiddleware:
    """Gives each request its id, logs it, and turns what it raises into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a StartupFault reach the server as its sentence, not as the traceback it becomes."""
        failed: Message | None = None

        async def hold_failure(message: Message) -> None:
            nonlocal failed
            if message["type"] == "lifespan.startup.failed":
                failed = message
            else:
                await send(message)

        try:
            await self.app(scope, receive, hold_failure)
        except StartupFault as fault:
            await send({"type": "lifespan.startup.failed", "message": f"ODM cannot start: {fault}"})
        except BaseException:
            if failed:
                await send(failed)
            raise

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        rid = id_of(next((v for n, v in scope["headers"] if n == b"x-request-id"), None))
        scope["odm.request_id"] = rid.decode()
        started = time.perf_counter()
        status = 0
        sent = 0

        async def send_marked(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    *MARKS,
                    (b"x-request-id", rid),
                ]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        outcome = ""
        severity = logging.INFO
        inner = scope
        if scope["method"] == "HEAD":  # is what GET is, but for the body, which the server drops
            inner = {**scope, "method": "GET", HEAD: True}
        try:
            await self.app(inner, receive, send_marked)
        except asyncio.CancelledError:
            severity, outcome = logging.WARNING, " broken off by the shutdown"
            raise
        except Exception as error:  # the last place that can tell caller and log
            severity, outcome = _described(error)
            if status:
                # Returning without the last piece makes the server cut the connection.
                outcome = f" broken off after {sent} bytes:{outcome}"
            elif isinstance(error, AnswerBroken):
                status = CLIENT_GONE
            else:
                await _send_problem(error, scope, send_marked)
            if not isinstance(error, Fault | AnswerBroken):
                log.exception("%s unexpected error", rid.decode())
        finally:
            cache = inner.get(FOUND, "")
            tell_of_request(rid, scope, status, sent, started, cache, outcome, severity)


def id_of(given: bytes | None) -> bytes:
    """A request's id: the caller's own, if it may stand in a log and in V$SESSION, or a new one."""
    if given and _REQUEST_ID.fullmatch(given):
        return given
    return b"%s%08x" % (_PROCESS, next(_NUMBERS) & 0xFFFFFFFF)


def tell_of_request(
    rid: bytes,
    scope: Scope,
    status: int,
    sent: int,
    began: float,
    cache: str = "",
    outcome: str = "",
    severity: int = logging.INFO,
) -> None:
    """Tell that a request has ended; `began` is when it came (seconds of `time.perf_counter`)."""
    client = scope.get("client")
    path = scope.get("raw_path") or scope["path"].encode()
    tell(
        RequestEnded(
            rid.decode(),
            client[0] if client else "-",
            scope["method"],
            _target(path[:_SHOWN], scope["query_string"][:_SHOWN]),
            status,
            sent,
            time.perf_counter() - began,
            cache,
            outcome,
            severity,
        )
    )


@lru_cache(maxsize=256)
def _target(path: bytes, query: bytes) -> str:
    """Path and query as the client sent them: percent-encoded, so one line and printable."""
    target = path + b"?" + query if query else path
    return one_line(target[:_SHOWN].decode("ascii", "backslashreplace"))


def _described(error: Exception) -> tuple[int, str]:
    """Severity and words for the log."""
    if isinstance(error, Fault):
        cause = f" ({error.cause})" if error.cause else ""
        failed = error.status >= 500 and not error.holds_a_limit
        severity = logging.ERROR if failed else logging.INFO
        return severity, one_line(f" {error.slug}: {error.detail}{cause}")
    if isinstance(error, AnswerBroken):
        return logging.WARNING, f" {error}"
    return logging.ERROR, f" {type(error).__name__}"


async def _send_problem(error: Exception, scope: Scope, send: Send) -> None:
    rid = request_id(scope)
    if isinstance(error, Fault):
        status, extra, body = fault_problem(error, rid)
    else:
        status, extra, body = status_problem(
            500, "The service met an unexpected error; the log has it under this request id.", rid
        )
    await send_body(send, status, MEDIA_TYPE.encode(), body, extra)


async def send_body(
    send: Send,
    status: int,
    media_type: bytes,
    body: bytes,
    extra: dict[str, str] | None = None,
) -> None:
    """Send a whole response whose body is at hand."""
    await send_start(send, status, media_type, len(body), extra)
    await send({"type": "http.response.body", "body": body})


async def send_start(
    send: Send,
    status: int,
    media_type: bytes,
    length: int | None = None,
    extra: dict[str, str] | None = None,
) -> None:
    """Send a response's status and headers; without a length the body is streamed."""
    headers = [(b"content-type", media_type), (b"cache-control", b"no-store")]
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    headers += [(name.encode(), value.encode()) for name, value in (extra or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
