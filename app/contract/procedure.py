"""What can be asked of a database, as data: procedures, their parameters, and catalogues of them.

A wing lists its procedures in one catalogue. Routes, the OpenAPI page, the check of the query
string, formats and caching are made from that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.contract.faults import UnknownSubject
from app.contract.values import Kind, Row, Value

Arguments = Mapping[str, Value]
"""Every parameter of a procedure by name; None for an optional one that is not given."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a procedure: `p_` + name in PL/SQL, the name alone in the query string."""

    name: str
    kind: Kind
    description: str
    example: int | str
    required: bool = True
    not_before: str | None = None
    """The parameter that begins the range which this one ends."""


@dataclass(frozen=True)
class Subject:
    """What arguments name: a division, a well. Where there is none of that name, 404 and not `[]`.

    `unknown` says so in words, with parameters' names in braces.
    """

    name: str
    title: str
    unknown: str


@dataclass(frozen=True)
class Procedure:
    """A procedure, the route that calls it and the rows it returns."""

    name: str
    path: str
    row: type[Row]
    summary: str
    description: str
    example: tuple[dict[str, Any], ...]
    """First rows of what the demo data gives for the parameters' examples."""
    parameters: tuple[Parameter, ...] = ()
    subject: Subject | None = None

    def unknown(self, arguments: Arguments) -> UnknownSubject:
        """The fault of arguments that name nothing; only for a procedure with a subject."""
        assert self.subject is not None  # noqa: S101 (else nothing can be unknown)
        return UnknownSubject(self.subject.unknown.format(**arguments), self.subject.title)


@dataclass(frozen=True)
class Catalogue:
    """The procedures of one wing. Names and paths differ from those of every other wing."""

    name: str
    """The wing's: `wells`."""
    tag: str
    """Under which the OpenAPI page lists its routes."""
    procedures: tuple[Procedure, ...]
