"""Values with their units: what a field of a row may hold, and what a parameter may be.

The service passes the database's JSON on as text; these types describe it (OpenAPI) and check it
(`ODM_VALIDATE_ROWS`, and every test). Numbers are exact decimals, never binary floats.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import core_schema

MAX_ID = 10**38 - 1
"""The largest integer of Oracle's NUMBER(38)."""

Value = int | datetime.date | None
"""A parameter's value; None for an optional one that is not given."""

_INTEGER = re.compile(r"-?0*([0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40


def shown(text: str) -> str:
    """Text from outside, fit for an error: short, and without what UTF-8 cannot carry."""
    clean = text.encode("utf-8", "replace").decode()
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"


# -- what a field of a row holds --------------------------------------------------------------


@dataclass(frozen=True)
class Quantity:
    """A number with a unit, of at most `places` decimals: `Annotated[Decimal, Quantity("bbl", 3)]`.

    Unit and decimals stand in the JSON schema as `x-unit` and `x-decimals`, where formats with
    typed columns read them. A value is refused that is no JSON number or has more decimals.
    """

    unit: str
    places: int

    def _check(self, value: object) -> Decimal:
        """The decimal, of a number as ijson hands it over."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError("not a JSON number")  # noqa: TRY004 (pydantic wants a ValueError)
        number = Decimal(value)
        _, digits, exponent = number.as_tuple()
        if not isinstance(exponent, int):
            raise ValueError("not a finite number")  # noqa: TRY004
        trailing_zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
        if number and -exponent - trailing_zeros > self.places:
            raise ValueError(f"more than {self.places} decimals")
        return number

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "number", "x-unit": self.unit, "x-decimals": self.places}


def _day(value: object) -> datetime.date:
    """A day as the contract writes it: YYYY-MM-DD and nothing else."""
    if not isinstance(value, str) or len(value) != len("YYYY-MM-DD"):
        raise ValueError("not a date as YYYY-MM-DD")
    return datetime.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day)


Identifier = Annotated[int, Field(strict=True, ge=-MAX_ID, le=MAX_ID)]
Name = Annotated[str, Field(strict=True)]
Day = Annotated[
    datetime.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]


class Row(BaseModel):
    """One object of an answer: these fields, in this order, and no others."""

    model_config = ConfigDict(extra="forbid")


# -- what a parameter may be ------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of parameter: how its text is read, and how OpenAPI describes it."""

    name: str
    read: Callable[[str], Value] = field(repr=False)
    """From the text of the query string; raises ValueError saying what is wrong with it."""
    schema: dict[str, Any] = field(repr=False, compare=False)


def _read_id(text: str) -> int:
    match = _INTEGER.fullmatch(text)
    if not match:
        raise ValueError(f"is not an integer: {shown(text)!r}")
    if len(match[1]) > len(str(MAX_ID)):
        raise ValueError("has more than 38 digits, more than the database's integers")
    return -int(match[1]) if text.startswith("-") else int(match[1])


def _read_date(text: str) -> datetime.date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"is not a date as YYYY-MM-DD: {shown(text)!r}")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is not a day of the calendar: {text}") from None


ID = Kind(
    "id",
    _read_id,
    {"type": "integer", "exclusiveMinimum": -(MAX_ID + 1), "exclusiveMaximum": MAX_ID + 1},
)
DATE = Kind(
    "date",
    _read_date,
    {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
)
