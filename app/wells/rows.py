"""The rows of the wells' procedures: the contract's field names, order, types and units."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from app.contract.values import Day, Identifier, Name, Quantity, Row

Barrels = Annotated[Decimal, Quantity("bbl", 3)]
Price = Annotated[Decimal, Quantity("USD/bbl", 3)]
Money = Annotated[Decimal, Quantity("USD", 2)]


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
