"""`application/problem+json` (RFC 9457): what the caller sees of a fault."""

import json
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from app.contract.faults import BadArguments, Fault, NotAcceptable

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    field: str = Field(description="The parameter's name.", examples=["from_date"])
    message: str = Field(
        description="What is wrong with it.", examples=["is after to_date: 2025-02-01 > 2025-01-31"]
    )


class Problem(BaseModel):
    type: str = Field(
        description="Which problem it is; stable, for programs.",
        examples=["urn:odm:problem:bad-arguments"],
    )
    title: str = Field(description="The same in words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened this time, for people.")
    request_id: str = Field(description="Also in the X-Request-ID header and in the log.")
    errors: list[FieldError] | None = Field(
        None, description="With status 422: every field that is wrong."
    )
    available: list[str] | None = Field(
        None,
        description="With status 406: what there is.",
        examples=[["application/json", "application/x-ndjson"]],
    )


def fault_problem(fault: Fault, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for a fault."""
    problem: dict[str, Any] = {
        "type": f"urn:odm:problem:{fault.slug}",
        "title": fault.title,
        "status": fault.status,
        "detail": fault.detail,
        "request_id": request_id,
    }
    if isinstance(fault, BadArguments):
        problem["errors"] = [{"field": f, "message": m} for f, m in fault.errors]
    if isinstance(fault, NotAcceptable):
        problem["available"] = list(fault.available)
    headers = dict(fault.headers)
    if fault.retry_after:
        headers["retry-after"] = str(fault.retry_after)
    return fault.status, headers, _body(problem)


def status_problem(status: int, detail: str, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for a plain HTTP status such as 404 for an unknown path."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    return status, {}, _body(problem)


def _body(problem: dict[str, Any]) -> bytes:
    return json.dumps(problem, ensure_ascii=False).encode()


def problem_responses(
    *faults: type[Fault], examples: bool = True
) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of these faults, by status."""
    responses: dict[int | str, dict[str, Any]] = {}
    for fault in faults:
        example = {
            "type": f"urn:odm:problem:{fault.slug}",
            "title": fault.title,
            "status": fault.status,
            "detail": "What happened this time.",
            "request_id": "6f1d0c52a9b34e7d",
        }
        response = responses.setdefault(
            fault.status, {"description": "", "content": {MEDIA_TYPE: {}}}
        )
        doc = (fault.__doc__ or "").partition("\n")[0]
        response["description"] = f"{response['description']} {doc}".strip()
        media = response["content"][MEDIA_TYPE]
        media["schema"] = {"$ref": "#/components/schemas/Problem"}
        if examples:
            example_of_it = {"summary": fault.title, "value": example}
            media.setdefault("examples", {})[fault.slug] = example_of_it
    return responses
