"""The rows that the procedures return: the contract's field names, order, types and units.

The service passes the database's JSON on as text; these models describe it (OpenAPI) and check it
(`ODM_VALIDATE_ROWS`, and every test). Numbers are exact decimals, never binary floats.
"""

import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

MAX_ID = 10**38 - 1
"""The largest integer of Oracle's NUMBER(38)."""


def _number(places: int) -> Any:
    """A validator for a JSON number of at most `places` decimals, as ijson hands it over."""

    def check(value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError("not a JSON number")  # noqa: TRY004 (pydantic wants a ValueError)
        number = Decimal(value)
        _, digits, exponent = number.as_tuple()
        if not isinstance(exponent, int):
            raise ValueError("not a finite number")  # noqa: TRY004
        trailing_zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
        if number and -exponent - trailing_zeros > places:
            raise ValueError(f"more than {places} decimals")
        return number

    return BeforeValidator(check)


def _day(value: object) -> datetime.date:
    """A day as the contract writes it: YYYY-MM-DD and nothing else."""
    if not isinstance(value, str) or len(value) != len("YYYY-MM-DD"):
        raise ValueError("not a date as YYYY-MM-DD")
    return datetime.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day)


Identifier = Annotated[int, Field(strict=True, ge=-MAX_ID, le=MAX_ID)]
Name = Annotated[str, Field(strict=True)]
Barrels = Annotated[Decimal, _number(3), WithJsonSchema({"type": "number", "x-unit": "bbl"})]
Price = Annotated[Decimal, _number(3), WithJsonSchema({"type": "number", "x-unit": "USD/bbl"})]
Money = Annotated[Decimal, _number(2), WithJsonSchema({"type": "number", "x-unit": "USD"})]
Day = Annotated[
    datetime.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]


class Row(BaseModel):
    """One object of an answer: these fields, in this order, and no others."""

    model_config = ConfigDict(extra="forbid")


class Division(Row):
    Division_Id: Identifier = Field(description="The division's number.", examples=[30])
    Division_Name: Name = Field(
        description="The division's name.", examples=["Vaca Muerta, Neuquén"]
    )


class DivisionSummary(Row):
    Division_Id: Identifier = Field(description="The division's number.")
    Division_Name: Name = Field(description="The division's name.")
    Well_Count: Annotated[int, Field(strict=True, ge=0)] = Field(
        description="How many wells the division has."
    )
    Total_Oil_Produced: Barrels = Field(
        description="Oil of all days of all wells, in barrels (bbl) to 0.001; 0 without any."
    )
    Total_Budget: Money | None = Field(
        description="Sum of the monthly budgets, in US dollars (USD) to 0.01; "
        "null when no month of any well has one."
    )
    Total_Actual: Money | None = Field(
        description="Sum of the monthly actual spending, in US dollars (USD) to 0.01; "
        "null when no month of any well states it."
    )
    Total_Oil_Sales: Money = Field(
        description="Sum of the daily oil sales, in US dollars (USD) to 0.01."
    )


class Well(Row):
    well_id: Identifier = Field(description="The well's number.")
    well_name: Name = Field(description="The well's name.")
    division_id: Identifier = Field(description="The number of the well's division.")
    division_name: Name = Field(description="The name of the well's division.")


class WellSummary(Well):
    total_oil_produced: Barrels = Field(
        description="Oil of all days, in barrels (bbl) to 0.001; 0 without any."
    )
    total_budget: Money | None = Field(
        description="Sum of the monthly budgets, in US dollars (USD) to 0.01; "
        "null when no month has one."
    )
    total_actual: Money | None = Field(
        description="Sum of the monthly actual spending, in US dollars (USD) to 0.01; "
        "null when no month states it."
    )
    total_oil_sales: Money = Field(
        description="Sum of the daily oil sales, in US dollars (USD) to 0.01."
    )


class WellDay(Well):
    date_value: Day = Field(description="The day, as YYYY-MM-DD.")
    oil_produced: Barrels = Field(description="Oil of the day, in barrels (bbl) to 0.001.")
    oil_price: Price | None = Field(
        description="The price in force, in US dollars a barrel (USD/bbl) to 0.001: the last "
        "quotation on or before the day, so a weekend carries Friday's; null before the first."
    )
    oil_sales: Money = Field(
        description="Oil of the day times the price in force, in US dollars (USD) to 0.01, "
        "rounded half away from zero; 0 where there is no price."
    )
