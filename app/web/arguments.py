"""From a query string to a procedure's arguments, or to a fault that names the field.

Strict on purpose: a misspelt, repeated or malformed parameter must never be answered with data
that the caller did not ask for.
"""

import datetime
import re
from urllib.parse import parse_qsl

from app.contract.faults import BadArguments
from app.wells.catalogue import Arguments, Parameter, Procedure, Value
from app.wells.rows import MAX_ID

_INTEGER = re.compile(r"-?0*([0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40
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
                arguments[parameter.name] = _value(parameter, texts[0])
            except ValueError as error:
                errors.append((parameter.name, str(error)))
        elif parameter.required:
            errors.append((parameter.name, "is missing"))

    formats = given.pop(FORMAT, [])
    if len(formats) > 1:
        errors.append((FORMAT, f"is given {len(formats)} times; give it once"))

    if given:
        takes = ", ".join([*(parameter.name for parameter in procedure.parameters), FORMAT])
        errors += [(_shown(name), f"is not a parameter of this route ({takes})") for name in given]

    first, last = arguments.get("from_date"), arguments.get("to_date")
    if isinstance(first, datetime.date) and isinstance(last, datetime.date) and first > last:
        errors.append(("from_date", f"is after to_date: {first} > {last}"))
    if len(errors) > _MOST_ERRORS:
        errors[_MOST_ERRORS:] = [("...", f"{len(errors) - _MOST_ERRORS} more are not valid")]
    if errors:
        raise BadArguments(errors)
    return arguments, formats[0] if formats else None


def _value(parameter: Parameter, text: str) -> int | datetime.date:
    if parameter.kind == "date":
        if not _DATE.fullmatch(text):
            raise ValueError(f"is not a date as YYYY-MM-DD: {_shown(text)!r}")
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"is not a day of the calendar: {text}") from None
    match = _INTEGER.fullmatch(text)
    if not match:
        raise ValueError(f"is not an integer: {_shown(text)!r}")
    if len(match[1]) > len(str(MAX_ID)):
        raise ValueError("has more than 38 digits, more than the database's integers")
    return -int(match[1]) if text.startswith("-") else int(match[1])


def _shown(text: str) -> str:
    """Text from outside, fit for an error: short, and without what UTF-8 cannot carry."""
    clean = text.encode("utf-8", "replace").decode()
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"
