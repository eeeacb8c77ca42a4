"""From a query string to a procedure's arguments, or to a fault that names the field.

Strict on purpose: a misspelt, repeated or malformed parameter must never be answered with data
that the caller did not ask for.
"""

from typing import Any
from urllib.parse import parse_qsl

from app.answers.formats import CSV, Asked, Format
from app.contract.faults import BadArguments
from app.contract.procedure import Arguments, Procedure
from app.contract.values import Value, shown

_MOST_ERRORS = 20

FORMAT = "format"
"""The parameter that names the format of the answer, unless the path does."""
BOM = "bom"
"""The parameter that leaves out the byte order mark of CSV."""


def parse_arguments(
    procedure: Procedure, query_string: bytes, format_: Format | None = None
) -> tuple[Arguments, Asked]:
    """The procedure's arguments by name, None for an optional one that is not given; the format.

    `format_` is that of the path, if that has a suffix. Raises BadArguments naming every field that
    is missing, unknown, repeated or malformed, or a range that runs backwards.
    """
    pairs = parse_qsl(
        query_string.decode("latin-1"), keep_blank_values=True, errors="surrogateescape"
    )
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)

    arguments: dict[str, Value] = {}
    errors: list[tuple[str, str]] = []

    def one(name: str) -> str | None:
        texts = given.pop(name, [])
        if len(texts) > 1:
            errors.append((name, f"is given {len(texts)} times; give it once"))
        return texts[0] if len(texts) == 1 else None

    for parameter in procedure.parameters:
        arguments[parameter.name] = None
        is_missing = parameter.required and parameter.name not in given
        written = one(parameter.name)
        if written is not None:
            try:
                arguments[parameter.name] = parameter.kind.read(written)
            except ValueError as error:
                errors.append((parameter.name, str(error)))
        elif is_missing:
            errors.append((parameter.name, "is missing"))

    of_format = parameters_of_format(format_)
    told = {each: one(each) for each in of_format}
    bom = told.get(BOM)
    if bom is not None and bom not in ("true", "false"):
        errors.append((BOM, f"is not true or false: {shown(bom)!r}"))

    if given:
        takes = ", ".join([*(parameter.name for parameter in procedure.parameters), *of_format])
        takes = takes or "none"
        errors += [(shown(name), f"is not a parameter of this route ({takes})") for name in given]

    for parameter in procedure.parameters:
        if parameter.not_before:
            errors += _runs_backwards(parameter.not_before, parameter.name, arguments)
    if len(errors) > _MOST_ERRORS:
        errors[_MOST_ERRORS:] = [("...", f"{len(errors) - _MOST_ERRORS} more are not valid")]
    if errors:
        raise BadArguments(errors)
    asked = format_.name if format_ else told[FORMAT]
    return arguments, Asked(asked, None if bom is None else bom == "true")


def parameters_of_format(format_: Format | None) -> tuple[str, ...]:
    """What a route takes beside its procedure's parameters; `format_` is that of its path."""
    if format_ is None:
        return (FORMAT, BOM)
    return (BOM,) if format_ is CSV else ()


def _runs_backwards(begin: str, end: str, arguments: Arguments) -> list[tuple[str, str]]:
    """The error of a range whose end lies before its begin, if this one does."""
    first: Any = arguments[begin]
    last: Any = arguments[end]
    if first is None or last is None or first <= last:
        return []
    return [(begin, f"is after {end}: {first} > {last}")]
