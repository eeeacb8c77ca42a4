"""Cross-origin reads (CORS): which pages of other origins may read the answers."""

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.middleware import MARKS

VARY = (b"vary", b"Origin")
"""On every answer while CORS is on: one that is kept elsewhere may only serve its own origin."""


class CrossOrigin:
    """Starlette's CORS middleware for reading, which also marks what it has nothing to add to, and
    what it answers by itself: whether a page may ask."""

    def __init__(self, app: ASGIApp, origins: list[str]) -> None:
        self._app = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "HEAD"],
            allow_headers=[
                "Authorization",
                "X-Request-ID",
                "If-None-Match",
                "If-Modified-Since",
                "If-Match",
                "If-Unmodified-Since",
                "Range",
                "If-Range",
                "Last-Event-ID",
            ],
            expose_headers=[
                "ETag",
                "Last-Modified",
                "X-Request-ID",
                "Server-Timing",
                "Content-Disposition",
                "Accept-Ranges",
                "Content-Range",
                "Age",
                "Warning",
                "Retry-After",
            ],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                if MARKS[0] not in message["headers"]:
                    message["headers"] = [*message["headers"], *MARKS]
                headers = MutableHeaders(scope=message)
                if "origin" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, send_marked if scope["type"] == "http" else send)


def origins_of(setting: str) -> list[str]:
    """The origins of `ODM_CORS_ORIGINS`, which commas part."""
    return [origin.strip() for origin in setting.split(",") if origin.strip()]
