"""From a query string to a procedure's arguments, or to a fault that names the field.

Strict on purpose: a misspelt, repeated or malformed parameter must never be answered with data
that the caller did not ask for.
"""

from typing import Any
from urllib.parse import parse_qsl

from app.contract.faults import BadArguments
from app.contract.procedure import Arguments, Procedure
from app.contract.values import Value, shown

_MOST_ERRORS = 20

FORMAT = "format"
"""The parameter of every route that names the format of the answer."""


def parse_arguments(procedure: Procedure, query_string: bytes) -> tuple[Arguments, str | None]:
    """The procedure's arguments by name, None for an optional one that is not given; the format.

    Raises BadArguments naming every field that is missing, unknown, repeated or malformed, or a
    range that runs backwards.
    """
    pairs = parse_qsl(
        query_string.decode("latin-1"), keep_blank_values=True, errors="surrogateescape"
    )
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)

    arguments: dict[str, Value] = {}
    errors: list[tuple[str, str]] = []
    for parameter in procedure.parameters:
        texts = given.pop(parameter.name, [])
        arguments[parameter.name] = None
        if len(texts) > 1:
            errors.append((parameter.name, f"is given {len(texts)} times; give it once"))
        elif texts:
            try:
                arguments[parameter.name] = parameter.kind.read(texts[0])
            except ValueError as error:
                errors.append((parameter.name, str(error)))
        elif parameter.required:
            errors.append((parameter.name, "is missing"))

    formats = given.pop(FORMAT, [])
    if len(formats) > 1:
        errors.append((FORMAT, f"is given {len(formats)} times; give it once"))

    if given:
        takes = ", ".join([*(parameter.name for parameter in procedure.parameters), FORMAT])
        errors += [(shown(name), f"is not a parameter of this route ({takes})") for name in given]

    for parameter in procedure.parameters:
        if parameter.not_before:
            errors += _runs_backwards(parameter.not_before, parameter.name, arguments)
    if len(errors) > _MOST_ERRORS:
        errors[_MOST_ERRORS:] = [("...", f"{len(errors) - _MOST_ERRORS} more are not valid")]
    if errors:
        raise BadArguments(errors)
    return arguments, formats[0] if formats else None


def _runs_backwards(begin: str, end: str, arguments: Arguments) -> list[tuple[str, str]]:
    """The error of a range whose end lies before its begin, if this one does."""
    first: Any = arguments[begin]
    last: Any = arguments[end]
    if first is None or last is None or first <= last:
        return []
    return [(begin, f"is after {end}: {first} > {last}")]
