"""The seam between HTTP and the database.

A gateway is given a call (one of the catalogued procedures, its arguments and the request's id)
and yields the JSON text of the answer, piece by piece, as bytes. Routes know nothing else of a
database.
"""

from dataclasses import dataclass
from typing import Protocol

from app.catalogue import Arguments, Procedure
from app.settings import Settings


@dataclass(frozen=True)
class Call:
    """One call of a procedure for one request."""

    procedure: Procedure
    arguments: Arguments
    request_id: str


class Answer(Protocol):
    """The JSON text of one call, one consistent state of the data.

    It holds a database session until it is complete or closed. Whoever got it closes it.
    """

    @property
    def complete(self) -> bool:
        """Whether the piece last read was the last."""

    async def read(self) -> bytes:
        """The next piece, UTF-8; pieces may end anywhere, even inside a character.

        Raises a Fault when the database fails; the answer is then only good for closing.
        """

    async def close(self) -> None:
        """Give the session back; when the answer is not complete, stop the database's work."""


class Gateway(Protocol):
    """Access to one database."""

    name: str
    """What the database is, for the readiness answer and the log."""

    async def open(self) -> None:
        """Make ready for calls. Raises StartupFault for what only a person can mend."""

    async def call(self, call: Call) -> Answer:
        """Call the procedure. Raises UnknownSubject and the other faults of `app.faults`."""

    async def check(self) -> None:
        """Return if a query can be answered now; else raise the Fault that a call would meet."""

    async def close(self) -> None:
        """Give up every session."""


def make_gateway(settings: Settings) -> Gateway:
    """The gateway to the database that the settings name, not yet open."""
    if settings.uses_oracle:
        from app.oracle.gateway import OracleGateway  # noqa: PLC0415 (only the one that is used)

        return OracleGateway(settings)
    from app.embedded.gateway import EmbeddedGateway  # noqa: PLC0415

    return EmbeddedGateway(settings)
