"""Tells whoever listens when the data has changed: `GET /events`, as Server-Sent Events.

However many listen, the database is asked once: listeners wait for what `Versions` finds out.
"""

import asyncio
import contextlib
import json
import signal
import threading
from collections.abc import AsyncIterator
from types import FrameType

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from app.answers.versions import Change, Versions
from app.answers.writer import HEAD

HEARTBEAT_SECONDS = 15
"""How often a silent connection gets a comment: proxies cut what is silent for longer."""

RETRY_MILLISECONDS = 2000
"""How long a client waits before it connects again."""

router = APIRouter(tags=["live"])

_EXAMPLE = """\
retry: 2000

id: 7a1b6c0f4d5e9821
event: version
data: {"version": "7a1b6c0f4d5e9821", "changed_at": "2026-01-31T06:00:02Z", "changed": ["prices"]}

event: database
data: {"reachable": true, "detail": ""}

: still here
"""

_EVENT = {
    "type": "object",
    "description": "One event; its data is JSON.",
    "properties": {
        "event": {"type": "string", "enum": ["version", "database"]},
        "id": {"type": "string"},
        "data": {"type": "string"},
        "retry": {"type": "integer"},
    },
}


class EventStream(StreamingResponse):
    """What FastAPI's own class is, for an endpoint that returns it and is no generator."""

    media_type = "text/event-stream"


class Listeners:
    """All who listen, until the server stops."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._ended = False

    def end_with_the_server(self) -> None:
        """End every connection when the process is told to stop.

        A server waits for open connections before it lets the application clean up, and these
        would stay open for ever.
        """
        if threading.current_thread() is not threading.main_thread():
            return  # the server's signals are not ours to see
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if not callable(before):
                continue

            def stop(
                number: int, frame: FrameType | None, before: "signal._HANDLER" = before
            ) -> None:
                with contextlib.suppress(RuntimeError):  # the loop is closed by now
                    loop.call_soon_threadsafe(self.end)
                before(number, frame)  # type: ignore[operator, misc]

            signal.signal(number, stop)

    def end(self) -> None:
        """Let every listener go."""
        self._ended = True
        self._versions.wake()

    async def listen(self, last_event_id: str | None) -> AsyncIterator[bytes]:
        """Everything that one listener is told.

        Who comes back with the id of a version hears of every change since, if it is remembered;
        anybody else of the version that there is now. Then of changes, as they come.
        """
        versions = self._versions
        yield format_sse_event(retry=RETRY_MILLISECONDS)
        number, missed = self._missed(last_event_id)
        for change in missed:
            yield _version_event(change)
        reachable: bool | None = None
        while not self._ended:
            count = versions.count
            for change in [c for c in versions.changes if c.number > number]:
                number = change.number
                yield _version_event(change)
            fault = versions.fault
            if (fault is None) is not reachable and (versions.known or fault):
                reachable = fault is None
                yield _event("database", reachable=reachable, detail=fault.detail if fault else "")
            if versions.count == count and not self._ended:
                await versions.news(count, HEARTBEAT_SECONDS)
                if versions.count == count:
                    yield format_sse_event(comment="still here")

    def _missed(self, last_event_id: str | None) -> tuple[int, list[Change]]:
        """The number of the last change that needs no telling later, and what to tell now."""
        changes = list(self._versions.changes)
        if not changes:
            return 0, []
        last = changes[-1]
        for place, change in enumerate(changes):
            if change.version.token == last_event_id:
                return last.number, changes[place + 1 :]
        return last.number, [Change(last.number, last.version, None)]


def _version_event(change: Change) -> bytes:
    at = change.version.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    token = change.version.token
    return _event("version", token, version=token, changed_at=at, changed=change.subjects)


def _event(name: str, id_: str | None = None, **data: object) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False), event=name, id=id_)


@router.get(
    "/events",
    summary="When has the data changed?",
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-Sent Events, until either side ends the connection.",
            "content": {"text/event-stream": {"schema": _EVENT, "example": _EXAMPLE}},
        }
    },
)
async def events(request: Request) -> EventStream:
    """A stream that stays open (`curl -N`, `EventSource`).

    - `version`, with the version as its id: the data has changed. `changed` names the subjects
      (`divisions`, `wells`, `production`, `prices`, `budgets`, `summaries`), or is null when it is
      not known which. Sent at once on connecting; with `Last-Event-ID`, every change since then.
    - `database`: whether the database can be reached, at once and when that changes.
    - A comment every 15 seconds.
    """
    listeners: Listeners = request.app.state.listeners
    content = listeners.listen(request.headers.get("last-event-id"))
    return EventStream(
        iter(()) if HEAD in request.scope else content,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
