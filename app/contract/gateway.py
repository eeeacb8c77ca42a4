"""The seam between HTTP and a wing's database.

A gateway takes a call (a procedure of the catalogue, its arguments, the request's id and its
principal) and yields the JSON text of the answer, piece by piece, as bytes. Routes know nothing
else of a database.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.contract.principal import ANYBODY, Principal
from app.contract.procedure import Arguments, Catalogue, Procedure


@dataclass(frozen=True)
class Call:
    """One call of a procedure for one request."""

    procedure: Procedure
    arguments: Arguments
    request_id: str
    principal: Principal = ANYBODY


_NO_CHANGE = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


@dataclass(frozen=True)
class Version:
    """Which version of the data a database holds: equal tokens, equal data."""

    token: str
    """Opaque, 16 hexadecimal digits."""
    changed_at: datetime.datetime
    """UTC, in whole seconds; strictly later with every change."""
    changes: Mapping[str, int] = field(compare=False)
    """How often each subject (wells, prices, ...) has changed, as far as the database tells."""

    @property
    def never_changed(self) -> bool:
        """Whether nothing has ever been loaded: the time is then 1970 and tells nothing."""
        return self.changed_at == _NO_CHANGE

    @property
    def loaded_at(self) -> datetime.datetime | None:
        """When the data was last changed, as it is told; None where nothing has been loaded."""
        return None if self.never_changed else self.changed_at


def read_version(text: bytes) -> Version:
    """The version out of the JSON that a database tells it with.

    An array of an object for each subject, with `subject`, `change_count` and `changed_at`.
    Raises ValueError for any other text.
    """
    try:
        subjects = json.loads(text)
        times = [datetime.datetime.fromisoformat(_utc(s["changed_at"])) for s in subjects]
        changes = {str(s["subject"]): int(s["change_count"]) for s in subjects}
        return Version(hashlib.sha256(text).hexdigest()[:16], max(times), changes)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not a version of the data: {error!r}") from error


def _utc(text: str) -> str:
    if not text.endswith("Z"):
        raise ValueError(f"a time that is not in UTC: {text}")
    return f"{text[:-1]}+00:00"  # (what Python 3.10 understands)


class Answer(Protocol):
    """The JSON text of one call, one consistent state of the data.

    It holds a database session until it is complete or closed. Whoever got it closes it.
    """

    @property
    def complete(self) -> bool:
        """Whether the piece last read was the last."""

    @property
    def version(self) -> Version | None:
        """The version of the data that the answer was made from; known before the first read.

        None when the data changed while it was being made, or the database cannot tell.
        """

    @property
    def size_hint(self) -> int | None:
        """About how many bytes the whole has; known before the first read, or not at all."""

    async def read(self) -> bytes:
        """The next piece, UTF-8; pieces may end anywhere, even inside a character.

        Raises a Fault when the database fails; the answer is then only good for closing.
        """

    async def close(self) -> None:
        """Give the session back; when the answer is not complete, stop the database's work."""


class Gateway(Protocol):
    """Access to one database."""

    name: str
    """What the database is and where, for the log: without secrets, and yet not for everybody."""

    kind: str
    """What kind of database it is, for whoever asks whether the service is ready."""

    @property
    def at_once(self) -> bool:
        """Whether a call would not wait now: then a task for it is not worth its cost."""

    async def open(self) -> None:
        """Make ready for calls. Raises StartupFault for what only a person can mend."""

    async def call(self, call: Call) -> Answer:
        """Call the procedure. Raises UnknownSubject and the other faults of `contract.faults`."""

    async def check(self) -> None:
        """Return if a query can be answered now; else raise the Fault that a call would meet."""

    async def version(self) -> Version:
        """The version of the data now: one small call, which no request waits for.

        It has a session and limits of its own, so that it is answered when every other session
        is busy. Raises the faults of `contract.faults`.
        """

    async def close(self) -> None:
        """Give up every session."""


@dataclass(frozen=True)
class Wing:
    """A catalogue, and the database that answers its procedures."""

    catalogue: Catalogue
    gateway: Gateway
