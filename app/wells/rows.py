"""The rows of the wells' procedures: the contract's field names, order, types and units."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from app.contract.values import Day, Identifier, Name, Quantity, Row
from app.wells.store import Period

Barrels = Annotated[Decimal, Quantity("bbl", 3)]
Price = Annotated[Decimal, Quantity("USD/bbl", 3)]
Money = Annotated[Decimal, Quantity("USD", 2)]
Periods = Literal["day", "month", "mixed"]
Count = Annotated[int, Field(strict=True, ge=0)]


class Division(Row):
    Division_Id: Identifier = Field(description="The division's number.", examples=[30])
    Division_Name: Name = Field(
        description="The division's name.", examples=["Vaca Muerta, Neuquén"]
    )


class DivisionSummary(Row):
    Division_Id: Identifier = Field(description="The division's number.")
    Division_Name: Name = Field(description="The division's name.")
    Well_Count: Count = Field(description="How many wells the division has.")
    Total_Oil_Produced: Barrels = Field(
        description="Oil of all days and months of all wells, in barrels (bbl) to 0.001; "
        "0 without any."
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
        description="Sum of the oil sales of days and months, in US dollars (USD) to 0.01."
    )
    Period: Periods | None = Field(
        description="What the rows of all wells state: `day`, `month`, or `mixed` where there are "
        "both; null without any."
    )
    First_Date: Day | None = Field(
        description="The first day, or month, that any of its wells reported; null without any."
    )
    Last_Date: Day | None = Field(
        description="The last day, or month, that any of its wells reported: how far the data "
        "reaches; null without any."
    )
    Reports: Count = Field(description="How many days and months of wells are reported.")
    Unpriced_Reports: Count = Field(
        description="How many of them have no price in force: their oil counts, and their sales "
        "are 0."
    )


class Well(Row):
    well_id: Identifier = Field(description="The well's number.")
    well_name: Name = Field(description="The well's name.")
    division_id: Identifier = Field(description="The number of the well's division.")
    division_name: Name = Field(description="The name of the well's division.")


class WellSummary(Well):
    total_oil_produced: Barrels = Field(
        description="Oil of all days and months, in barrels (bbl) to 0.001; 0 without any."
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
        description="Sum of the oil sales of days and months, in US dollars (USD) to 0.01."
    )
    period: Periods | None = Field(
        description="What the well's rows state: `day`, `month`, or `mixed` where there are both; "
        "null without any."
    )


class DivisionWell(WellSummary):
    first_date: Day | None = Field(description="The well's first day or month; null without any.")
    last_date: Day | None = Field(description="The well's last day or month; null without any.")
    last_oil_produced: Barrels | None = Field(
        description="Oil of the last day or month, in barrels (bbl) to 0.001; null without any."
    )
    days_late: Count | None = Field(
        description="How many days the last day is behind the latest of the division's wells; 0 "
        "for a well that has reported like the others, null without any day."
    )
    reports: Count = Field(description="How many days and months are reported.")
    unpriced_reports: Count = Field(
        description="How many of them have no price in force: their oil counts, and their sales "
        "are 0."
    )


class WellDay(Well):
    date_value: Day = Field(
        description="The day, as YYYY-MM-DD; of a month (see `period`) its first day."
    )
    oil_produced: Barrels = Field(
        description="Oil of the day or month, in barrels (bbl) to 0.001; below zero: a correction."
    )
    oil_price: Price | None = Field(
        description="The price in force, in US dollars a barrel (USD/bbl) to 0.001: the last "
        "quotation on or before the day, so a weekend carries Friday's; null before the first. Of "
        "a month: the mean of the prices in force on its days, rounded half away from zero."
    )
    oil_sales: Money = Field(
        description="Oil times that price, in US dollars (USD) to 0.01, rounded half away from "
        "zero; 0 where there is no price."
    )
    period: Period = Field(
        description="What the row states: a `day`, or a whole `month`, which stands on its first "
        "day. A well has either days or one row of a calendar month."
    )
