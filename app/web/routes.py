"""The routes of the procedures, made from the catalogue.

FastAPI describes them and finds them; from there on a request goes straight to the gateway:

    route -> parse_arguments -> Answers.send -> gateway.call
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.answers.answers import Answers
from app.answers.formats import FORMATS, JSON
from app.contract.faults import (
    BadArguments,
    CallFailed,
    CallTimedOut,
    DatabaseUnavailable,
    InvalidAnswer,
    NotAcceptable,
    PoolExhausted,
    PreconditionFailed,
    UnknownSubject,
)
from app.contract.gateway import Call
from app.contract.procedure import Catalogue, Parameter, Procedure
from app.web.arguments import FORMAT, parse_arguments
from app.web.guard import PRINCIPAL
from app.web.middleware import request_id
from app.web.problems import problem_responses


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


REQUEST_ID_HEADER = {
    "X-Request-ID": _header("The request's id: the caller's own if it sent a usable one.")
}
VALIDATORS = {
    "ETag": _header(
        "Which rows these are: the same for as long as the data does not change, in every process "
        "of the service. Send it as `If-None-Match` to get 304 when it still holds."
    ),
    "Last-Modified": _header("When the data last changed."),
    "Cache-Control": _header("`no-cache`: keep it, and ask each time whether it still holds."),
    "Vary": _header("`Accept, Accept-Encoding`."),
    "Server-Timing": _header(
        "How the answer was got: `hit` (it was kept), `shared` (it was on its way to another "
        "client) or `miss`, then with the database's milliseconds to the first piece."
    ),
}
BINARY = {"type": "string", "format": "binary"}
FORMAT_PARAMETER = {
    "name": FORMAT,
    "in": "query",
    "required": False,
    "description": "The format of the answer, in place of an `Accept` header: "
    + "; ".join(f"`{known.name}` ({known.description})" for known in FORMATS),
    "schema": {"type": "string", "enum": [known.name for known in FORMATS]},
    "example": "json",
}


class ProcedureRoute(APIRoute):
    """A route that answers with what its procedure returns, past FastAPI's own handling.

    The query string is checked more strictly than FastAPI would, and the body is already JSON.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.procedure: Procedure = endpoint.procedure  # type: ignore[attr-defined]
        self.answers: Answers | None = None
        """While the service runs: those of the procedure's wing."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await super().handle(scope, receive, send)  # 405, with what is allowed
            return
        if self.answers is None:
            raise DatabaseUnavailable("The service is not running.")
        arguments, format_name = parse_arguments(self.procedure, scope["query_string"])
        call = Call(self.procedure, arguments, request_id(scope), scope[PRINCIPAL])
        await self.answers.send(call, format_name, scope, receive, send)


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.kind.schema,
        "example": parameter.example,
    }


def _endpoint(procedure: Procedure) -> Callable[[], None]:
    def endpoint() -> None:
        raise AssertionError("ProcedureRoute answers")

    endpoint.__name__ = procedure.path.strip("/").replace("-", "_")
    endpoint.procedure = procedure  # type: ignore[attr-defined]
    return endpoint


def add_procedure_routes(app: FastAPI, catalogue: Catalogue) -> list[ProcedureRoute]:
    """Add one route for each procedure of the catalogue; returns them."""
    added: list[ProcedureRoute] = []
    for procedure in catalogue.procedures:
        faults = [BadArguments, NotAcceptable, PreconditionFailed]
        faults += [PoolExhausted, DatabaseUnavailable, CallTimedOut, CallFailed, InvalidAnswer]
        if procedure.subject:
            faults.append(UnknownSubject)
        app.router.add_api_route(
            procedure.path,
            _endpoint(procedure),
            response_model=list[procedure.row],  # type: ignore[name-defined]
            summary=procedure.summary,
            description=f"{procedure.description}\n\nProcedure `{procedure.name}`.",
            response_description="The rows, as a bare JSON array.",
            responses={
                **problem_responses(*faults),
                200: {
                    "headers": {**VALIDATORS, **REQUEST_ID_HEADER},
                    "content": {
                        JSON.media_type: {"example": procedure.example},
                        **{known.media_type: {"schema": BINARY} for known in FORMATS[1:]},
                    },
                },
                304: {
                    "description": "The client's copy is of the current version of the data.",
                    "headers": {**VALIDATORS, **REQUEST_ID_HEADER},
                },
            },
            tags=[catalogue.tag],
            route_class_override=ProcedureRoute,
            openapi_extra={
                "parameters": [*map(_parameter_schema, procedure.parameters), FORMAT_PARAMETER]
            },
        )
        route = app.routes[-1]
        assert isinstance(route, ProcedureRoute)  # noqa: S101 (by `route_class_override`)
        added.append(route)
    return added
