"""A stand-in for `GET /events`, whose words a test chooses: the page's part of live updates."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse


class Events:
    """Sends each listener the state on connect, and then what the test says."""

    def __init__(self) -> None:
        self.versions = itertools.count(1)
        self.messages: list[str] = []
        self.state: dict[str, str] = {}
        self.refused = False
        self.closed = False
        self.listeners = 0
        self.reset()

    def reset(self) -> None:
        """As at the start: a first version, and a database that can be reached."""
        self.refused = False
        self.version()
        self.database(True)

    def version(self, changed_at: str = "2026-11-21T06:00:00Z") -> None:
        """Say that the data is another."""
        token = f"v{next(self.versions)}"
        data: dict[str, object] = {
            "version": token,
            "changed_at": changed_at,
            "changed": ["production"],
        }
        self._say("version", data, f"id: {token}\n")

    def database(self, reachable: bool, detail: str = "") -> None:
        """Say whether the database can be reached."""
        self._say("database", {"reachable": reachable, "detail": detail})

    def _say(self, event: str, data: dict[str, object], head: str = "") -> None:
        message = f"{head}event: {event}\ndata: {json.dumps(data)}\n\n"
        self.state[event] = message
        self.messages.append(message)

    def _over(self) -> bool:
        return self.closed or self.refused

    async def answer(self, request: Request) -> StreamingResponse:
        status = 404 if self.refused else 200
        return StreamingResponse(
            self._stream(request),
            status,
            {"cache-control": "no-store"},
            "text/event-stream" if status == 200 else "text/plain",
        )

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        if self._over():
            return
        sent = len(self.messages)
        self.listeners += 1
        try:
            yield "retry: 200\n\n" + "".join(self.state.values())
            while not self._over() and not await request.is_disconnected():
                for message in self.messages[sent:]:
                    yield message
                sent = len(self.messages)
                await asyncio.sleep(0.02)
        finally:
            self.listeners -= 1
