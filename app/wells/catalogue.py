"""The procedures of `Get_ODM_Data_Pkg`, as data: the one place that says which there are.

Routes, the OpenAPI page, the check of the query string and both gateways are made from this.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.wells import rows

Value = int | datetime.date | None
Arguments = Mapping[str, Value]
"""Every parameter of a procedure by name; None for an optional one that was not given."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a procedure: `p_` + name in PL/SQL, the name alone in the query string."""

    name: str
    kind: Literal["id", "date"]
    description: str
    example: int | str
    required: bool = True


@dataclass(frozen=True)
class Procedure:
    """A procedure, the route that calls it and the rows it returns."""

    name: str
    path: str
    row: type[rows.Row]
    summary: str
    description: str
    example: tuple[dict[str, Any], ...]
    """First rows of what the demo data gives for the parameters' examples."""
    parameters: tuple[Parameter, ...] = ()
    subject: Literal["division", "well"] | None = None
    """What the arguments name: when there is no such thing, the answer is 404 and not `[]`."""


DIVISION_ID = Parameter("division_id", "id", "The division's number (see /division-list).", 30)
WELL_ID = Parameter("well_id", "id", "The well's number (see /well-list).", 3001)
FROM_DATE = Parameter(
    "from_date", "date", "First day wanted (inclusive), as YYYY-MM-DD.", "2025-01-01", False
)
TO_DATE = Parameter(
    "to_date", "date", "Last day wanted (inclusive), as YYYY-MM-DD.", "2025-01-31", False
)

DIVISION_LIST = Procedure(
    name="Get_Division_List",
    path="/division-list",
    row=rows.Division,
    summary="All divisions",
    description="Every division with its name, ordered by id.",
    example=(
        {
            "Division_Id": 10,
            "Division_Name": "North Sea",
        },
        {
            "Division_Id": 20,
            "Division_Name": "Permian Basin",
        },
        {
            "Division_Id": 30,
            "Division_Name": "Vaca Muerta, Neuquén",
        },
    ),
)
DIVISION_SUMMARY = Procedure(
    name="Get_Division_Summary_Data",
    path="/division-summary",
    row=rows.DivisionSummary,
    summary="Totals of every division",
    description="Oil, budget, actual spending and oil sales of each division over all its wells "
    "and days, ordered by division id.",
    example=(
        {
            "Division_Id": 10,
            "Division_Name": "North Sea",
            "Well_Count": 28,
            "Total_Oil_Produced": 28812439.633,
            "Total_Budget": 548312062.77,
            "Total_Actual": 566751977.35,
            "Total_Oil_Sales": 2565475292.4,
        },
    ),
)
WELL_LIST = Procedure(
    name="Get_Well_List",
    path="/well-list",
    row=rows.Well,
    summary="The wells of a division",
    description="Every well of the division, ordered by id; `[]` for a division without wells.",
    parameters=(DIVISION_ID,),
    subject="division",
    example=(
        {
            "well_id": 3001,
            "well_name": "VM-01 ST2",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
        },
        {
            "well_id": 3002,
            "well_name": "VM-02",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
        },
    ),
)
WELL_SUMMARY = Procedure(
    name="Get_Well_Summary_Data",
    path="/well-summary",
    row=rows.WellSummary,
    summary="Totals of a well",
    description="Oil, budget, actual spending and oil sales of one well over all its days: an "
    "array of one row.",
    parameters=(WELL_ID, DIVISION_ID),
    subject="well",
    example=(
        {
            "well_id": 3001,
            "well_name": "VM-01 ST2",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
            "total_oil_produced": 1192136.917,
            "total_budget": 14823901.44,
            "total_actual": 15206874.76,
            "total_oil_sales": 104930162.66,
        },
    ),
)
WELL_SUMMARY_BY_DAY = Procedure(
    name="Get_Well_Summary_By_Day",
    path="/well-summary-by-day",
    row=rows.WellDay,
    summary="A well day by day",
    description="Oil, price in force and oil sales of one well for each of its days, ordered by "
    "day. With `from_date` or `to_date` only the days from the one to the other, both included; "
    "`[]` when the well has no day there. The answer is streamed, one row a line.",
    parameters=(WELL_ID, DIVISION_ID, FROM_DATE, TO_DATE),
    subject="well",
    example=(
        {
            "well_id": 3001,
            "well_name": "VM-01 ST2",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
            "date_value": "2025-01-01",
            "oil_produced": 1065.631,
            "oil_price": 93.1,
            "oil_sales": 99210.25,
        },
        {
            "well_id": 3001,
            "well_name": "VM-01 ST2",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
            "date_value": "2025-01-02",
            "oil_produced": 1069.354,
            "oil_price": 91.43,
            "oil_sales": 97771.04,
        },
    ),
)

PROCEDURES = (
    DIVISION_LIST,
    DIVISION_SUMMARY,
    WELL_LIST,
    WELL_SUMMARY,
    WELL_SUMMARY_BY_DAY,
)
