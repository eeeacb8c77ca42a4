"""The procedures of `Get_ODM_Data_Pkg`, as data: the one place that says which there are."""

from app.contract.procedure import Catalogue, Parameter, Procedure, Subject
from app.contract.values import DATE, ID
from app.wells import rows

_NONE_SUCH = "There is no such division or well"

DIVISION = Subject("division", _NONE_SUCH, "There is no division {division_id}.")
WELL = Subject("well", _NONE_SUCH, "There is no well {well_id} in a division {division_id}.")

DIVISION_ID = Parameter("division_id", ID, "The division's number (see /division-list).", 30)
WELL_ID = Parameter("well_id", ID, "The well's number (see /well-list).", 3001)
FROM_DATE = Parameter(
    "from_date", DATE, "First day wanted (inclusive), as YYYY-MM-DD.", "2025-01-01", required=False
)
TO_DATE = Parameter(
    "to_date",
    DATE,
    "Last day wanted (inclusive), as YYYY-MM-DD.",
    "2025-01-31",
    required=False,
    not_before="from_date",
)

_NORTH_SEA = {"Division_Id": 10, "Division_Name": "North Sea"}
_VM_01 = {
    "well_id": 3001,
    "well_name": "VM-01 ST2",
    "division_id": 30,
    "division_name": "Vaca Muerta, Neuquén",
}
_VM_01_TOTALS = {
    **_VM_01,
    "total_oil_produced": 1192136.917,
    "total_budget": 14823901.44,
    "total_actual": 15206874.76,
    "total_oil_sales": 104930162.66,
    "period": "day",
}
"""Rows of the demo data, as the examples have them."""

DIVISION_LIST = Procedure(
    name="Get_Division_List",
    path="/division-list",
    row=rows.Division,
    summary="All divisions",
    description="Every division with its name, ordered by id.",
    example=(
        _NORTH_SEA,
        {"Division_Id": 20, "Division_Name": "Permian Basin"},
        {"Division_Id": 30, "Division_Name": "Vaca Muerta, Neuquén"},
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
            **_NORTH_SEA,
            "Well_Count": 28,
            "Total_Oil_Produced": 28812439.633,
            "Total_Budget": 548312062.77,
            "Total_Actual": 566751977.35,
            "Total_Oil_Sales": 2565475292.4,
            "Period": "day",
            "First_Date": "2023-01-01",
            "Last_Date": "2025-12-31",
            "Reports": 27403,
            "Unpriced_Reports": 19,
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
    subject=DIVISION,
    example=(
        _VM_01,
        {**_VM_01, "well_id": 3002, "well_name": "VM-02"},
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
    subject=WELL,
    example=(_VM_01_TOTALS,),
)
DIVISION_WELL_SUMMARY = Procedure(
    name="Get_Division_Well_Summary_Data",
    path="/division-well-summary",
    row=rows.DivisionWell,
    summary="Totals of every well of a division",
    description="Oil, budget, actual spending and oil sales of each well of the division over all "
    "its days, how far its days reach and how late it is, ordered by id; `[]` for a division "
    "without wells.",
    parameters=(DIVISION_ID,),
    subject=DIVISION,
    example=(
        {
            **_VM_01_TOTALS,
            "first_date": "2023-01-01",
            "last_date": "2025-12-31",
            "last_oil_produced": 960.603,
            "days_late": 0,
            "reports": 1090,
            "unpriced_reports": 1,
        },
    ),
)
WELL_SUMMARY_BY_DAY = Procedure(
    name="Get_Well_Summary_By_Day",
    path="/well-summary-by-day",
    row=rows.WellDay,
    summary="A well day by day",
    description="Oil, price in force and oil sales of one well for each of its days, or months "
    "where those are all that is reported (`period` says which), ordered by day. With `from_date` "
    "or `to_date` only the days from the one to the other, both included; a month counts as its "
    "first day. `[]` when the well has no day there. The answer is streamed, one row a line.",
    parameters=(WELL_ID, DIVISION_ID, FROM_DATE, TO_DATE),
    subject=WELL,
    example=(
        {
            **_VM_01,
            "date_value": "2025-01-01",
            "oil_produced": 1065.631,
            "oil_price": 93.1,
            "oil_sales": 99210.25,
            "period": "day",
        },
        {
            **_VM_01,
            "date_value": "2025-01-02",
            "oil_produced": 1069.354,
            "oil_price": 91.43,
            "oil_sales": 97771.04,
            "period": "day",
        },
    ),
)

PROCEDURES = (
    DIVISION_LIST,
    DIVISION_SUMMARY,
    WELL_LIST,
    WELL_SUMMARY,
    WELL_SUMMARY_BY_DAY,
    DIVISION_WELL_SUMMARY,
)

WELLS = Catalogue("wells", "data", PROCEDURES)
