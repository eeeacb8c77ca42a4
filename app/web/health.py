"""Alive and ready: what a load balancer and an engineer at six in the morning ask first."""

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.contract.faults import DatabaseUnavailable, Fault, PoolExhausted
from app.web.problems import problem_responses


def _not_to_be_kept(response: Response) -> None:
    response.headers["cache-control"] = "no-store"


router = APIRouter(tags=["health"], dependencies=[Depends(_not_to_be_kept)])


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    status: Literal["ready"] = "ready"
    database: str = Field(description="What kind of database answers.", examples=["SQLite"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """200 as long as the process serves requests, whatever the database does."""
    return Alive()


@router.get(
    "/readyz",
    summary="Can it answer a query now?",
    responses=problem_responses(PoolExhausted, DatabaseUnavailable),
)
async def readyz(request: Request) -> Ready:
    """200 when the database answered a query just now; otherwise 503, saying why in general.

    Where the database is and what it said is in the log, under the request's id.
    """
    gateways = [wing.gateway for wing in request.app.state.wings]
    try:
        for gateway in gateways:
            await gateway.check()
    except Fault as fault:  # whatever it is, it is 503
        kind = PoolExhausted if isinstance(fault, PoolExhausted) else DatabaseUnavailable
        not_ready = kind(fault.detail, fault.cause)
        not_ready.retry_after = fault.retry_after or kind.retry_after
        raise not_ready from fault
    return Ready(database=", ".join(gateway.kind for gateway in gateways))
