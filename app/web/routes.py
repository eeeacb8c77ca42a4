"""The routes of the procedures, made from the catalogue.

FastAPI describes them and finds them; from there on a request goes straight to the gateway:

    route -> parse_arguments -> Answers.send -> gateway.call
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.answers.answers import Answers
from app.answers.formats import FORMATS, JSON, KNOWN, Format
from app.contract.faults import (
    BadArguments,
    CallFailed,
    CallTimedOut,
    DatabaseUnavailable,
    InvalidAnswer,
    NotAcceptable,
    PoolExhausted,
    PreconditionFailed,
    RangeNotSatisfiable,
    UnknownSubject,
)
from app.contract.gateway import Call
from app.contract.procedure import Catalogue, Parameter, Procedure
from app.web.arguments import BOM, parameters_of_format, parse_arguments
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
OF_A_PART = {"Content-Range": _header("Which bytes these are, and of how many."), **VALIDATORS}
BOM_PARAMETER = {
    "name": BOM,
    "in": "query",
    "required": False,
    "description": "Whether the file begins with a byte order mark, by which Excel knows UTF-8.",
    "schema": {"type": "boolean", "default": True},
    "example": False,
}
OTHER_FORMATS = (
    "Other formats: "
    + ", ".join(f"`{{path}}.{known.name}`" for known in FORMATS)
    + "; the same by `?format=` with the part behind the dot, and by `Accept`."
)


class ProcedureRoute(APIRoute):
    """A route that answers with what its procedure returns, past FastAPI's own handling.

    The query string is checked more strictly than FastAPI would, and the body is already JSON.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.procedure: Procedure = endpoint.procedure  # type: ignore[attr-defined]
        self.format: Format | None = endpoint.format  # type: ignore[attr-defined]
        """That of the path's suffix, if it has one."""
        self.answers: Answers | None = None
        """While the service runs: those of the procedure's wing."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await super().handle(scope, receive, send)  # 405, with what is allowed
            return
        if self.answers is None:
            raise DatabaseUnavailable("The service is not running.")
        arguments, asked = parse_arguments(self.procedure, scope["query_string"], self.format)
        call = Call(self.procedure, arguments, request_id(scope), scope[PRINCIPAL])
        await self.answers.send(call, asked, scope, receive, send)


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.kind.schema,
        "example": parameter.example,
    }


def add_procedure_routes(app: FastAPI, catalogue: Catalogue) -> list[ProcedureRoute]:
    """Add one route for each procedure of the catalogue; returns them."""
    return [
        _add(
            app,
            procedure,
            None,
            description=f"{procedure.description}\n\nProcedure `{procedure.name}`. "
            + OTHER_FORMATS.format(path=procedure.path),
            tags=[catalogue.tag],
        )
        for procedure in catalogue.procedures
    ]


def add_file_routes(app: FastAPI, catalogue: Catalogue) -> list[ProcedureRoute]:
    """Add a route for each procedure and format: the same answers, the format told by a suffix."""
    return [
        _add(
            app,
            procedure,
            known,
            description=f"`{procedure.path}?format={known.name}` by another name: the same answer, "
            f"the same tag. {known.description}",
            tags=[f"{catalogue.tag} as files"],
            include_in_schema=known in FORMATS,
        )
        for procedure in catalogue.procedures
        for known in KNOWN
    ]


def _add(
    app: FastAPI, procedure: Procedure, format_: Format | None, **options: Any
) -> ProcedureRoute:
    """Add a route that is described by what it gives: one format, one media type."""
    faults = [BadArguments, NotAcceptable, PreconditionFailed, RangeNotSatisfiable]
    faults += [PoolExhausted, DatabaseUnavailable, CallTimedOut, CallFailed, InvalidAnswer]
    if procedure.subject:
        faults.append(UnknownSubject)
    name = procedure.path.strip("/").replace("-", "_")
    of_format = [BOM_PARAMETER] if parameters_of_format(format_) == (BOM,) else []
    app.router.add_api_route(
        procedure.path + (f".{format_.name}" if format_ else ""),
        _endpoint(procedure, format_),
        operation_id=f"{name}_{format_.name}" if format_ else name,
        summary=f"{procedure.summary}, as {format_.name}" if format_ else procedure.summary,
        responses={
            **problem_responses(*faults, examples=format_ is None),
            **_good_responses(procedure, format_ or JSON),
            304: {
                "description": "The client's copy is of the current version of the data.",
                "headers": {**VALIDATORS, **REQUEST_ID_HEADER},
            },
        },
        route_class_override=ProcedureRoute,
        openapi_extra={"parameters": [*map(_parameter_schema, procedure.parameters), *of_format]},
        **_body(procedure, format_ or JSON),
        **options,
    )
    route = app.routes[-1]
    assert isinstance(route, ProcedureRoute)  # noqa: S101 (by `route_class_override`)
    return route


def _body(procedure: Procedure, format_: Format) -> dict[str, Any]:
    """What FastAPI has to know of a route's answer: rows, or a text or file of a media type."""
    if format_ is JSON:
        return {
            "response_model": list[procedure.row],  # type: ignore[name-defined]
            "response_description": "The rows, as a bare JSON array.",
        }
    own = type(f"{format_.name.title()}Response", (Response,), {"media_type": format_.media_type})
    return {
        "response_model": None,
        "response_class": own,
        "response_description": format_.description,
    }


def _good_responses(procedure: Procedure, format_: Format) -> dict[int | str, dict[str, Any]]:
    headers = {**VALIDATORS, **REQUEST_ID_HEADER}
    if format_ is JSON:
        content: dict[str, Any] = {JSON.media_type: {"example": procedure.example}}
        return {200: {"headers": headers, "content": content}}
    schema = {"type": "string"} if format_.text else {"type": "string", "format": "binary"}
    content = {format_.media_type: {"schema": schema}}
    return {
        200: {"headers": headers, "content": content},
        206: {
            "description": "The part of it that a `Range` asks for.",
            "headers": {**OF_A_PART, **REQUEST_ID_HEADER},
            "content": content,
        },
    }


def _endpoint(procedure: Procedure, format_: Format | None) -> Callable[[], None]:
    def endpoint() -> None:
        raise AssertionError("ProcedureRoute answers")

    endpoint.__name__ = procedure.path.strip("/").replace("-", "_")
    endpoint.procedure = procedure  # type: ignore[attr-defined]
    endpoint.format = format_  # type: ignore[attr-defined]
    return endpoint
