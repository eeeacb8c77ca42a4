"""`GET /events`: tells listeners when data has changed, as Server-Sent Events.

However many listen, a database is asked once: listeners wait for the feed of all versions.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.answers.versions import Change, Feed, Versions
from app.answers.writer import HEAD
from app.contract.faults import Fault, TooManyListeners
from app.web.connections import Places
from app.web.problems import problem_responses

HEARTBEAT_SECONDS = 15
"""How often a silent connection gets a comment: proxies cut what is silent for longer."""

RETRY_MILLISECONDS = 2000
"""How long a client waits before it connects again."""

router = APIRouter(tags=["live"])

_EXAMPLE = """\
retry: 2000

id: 7a1b6c0f4d5e9821
event: version
data: {"version": "7a1b6c0f4d5e9821", "changed_at": "2026-01-31T06:00:02Z", "changed": ["prices"], \
"wing": "wells"}

event: database
data: {"reachable": true, "detail": "", "wing": "wells"}

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


class Listeners:
    """The connections that listen, until the server stops."""

    def __init__(self, feed: Feed, wings: Sequence[Versions], most_per_address: int = 0) -> None:
        self._feed = feed
        self.places = Places(most_per_address)
        self._wings = wings
        self._ended = False

    def end(self) -> None:
        """End every connection."""
        self._ended = True
        self._feed.wake()

    @contextmanager
    def place(self, address: str | None) -> Iterator[None]:
        """A place for a listener. Raises TooManyListeners when its address has all of its own."""
        if address is None:
            yield
            return
        if not self.places.take(address):
            limit = self.places.limit
            raise TooManyListeners(f"Your address listens {limit} times, as often as it may.")
        try:
            yield
        finally:
            self.places.give_back(address)

    async def listen(self, last_event_id: str | None) -> AsyncIterator[bytes]:
        """Everything that one listener is told.

        Who comes back with the id of a version hears of every change since, if it is remembered;
        anybody else of the versions that there are now. Then of changes, as they come.
        """
        feed = self._feed
        yield format_sse_event(retry=RETRY_MILLISECONDS)
        number, missed = self._missed(last_event_id)
        for change in missed:
            yield _version_event(change)
        reachable: dict[str, bool] = {}
        while not self._ended:
            count = feed.count
            for change in [c for c in feed.changes if c.number > number]:
                number = change.number
                yield _version_event(change)
            for versions in self._wings:
                fault = versions.fault
                if (versions.known or fault) and reachable.get(versions.wing) is not (not fault):
                    reachable[versions.wing] = not fault
                    yield _database_event(versions.wing, fault)
            if feed.count == count and not self._ended:
                await feed.wait(count, HEARTBEAT_SECONDS)
                if feed.count == count:
                    yield format_sse_event(comment="still here")

    def _missed(self, last_event_id: str | None) -> tuple[int, list[Change]]:
        """The number of the last change that needs no telling later, and what to tell now."""
        changes = list(self._feed.changes)
        if not changes:
            return 0, []
        last = changes[-1].number
        latest = {change.wing: change for change in changes}
        now = sorted(latest.values(), key=lambda change: change.number)
        for place, found in enumerate(changes):
            if found.version.token == last_event_id:
                # Another process may have told of the other wings' changes in another order.
                others = [c for c in now if c.wing != found.wing and c.number < found.number]
                told = [replace(change, subjects=None) for change in others]
                return last, [*told, *changes[place + 1 :]]
        return last, [replace(change, subjects=None) for change in now]


class EventStream(StreamingResponse):
    """The answer to one listener, for as long as it has a place."""

    media_type = "text/event-stream"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if HEAD in scope:
            await super().__call__(scope, receive, send)
            return
        client = scope.get("client")
        listeners: Listeners = scope["app"].state.listeners
        with listeners.place(client[0] if client else None):
            await super().__call__(scope, receive, send)


def _version_event(change: Change) -> bytes:
    at = change.version.loaded_at
    token = change.version.token
    return _event(
        "version",
        token,
        version=token,
        changed_at=at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None,
        changed=change.subjects,
        wing=change.wing,
    )


def _database_event(wing: str, fault: Fault | None) -> bytes:
    detail = fault.detail if fault else ""
    return _event("database", reachable=fault is None, detail=detail, wing=wing)


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
        },
        **problem_responses(TooManyListeners),
    },
)
async def events(request: Request) -> EventStream:
    """A stream that stays open (`curl -N`, `EventSource`).

    - `version`, with the version as its id: the data has changed. `changed` names the subjects
      (`divisions`, `wells`, `production`, `prices`, `budgets`, `summaries`), or is null when it is
      not known which; `wing` tells whose data it is (`wells`). Sent at once on connecting; with
      `Last-Event-ID`, every change since then.
    - `database`: whether a wing's database can be reached, at once and when that changes.
    - A comment every 15 seconds.
    """
    listeners: Listeners = request.app.state.listeners
    content = listeners.listen(request.headers.get("last-event-id"))
    return EventStream(
        iter(()) if HEAD in request.scope else content,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
