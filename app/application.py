"""Puts the service together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.answers.answers import Answers
from app.answers.versions import Versions
from app.contract.gateway import Gateway
from app.observe.log import flush_log
from app.pages import add_pages
from app.settings import Settings
from app.web.events import Listeners
from app.web.events import router as events_router
from app.web.fastpath import answered_again
from app.web.health import router as health_router
from app.web.middleware import RequestMiddleware, request_id
from app.web.problems import MEDIA_TYPE, Problem, status_problem
from app.web.routes import ProcedureRoute, add_procedure_routes
from app.wells.backends import make_gateway
from app.wells.catalogue import WELLS

log = logging.getLogger("odm")

DESCRIPTION = """\
Division and well data of an oil and gas company, as the database's procedures return it.

- Bodies are bare JSON arrays. Oil is in **barrels** (bbl) to 0.001, prices in **USD/bbl** to \
0.001, money in **USD** to 0.01; numbers keep their digits.
- Errors are `application/problem+json`. Each carries the request's id, which is also in the \
`X-Request-ID` header and in the log; send your own id in that header to have it used.
"""


class Service(FastAPI):
    """The application. Not every request has to go through all of FastAPI.

    What was answered before is answered again, and a plain request for data goes to its route
    directly; FastAPI finds the route of every other.
    """

    answers: Answers | None = None
    """While the service runs."""

    data: dict[tuple[str, str], ASGIApp]
    """The procedures' routes by method and path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.answers:
            if await answered_again(self.answers, scope, send):
                return
            if data := self.data.get((scope["method"], scope["path"])):
                scope["app"] = self
                await data(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def create_app(settings: Settings, gateway: Gateway | None = None) -> FastAPI:
    """The service for these settings; `gateway` replaces the one that they name."""

    @asynccontextmanager
    async def lifespan(app: "Service") -> AsyncIterator[None]:
        opened = app.state.gateway = gateway or make_gateway(settings)
        await opened.open()
        versions = Versions(opened, settings.odm_version_poll_seconds)
        app.answers = answers = Answers(opened, settings, versions)
        log.info("serving from %s", opened.name)
        versions.open()
        listeners = app.state.listeners = Listeners(versions)
        listeners.end_with_the_server()
        try:
            yield
        finally:
            app.answers = None
            await answers.close()
            await versions.close()
            await opened.close()
            flush_log()

    app = Service(
        title="ODM",
        summary="Real-Time Operations Data Management Service",
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.add_middleware(RequestMiddleware)
    cors = _cors(settings)
    if cors:  # around all others, the last that is added: pages may read problems, too
        app.add_middleware(CORSMiddleware, **cors)

    def around(route: ASGIApp) -> ASGIApp:
        marked = RequestMiddleware(route)
        return CORSMiddleware(marked, **cors) if cors else marked

    app.add_exception_handler(HTTPException, _plain_status)
    add_procedure_routes(app, WELLS)
    app.data = {
        (method, route.path): around(route.handle)
        for route in app.routes
        if isinstance(route, ProcedureRoute)
        for method in ("GET", "HEAD")
    }
    app.include_router(health_router)
    app.include_router(events_router)
    add_pages(app)
    _describe_problems(app)
    return app


def _cors(settings: Settings) -> dict[str, Any]:
    """What pages of other origins may do: read everything, and what the headers say of it."""
    origins = [origin.strip() for origin in settings.odm_cors_origins.split(",") if origin.strip()]
    if not origins:
        return {}
    return {
        "allow_origins": origins,
        "allow_methods": ["GET", "HEAD"],
        "allow_headers": ["X-Request-ID", "If-None-Match", "If-Modified-Since", "Last-Event-ID"],
        "expose_headers": [
            "ETag",
            "Last-Modified",
            "X-Request-ID",
            "Server-Timing",
            "Content-Disposition",
            "Age",
            "Warning",
            "Retry-After",
        ],
    }


async def _plain_status(request: Request, error: Exception) -> Response:
    """An unknown path or method, as a problem like every other error."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for it alone)
    details = {
        404: f"There is nothing at {request.url.path[:100]}; /docs lists what there is.",
        405: f"{request.method} is not allowed here.",
    }
    detail = details.get(error.status_code, error.detail)
    headers = dict(error.headers or {})
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"
    status, _, body = status_problem(error.status_code, detail, request_id(request.scope))
    return Response(body, status, headers, MEDIA_TYPE)


def _describe_problems(app: FastAPI) -> None:
    """Put the problem's schema, which no route names as its model, into the description."""
    described = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            schemas = described()["components"]["schemas"]
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs")
            schemas["Problem"] = problem
        assert app.openapi_schema is not None  # noqa: S101 (described() has set it)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
