"""The catalogue against the contract."""

from app.wells.catalogue import PROCEDURES


def test_routes_and_fields() -> None:
    """Routes, procedures, parameters and field names are the contract's, in its order."""
    described = {
        p.path: (p.name, [a.name for a in p.parameters], list(p.row.model_fields))
        for p in PROCEDURES
    }
    well = ["well_id", "well_name", "division_id", "division_name"]
    assert described == {
        "/division-list": ("Get_Division_List", [], ["Division_Id", "Division_Name"]),
        "/division-summary": (
            "Get_Division_Summary_Data",
            [],
            [
                "Division_Id",
                "Division_Name",
                "Well_Count",
                "Total_Oil_Produced",
                "Total_Budget",
                "Total_Actual",
                "Total_Oil_Sales",
                "Period",
                "First_Date",
                "Last_Date",
                "Reports",
                "Unpriced_Reports",
            ],
        ),
        "/well-list": ("Get_Well_List", ["division_id"], well),
        "/well-summary": (
            "Get_Well_Summary_Data",
            ["well_id", "division_id"],
            [
                *well,
                "total_oil_produced",
                "total_budget",
                "total_actual",
                "total_oil_sales",
                "period",
            ],
        ),
        "/well-summary-by-day": (
            "Get_Well_Summary_By_Day",
            ["well_id", "division_id", "from_date", "to_date"],
            [*well, "date_value", "oil_produced", "oil_price", "oil_sales", "period"],
        ),
        "/division-well-summary": (
            "Get_Division_Well_Summary_Data",
            ["division_id"],
            [
                *well,
                *("total_oil_produced", "total_budget", "total_actual", "total_oil_sales"),
                *("period", "first_date", "last_date", "last_oil_produced"),
                *("days_late", "reports", "unpriced_reports"),
            ],
        ),
    }
