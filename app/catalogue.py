"""The procedures of `Get_ODM_Data_Pkg`, as data: the one place that says which there are.

Routes, the OpenAPI page, the check of the query string and both gateways are made from this.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app import rows

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
)
DIVISION_SUMMARY = Procedure(
    name="Get_Division_Summary_Data",
    path="/division-summary",
    row=rows.DivisionSummary,
    summary="Totals of every division",
    description="Oil, budget, actual spending and oil sales of each division over all its wells "
    "and days, ordered by division id.",
)
WELL_LIST = Procedure(
    name="Get_Well_List",
    path="/well-list",
    row=rows.Well,
    summary="The wells of a division",
    description="Every well of the division, ordered by id; `[]` for a division without wells.",
    parameters=(DIVISION_ID,),
    subject="division",
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
)

PROCEDURES = (
    DIVISION_LIST,
    DIVISION_SUMMARY,
    WELL_LIST,
    WELL_SUMMARY,
    WELL_SUMMARY_BY_DAY,
)
