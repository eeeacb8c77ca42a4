"""Puts the service together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app import __version__
from app.gateway import Gateway, make_gateway
from app.health import router as health_router
from app.pages import add_pages
from app.problems import MEDIA_TYPE, Problem, status_problem
from app.requests import RequestMiddleware, request_id
from app.routes import add_procedure_routes
from app.settings import Settings

log = logging.getLogger("odm")

DESCRIPTION = """\
Division and well data of an oil and gas company, as the database's procedures return it.

- Bodies are bare JSON arrays. Oil is in **barrels** (bbl) to 0.001, prices in **USD/bbl** to \
0.001, money in **USD** to 0.01; numbers keep their digits.
- Errors are `application/problem+json`. Each carries the request's id, which is also in the \
`X-Request-ID` header and in the log; send your own id in that header to have it used.
"""


def create_app(settings: Settings, gateway: Gateway | None = None) -> FastAPI:
    """The service for these settings; `gateway` replaces the one that they name."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.gateway = gateway or make_gateway(settings)
        await app.state.gateway.open()
        log.info("serving from %s", app.state.gateway.name)
        try:
            yield
        finally:
            await app.state.gateway.close()

    app = FastAPI(
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
    app.add_exception_handler(HTTPException, _plain_status)
    add_procedure_routes(app)
    app.include_router(health_router)
    add_pages(app)
    _describe_problems(app)
    return app


async def _plain_status(request: Request, error: Exception) -> Response:
    """An unknown path or method, as a problem like every other error."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for it alone)
    details = {
        404: f"There is nothing at {request.url.path[:100]}; /docs lists what there is.",
        405: f"{request.method} is not allowed here.",
    }
    detail = details.get(error.status_code, error.detail)
    status, _, body = status_problem(error.status_code, detail, request_id(request.scope))
    return Response(body, status, error.headers, MEDIA_TYPE)


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
