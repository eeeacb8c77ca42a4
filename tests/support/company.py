"""A small company with every difficulty the contract names, and what the service must say of it.

The expected rows are computed here from the raw rows, with decimals and in the plainest way.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.sql import execute_script
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import BudgetRow, Period, PriceRow, ProductionRow, Store

CENT = Decimal("0.01")
THOUSANDTH = Decimal("0.001")


PERIODS: tuple[Period, ...] = ("day", "month")


@dataclass(frozen=True)
class Day:
    well_id: int
    well_name: str
    division_id: int
    day: str
    oil: Decimal
    period: Period = "day"


DIVISIONS: dict[int, tuple[str, str | None]] = {
    7: ("Плато “Ø” – Ünïcode 🛢️", "brent"),
    2: ('O\'Brien "Legacy" \\ Co', "wti"),
    30: ("N" * 200, None),  # the longest name; no benchmark, so no prices
    4: ("Left by its only well", "brent"),
}

PRICES: dict[str, dict[str, Decimal]] = {
    "brent": {
        "2024-01-05": Decimal("80.125"),  # a Friday
        "2024-01-08": Decimal("26"),
        "2024-12-31": Decimal("79.999"),
    },
    "wti": {"2020-04-20": Decimal("-36.98"), "2020-04-21": Decimal("9.06")},
}


def _run(well: tuple[int, str, int], first: str, *oils: str) -> list[Day]:
    start = datetime.date.fromisoformat(first)
    return [
        Day(*well, (start + datetime.timedelta(n)).isoformat(), Decimal(oil))
        for n, oil in enumerate(oils)
    ]


def _months(well: tuple[int, str, int], months: dict[str, str]) -> list[Day]:
    return [Day(*well, f"{month}-01", Decimal(oil), "month") for month, oil in months.items()]


DAYS: list[Day] = [
    # Days before the first price, over a weekend, and sales that end in exactly half a cent.
    *_run((11, "15/9-F-1 C", 7), "2024-01-03", "1", "0.001", "1000", "0.04", "0", "0.08", "0.3"),
    # Over two ends of years, so over three years' lines.
    *_run((11, "15/9-F-1 C", 7), "2024-12-30", "5", "6.5", "7.25", "8.125"),
    *_run((11, "15/9-F-1 C", 7), "2026-01-01", "9999999.999"),
    # A negative price, with a half cent that is rounded away from zero.
    *_run((5, 'Tab\\quote " and, comma', 2), "2020-04-19", "12.5", "1.25", "250.5"),
    *_run((6, "Shut in 🧯", 2), "2020-04-20", "0", "0"),
    *_run((177190022500, "177190022500", 30), "2022-01-01", "31", "28"),
    *_run((8, "Moved", 4), "2023-05-01", "3"),
    *_run((8, "Moved", 7), "2023-06-01", "4"),
    # Months: before the first price, with it, a leap year's with a correction, the most oil.
    *_months(
        (12, "By month", 7),
        {
            "2023-12": "31",
            "2024-01": "31000.005",
            "2024-02": "-0.5",
            "2024-12": "0",
            "2026-01": "999999999.999",
        },
    ),
    # Days that became months and days again; the mean is of a negative and a positive price.
    *_run((9, "By both", 2), "2020-03-31", "2"),
    *_months((9, "By both", 2), {"2020-04": "100.001"}),
    *_run((9, "By both", 2), "2020-05-01", "3", "-1.5"),
]

BUDGETS: dict[int, list[tuple[str, Decimal | None, Decimal | None]]] = {
    11: [
        ("2024-01-01", Decimal("1000.10"), Decimal("999.99")),
        ("2024-02-01", Decimal("0.20"), None),
        ("2024-03-01", None, None),
    ],
    5: [("2020-04-01", None, Decimal("-12.5"))],
    6: [("2020-04-01", None, None)],
}


def load(path: Path) -> None:
    """Make the company's embedded database, as if that had been an hour ago.

    Loads in quick succession date a version some seconds ahead, and a date that is yet to come is
    not told to clients: tests would wait for it.
    """
    store = EmbeddedStore(connect_for_writing(path), path)
    load_into(store)
    store.close()
    connection = connect_for_writing(path)
    with connection:
        connection.execute(
            "UPDATE data_version SET changed_at ="
            " strftime('%Y-%m-%dT%H:%M:%SZ', changed_at, '-1 hour')"
        )
        execute_script(connection, "refresh_version")
    connection.close()


def load_into(store: Store) -> None:
    for quoted_benchmark, quoted in PRICES.items():
        with store.prices(quoted_benchmark) as prices:
            prices.add(
                [
                    PriceRow(n, day, int(price * 1000))
                    for n, (day, price) in enumerate(quoted.items())
                ]
            )
            prices.commit()
    for division_id, (division_name, benchmark) in DIVISIONS.items():
        for period in PERIODS:
            with store.production(benchmark, period) as production:
                production.add(
                    [
                        ProductionRow(
                            line,
                            day.well_id,
                            day.day,
                            "",
                            int(day.oil * 1000),
                            day.well_name,
                            division_id,
                            division_name,
                        )
                        for line, day in enumerate(DAYS)
                        if (day.division_id, day.period) == (division_id, period)
                    ]
                )
                production.commit()
    with store.budgets() as budgets:
        rows = [(well_id, *month) for well_id, months in BUDGETS.items() for month in months]
        budgets.add(
            [
                BudgetRow(line, well_id, month, _cents(budget), _cents(actual))
                for line, (well_id, month, budget, actual) in enumerate(rows)
            ]
        )
        budgets.commit()


def _cents(money: Decimal | None) -> int | None:
    return None if money is None else int(money * 100)


def wells() -> dict[int, tuple[str, int]]:
    """Name and division of each well: those of its latest day."""
    latest: dict[int, Day] = {}
    for day in DAYS:
        if day.well_id not in latest or latest[day.well_id].day <= day.day:
            latest[day.well_id] = day
    return {well_id: (day.well_name, day.division_id) for well_id, day in latest.items()}


def price_in_force(division_id: int, day: str) -> Decimal | None:
    benchmark = DIVISIONS[division_id][1]
    quoted = PRICES[benchmark] if benchmark else {}
    before = [quotation for quotation in quoted if quotation <= day]
    return quoted[max(before)] if before else None


def mean_price(division_id: int, month: str) -> Decimal | None:
    """Of the days of a month, which its first day names, that have a price in force."""
    first = datetime.date.fromisoformat(month)
    days = [first + datetime.timedelta(n) for n in range(31)]
    of_days = [price_in_force(division_id, str(day)) for day in days if day.month == first.month]
    prices = [price for price in of_days if price is not None]
    if not prices:
        return None
    return (sum(prices, Decimal()) / len(prices)).quantize(THOUSANDTH, ROUND_HALF_UP)


def period_of(days: list[dict[str, Any]]) -> str | None:
    periods = {day["period"] for day in days}
    return "mixed" if len(periods) > 1 else next(iter(periods), None)


def well_days(well_id: int, first: str = "", last: str = "9") -> list[dict[str, Any]]:
    name, division_id = wells()[well_id]
    rows = []
    for day in sorted(DAYS, key=lambda day: day.day):
        if day.well_id == well_id and first <= day.day <= last:
            price = (price_in_force if day.period == "day" else mean_price)(division_id, day.day)
            sales = (day.oil * (price or 0)).quantize(CENT, ROUND_HALF_UP)
            rows.append(
                {
                    "well_id": well_id,
                    "well_name": name,
                    "division_id": division_id,
                    "division_name": DIVISIONS[division_id][0],
                    "date_value": day.day,
                    "oil_produced": day.oil,
                    "oil_price": price,
                    "oil_sales": sales,
                    "period": day.period,
                }
            )
    return rows


def well_summary(well_id: int) -> dict[str, Any]:
    name, division_id = wells()[well_id]
    days = well_days(well_id)
    months = BUDGETS.get(well_id, [])
    return {
        "well_id": well_id,
        "well_name": name,
        "division_id": division_id,
        "division_name": DIVISIONS[division_id][0],
        "total_oil_produced": sum((day["oil_produced"] for day in days), Decimal()),
        "total_budget": _sum([month[1] for month in months]),
        "total_actual": _sum([month[2] for month in months]),
        "total_oil_sales": sum((day["oil_sales"] for day in days), Decimal()),
        "period": period_of(days),
    }


def well_list(division_id: int) -> list[dict[str, Any]]:
    return [
        {
            "well_id": well_id,
            "well_name": name,
            "division_id": division_id,
            "division_name": DIVISIONS[division_id][0],
        }
        for well_id, (name, its_division) in sorted(wells().items())
        if its_division == division_id
    ]


def division_list() -> list[dict[str, Any]]:
    return [
        {"Division_Id": division_id, "Division_Name": name}
        for division_id, (name, _) in sorted(DIVISIONS.items())
    ]


def division_summary() -> list[dict[str, Any]]:
    rows = []
    for division_id, (name, _) in sorted(DIVISIONS.items()):
        summaries = [well_summary(well["well_id"]) for well in well_list(division_id)]
        rows.append(
            {
                "Division_Id": division_id,
                "Division_Name": name,
                "Well_Count": len(summaries),
                "Total_Oil_Produced": sum((s["total_oil_produced"] for s in summaries), Decimal()),
                "Total_Budget": _sum([s["total_budget"] for s in summaries]),
                "Total_Actual": _sum([s["total_actual"] for s in summaries]),
                "Total_Oil_Sales": sum((s["total_oil_sales"] for s in summaries), Decimal()),
                "Period": period_of([day for s in summaries for day in well_days(s["well_id"])]),
                **_division_reports(division_id),
            }
        )
    return rows


def _division_reports(division_id: int) -> dict[str, Any]:
    days = [day for well in well_list(division_id) for day in well_days(well["well_id"])]
    dates = [day["date_value"] for day in days]
    return {
        "First_Date": min(dates, default=None),
        "Last_Date": max(dates, default=None),
        "Reports": len(days),
        "Unpriced_Reports": sum(day["oil_price"] is None for day in days),
    }


def division_wells(division_id: int) -> list[dict[str, Any]]:
    latest = _division_reports(division_id)["Last_Date"]
    rows = []
    for well in well_list(division_id):
        days = well_days(well["well_id"])
        late = datetime.date.fromisoformat(latest) - datetime.date.fromisoformat(
            days[-1]["date_value"]
        )
        rows.append(
            {
                **well_summary(well["well_id"]),
                "first_date": days[0]["date_value"],
                "last_date": days[-1]["date_value"],
                "last_oil_produced": days[-1]["oil_produced"],
                "days_late": late.days,
                "reports": len(days),
                "unpriced_reports": sum(day["oil_price"] is None for day in days),
            }
        )
    return rows


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal()) if known else None
