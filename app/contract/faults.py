"""Everything that can go wrong between a client and the database, and the status it becomes.

Fault
├── BadRequest            400  what was sent is no request of HTTP
├── HeadTooSlow           408  the head of a request took too long to come
├── HeadTooLarge          431  the head of a request is too long
├── TooManyConnections    503  the service, or the client, has all the connections it may have
├── TooManyListeners      503  the client listens to the events as often as it may
├── BadArguments          422  the query string is not what the route takes
├── UnknownSubject        404  nothing of that id, or not where the request looks for it
├── NotAcceptable         406  no format or compression that the caller takes can be given
├── PreconditionFailed    412  the data is not of the version that the request is meant for
├── RangeNotSatisfiable   416  the answer has none of the bytes that were asked for
├── PoolExhausted         503  every database session stayed busy for the whole wait
├── DatabaseUnavailable   503  the database cannot be reached or cannot be read now
├── CallTimedOut          504  the database did not answer within the limit
├── CallFailed            500  the database refused or failed the call
└── InvalidAnswer         500  the answer is not what the contract says

StartupFault                   the service cannot start; one sentence says why
AnswerBroken                   an answer cannot be finished; the connection ends abnormally
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar


class StartupFault(Exception):
    """The service or a command cannot start; the text is one sentence for whoever started it."""


class AnswerBroken(Exception):
    """An answer cannot be finished; the connection must end abnormally."""


class Fault(Exception):
    """A request that cannot be answered.

    `detail` is for the caller and holds nothing internal; `cause` is for the log.
    """

    status: ClassVar[int]
    slug: ClassVar[str]
    title: str
    headers: Mapping[str, str] = MappingProxyType({})
    """Further headers of the response: `WWW-Authenticate`, say."""
    retry_after: int | None = None
    """Seconds after which it is worth asking again."""
    holds_a_limit: ClassVar[bool] = False
    """Whether nothing has failed, whatever the status says: clients want more than they may have.
    """

    def __init__(self, detail: str, cause: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.cause = cause


class BadRequest(Fault):
    """What was sent is no request of HTTP."""

    status = 400
    slug = "bad-request"
    title = "The request cannot be understood"


class HeadTooSlow(Fault):
    """The head of a request did not come within the limit."""

    status = 408
    slug = "head-too-slow"
    title = "The request took too long to come"


class HeadTooLarge(Fault):
    """The head of a request has more bytes or fields than it may."""

    status = 431
    slug = "head-too-large"
    title = "The request's head is too large"


class TooManyConnections(Fault):
    """The service, or the client's address, has as many connections as it may."""

    status = 503
    slug = "too-many-connections"
    title = "There are too many connections"
    retry_after = 5
    holds_a_limit = True


class TooManyListeners(Fault):
    """The client's address listens to the events as often as it may."""

    status = 503
    slug = "too-many-listeners"
    title = "There are too many listeners"
    retry_after = 30
    holds_a_limit = True


class BadArguments(Fault):
    """The query string is not what the route takes; no call to the database was made."""

    status = 422
    slug = "bad-arguments"
    title = "The request's parameters are not valid"

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        """`errors`: pairs of a parameter's name and what is wrong with it, at least one."""
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = errors


class UnknownSubject(Fault):
    """There is nothing of that id, or not where the request looks for it."""

    status = 404
    slug = "unknown"
    title = "There is no such thing"

    def __init__(self, detail: str, title: str) -> None:
        super().__init__(detail)
        self.title = title


class NotAcceptable(Fault):
    """No format or compression that the caller takes can be given."""

    status = 406
    slug = "not-acceptable"
    title = "The answer cannot be given in that form"

    def __init__(self, detail: str, available: Sequence[str]) -> None:
        """`available`: what could have been asked for, as the request would name it."""
        super().__init__(detail)
        self.available = available


class PreconditionFailed(Fault):
    """The data is not of the version that the request is meant for (`If-Match`)."""

    status = 412
    slug = "precondition-failed"
    title = "The data has changed"


class RangeNotSatisfiable(Fault):
    """The answer has none of the bytes that were asked for (`Range`)."""

    status = 416
    slug = "range-not-satisfiable"
    title = "The answer has no such bytes"

    def __init__(self, size: int) -> None:
        """`size`: all the bytes that there are."""
        super().__init__(f"The answer has {size} bytes; the range lies outside of them.")
        self.headers = {"content-range": f"bytes */{size}"}


class PoolExhausted(Fault):
    """Every database session stayed busy for as long as a request may wait for one."""

    status = 503
    slug = "pool-exhausted"
    title = "All database sessions are busy"
    retry_after = 1


class DatabaseUnavailable(Fault):
    """The database cannot be reached, or cannot be read now."""

    status = 503
    slug = "database-unavailable"
    title = "The database is not available"
    retry_after = 5


class CallTimedOut(Fault):
    """The database did not answer within the limit."""

    status = 504
    slug = "call-timed-out"
    title = "The database took too long"


class CallFailed(Fault):
    """The database refused or failed the call for a reason that is not the caller's."""

    status = 500
    slug = "call-failed"
    title = "The call to the database failed"


class InvalidAnswer(Fault):
    """The database's answer is not what the contract says (`ODM_VALIDATE_ROWS`)."""

    status = 500
    slug = "invalid-answer"
    title = "The database's answer is not valid"
