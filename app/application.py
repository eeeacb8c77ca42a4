"""The roof: puts the service together out of its wings."""

import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.answers.answers import Answers
from app.answers.cache import Cache
from app.answers.formats import import_ahead
from app.answers.representation import Headers
from app.answers.versions import Feed, Versions
from app.contract.gateway import Wing
from app.observe.log import flush_log
from app.pages import add_pages
from app.settings import Settings
from app.web.connections import CONNECTIONS, Connections
from app.web.cors import VARY, CrossOrigin, origins_of
from app.web.events import Listeners
from app.web.events import router as events_router
from app.web.fastpath import answered_again
from app.web.guard import PRINCIPAL, REFUSAL, Guard, OpenDoor
from app.web.health import router as health_router
from app.web.middleware import MARKS, RequestMiddleware, request_id
from app.web.problems import MEDIA_TYPE, Problem, status_problem
from app.web.routes import ProcedureRoute, add_file_routes, add_procedure_routes
from app.web.signals import before_stopping
from app.wells.backends import wells_wing

log = logging.getLogger("odm")

PROTOCOL = "app.web.protocol"
"""The server imports it before the application starts, if it runs connections by it."""

DESCRIPTION = """\
Division and well data of an oil and gas company, as the database's procedures return it.

- Bodies are bare JSON arrays. Oil is in **barrels** (bbl) to 0.001, prices in **USD/bbl** to \
0.001, money in **USD** to 0.01; numbers keep their digits.
- Errors are `application/problem+json`. Each carries the request's id, which is also in the \
`X-Request-ID` header and in the log; send your own id in that header to have it used.
"""


class Service(FastAPI):
    """The application. Every request passes the guard; not every one all of FastAPI.

    What was answered before is answered again, and a plain request for data goes to its route
    directly; FastAPI finds the route of every other.
    """

    guard: Guard
    data: dict[str, tuple[ProcedureRoute, ASGIApp]]
    """The procedures' routes by path, and the way there."""
    refusal: ASGIApp
    """Answers a request that the guard refused."""
    marks: Headers
    """Headers that middleware adds to every answer."""

    def close_routes(self) -> None:
        """Have the procedures' routes answer nothing any more."""
        for route, _ in self.data.values():
            route.answers = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        try:
            principal = scope[PRINCIPAL] = await self.guard.admit(scope)
        except Exception as refusal:  # noqa: BLE001 (whatever it is, nobody comes in)
            scope[REFUSAL] = refusal
            await self.refusal(scope, receive, send)
            return
        route, way = self.data.get(scope["path"], (None, None))
        if route and way and route.answers:
            if await answered_again(route.answers, principal, scope, send, self.marks):
                return
            if scope["method"] in ("GET", "HEAD"):
                await way(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, wings: Sequence[Wing] | None = None, guard: Guard | None = None
) -> Service:
    """The service for these settings.

    `wings` replaces those that the settings name, and `guard` the open door. Names and paths of
    procedures must differ between wings.
    """
    wings = [wells_wing(settings)] if wings is None else wings
    procedures = [procedure for wing in wings for procedure in wing.catalogue.procedures]
    for names in ([p.name for p in procedures], [p.path for p in procedures]):
        if len(set(names)) != len(names):
            raise ValueError("two procedures have one name or path")
    if len({wing.catalogue.name for wing in wings}) != len(wings):
        raise ValueError("two wings have one name")

    @asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[dict[str, object]]:
        if PROTOCOL not in sys.modules:
            log.warning(
                "the server does not hold the limits of connections, nor ODM_TRUSTED_PROXIES: "
                "start it by `python service.py`, or with `--http %s:Protocol`",
                PROTOCOL,
            )
        feed = Feed()
        cache = Cache(settings.odm_cache_megabytes * 1_000_000)
        async with AsyncExitStack() as running:
            running.callback(flush_log)
            opened = [await _open_wing(running, wing, settings, cache, feed) for wing in wings]
            listeners = app.state.listeners = Listeners(
                feed,
                [each.versions for each in opened],
                settings.odm_max_listeners_per_address,
            )
            before_stopping(listeners.end)
            import_ahead()
            for wing, answers in zip(wings, opened, strict=True):
                for route, _ in app.data.values():
                    if route.procedure in wing.catalogue.procedures:
                        route.answers = answers
            running.callback(app.close_routes)  # (the first to be undone)
            yield {CONNECTIONS: app.state.connections}

    app = Service(
        title="ODM",
        summary="Real-Time Operations Data Management Service",
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.wings = wings
    app.guard = guard or OpenDoor()
    origins = origins_of(settings.odm_cors_origins)
    app.marks = [*MARKS, VARY] if origins else MARKS
    app.add_middleware(RequestMiddleware)
    if origins:  # around all others, the last that is added: pages may read problems, too
        app.add_middleware(CrossOrigin, origins=origins)

    def around(inner: ASGIApp) -> ASGIApp:
        marked = RequestMiddleware(inner)
        return CrossOrigin(marked, origins) if origins else marked

    app.refusal = around(_refuse)
    app.state.connections = Connections(settings, settings.odm_send_timeout_seconds, app.refusal)
    app.add_exception_handler(HTTPException, _plain_status)
    routes = [r for wing in wings for r in add_procedure_routes(app, wing.catalogue)]
    app.include_router(health_router)
    app.include_router(events_router)
    add_pages(app)
    routes += [r for wing in wings for r in add_file_routes(app, wing.catalogue)]  # many: the last
    app.data = {route.path: (route, around(route.handle)) for route in routes}
    _describe_problems(app)
    return app


async def _open_wing(
    running: AsyncExitStack, wing: Wing, settings: Settings, cache: Cache, feed: Feed
) -> Answers:
    """Open a wing's database for as long as the service runs; its answers."""
    gateway = wing.gateway
    await gateway.open()
    running.push_async_callback(gateway.close)
    log.info("serving from %s", gateway.name)
    versions = Versions(gateway, settings.odm_version_poll_seconds, wing.catalogue.name, feed)
    running.push_async_callback(versions.close)
    answers = Answers(gateway, settings, versions, cache)
    running.push_async_callback(answers.close)
    versions.open()
    return answers


async def _refuse(scope: Scope, _receive: Receive, _send: Send) -> None:
    raise scope[REFUSAL]


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
