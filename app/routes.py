"""The routes of the procedures, made from the catalogue.

FastAPI describes them and finds them; from there on a request goes straight to the gateway:

    route -> parse_arguments -> Answers.send -> gateway.call
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.answers import Answers
from app.arguments import parse_arguments
from app.catalogue import PROCEDURES, Parameter, Procedure
from app.faults import (
    BadArguments,
    CallFailed,
    CallTimedOut,
    DatabaseUnavailable,
    InvalidAnswer,
    PoolExhausted,
    UnknownSubject,
)
from app.gateway import Call
from app.problems import problem_responses
from app.requests import request_id
from app.rows import MAX_ID

REQUEST_ID_HEADER = {
    "X-Request-ID": {
        "description": "The request's id: the caller's own if it sent a usable one.",
        "schema": {"type": "string"},
    }
}


class ProcedureRoute(APIRoute):
    """A route that answers with what its procedure returns, past FastAPI's own handling.

    The query string is checked more strictly than FastAPI would, and the body is already JSON.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.procedure: Procedure = endpoint.procedure  # type: ignore[attr-defined]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await super().handle(scope, receive, send)  # 405, with what is allowed
            return
        answers: Answers = scope["app"].answers
        arguments, format_name = parse_arguments(self.procedure, scope["query_string"])
        call = Call(self.procedure, arguments, request_id(scope))
        await answers.send(call, format_name, scope, receive, send)


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = (
        {"type": "integer", "exclusiveMinimum": -(MAX_ID + 1), "exclusiveMaximum": MAX_ID + 1}
        if parameter.kind == "id"
        else {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    )
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
        "example": parameter.example,
    }


def _endpoint(procedure: Procedure) -> Callable[[], None]:
    def endpoint() -> None:
        raise AssertionError("ProcedureRoute answers")

    endpoint.__name__ = procedure.path.strip("/").replace("-", "_")
    endpoint.procedure = procedure  # type: ignore[attr-defined]
    return endpoint


def add_procedure_routes(app: FastAPI) -> list[ProcedureRoute]:
    """Add one route for each procedure of the catalogue."""
    for procedure in PROCEDURES:
        faults = [BadArguments, PoolExhausted, DatabaseUnavailable, CallTimedOut, CallFailed]
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
                **problem_responses(*faults, InvalidAnswer),
                200: {
                    "headers": REQUEST_ID_HEADER,
                    "content": {"application/json": {"example": procedure.example}},
                },
            },
            tags=["data"],
            route_class_override=ProcedureRoute,
            openapi_extra={"parameters": [_parameter_schema(p) for p in procedure.parameters]},
        )
    return [route for route in app.routes if isinstance(route, ProcedureRoute)]
