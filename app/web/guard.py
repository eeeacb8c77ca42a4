"""The place that every request passes before anything else: before routing, cache and fast path."""

from typing import Protocol

from starlette.types import Scope

from app.contract.principal import ANYBODY, Principal

PRINCIPAL = "odm.principal"
"""In the scope of a request that was admitted: its principal."""
REFUSAL = "odm.refusal"
"""In the scope of one that was refused: the error that says why."""


class Guard(Protocol):
    """Decides who comes in."""

    async def admit(self, scope: Scope) -> Principal:
        """The request's principal. Raises the Fault by which the request is refused."""


class OpenDoor:
    """Admits everybody, to everything."""

    async def admit(self, scope: Scope) -> Principal:  # noqa: ARG002 (it is all the same)
        return ANYBODY
