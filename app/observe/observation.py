"""One stream of what happens in the service; the log listens, and whoever else wants to know.

Whoever sees something tells it here in one of these types. Telling never fails and never waits.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar


def one_line(text: str) -> str:
    """Text fit for the log: what came from outside cannot begin a line of its own."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


@dataclass(slots=True)
class RequestEnded:
    """A request has got its answer, or what there was of it."""

    request_id: str
    client: str
    """The client's address."""
    method: str
    target: str
    """Path and query, fit for one line."""
    status: int
    sent: int
    """Bytes of the body."""
    seconds: float
    cache: str
    """How its data was found: hit, shared, miss or stale; empty for what is no data."""
    outcome: str
    """What went wrong, if anything did."""
    severity: int

    topic: ClassVar = "odm.request"

    def __str__(self) -> str:
        return (
            f"{self.request_id} {self.method} {self.target} {self.status} {self.sent} bytes "
            f"{self.seconds * 1000:.1f} ms {self.client}{self.outcome}"
        )


@dataclass(slots=True)
class SessionAwaited:
    """A request has had to wait for a session of its database."""

    seconds: float
    got: bool
    """Whether it got one in time."""

    topic: ClassVar = "odm.session"
    severity: ClassVar = logging.DEBUG

    def __str__(self) -> str:
        return f"{'got' if self.got else 'no'} session after {self.seconds * 1000:.1f} ms"


@dataclass(slots=True)
class CallBroken:
    """A call that took too long, or that nobody waits for, is broken off in the database."""

    procedure: str

    topic: ClassVar = "odm.call"
    severity: ClassVar = logging.DEBUG

    def __str__(self) -> str:
        return f"{self.procedure}: breaking the call"


@dataclass(slots=True)
class LogonPaused:
    """A database has refused a log-on or is away: nobody dials it for a while, longer each time."""

    database: str
    seconds: float
    detail: str
    cause: str

    topic: ClassVar = "odm.logon"
    severity: ClassVar = logging.WARNING

    def __str__(self) -> str:
        return f"{self.database}: no log-on for {self.seconds:g} s. {self.detail} {self.cause}"


@dataclass(slots=True)
class LogonRestored:
    """A database that was not dialled for a while has accepted a log-on."""

    database: str

    topic: ClassVar = "odm.logon"
    severity: ClassVar = logging.INFO

    def __str__(self) -> str:
        return f"{self.database}: log-ons succeed again"


@dataclass(slots=True)
class VersionLearnt:
    """The data of a wing is of another version than was known."""

    wing: str
    token: str
    changed_at: datetime.datetime | None
    """UTC; None where nothing has been loaded yet."""

    topic: ClassVar = "odm.version"
    severity: ClassVar = logging.INFO

    def __str__(self) -> str:
        when = f"of {self.changed_at.isoformat()}" if self.changed_at else "without any data yet"
        return f"version {self.token} of the data, {when}"


@dataclass(slots=True)
class VersionLost:
    """The version of a wing's data cannot be found out any more."""

    wing: str
    detail: str
    cause: str

    topic: ClassVar = "odm.version"
    severity: ClassVar = logging.WARNING

    def __str__(self) -> str:
        return f"the version of the data is not known: {self.detail} {self.cause}"


@dataclass(slots=True)
class VersionFound:
    """The version of a wing's data can be found out again."""

    wing: str
    token: str

    topic: ClassVar = "odm.version"
    severity: ClassVar = logging.INFO

    def __str__(self) -> str:
        return f"the version of the data is known again: {self.token}"


@dataclass(slots=True)
class LoadDone:
    """Rows are loaded into a database, counted in the database's rows."""

    database: str
    inserted: int
    updated: int
    unchanged: int
    seconds: float

    topic: ClassVar = "odm.load"
    severity: ClassVar = logging.INFO

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.inserted} rows inserted, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.seconds:.1f} s"
        )


Observation = (
    RequestEnded
    | SessionAwaited
    | CallBroken
    | LogonPaused
    | LogonRestored
    | VersionLearnt
    | VersionLost
    | VersionFound
    | LoadDone
)
Listener = Callable[[Observation], None]

_listeners: list[Listener] = []


def tell(observation: Observation) -> None:
    """Have every listener hear of it."""
    for listener in _listeners:
        try:
            listener(observation)
        except Exception:  # noqa: PERF203 (nothing that happens depends on who listens)
            logging.getLogger("odm").debug("a listener failed", exc_info=True)


def listen(listener: Listener) -> Callable[[], None]:
    """Have the listener hear of everything from now on; returns what ends that.

    It is called where things happen, in whichever thread, so it must be quick.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
