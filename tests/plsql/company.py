"""Rows for the tables, and what the procedures must make of them, worked out in Decimal."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.plsql.engines import Engine

Row = dict[str, Any]


@dataclass(frozen=True)
class Division:
    """A row of odm_division."""

    id: int
    name: str
    benchmark: str | None = "brent"


@dataclass(frozen=True)
class Well:
    """A row of odm_well."""

    id: int
    name: str
    division: int


@dataclass
class Company:
    """The rows of all tables; days and months are keyed as the tables are."""

    divisions: list[Division] = field(default_factory=list)
    wells: list[Well] = field(default_factory=list)
    oil: dict[tuple[int, dt.date], Decimal] = field(default_factory=dict)
    months: set[tuple[int, dt.date]] = field(default_factory=set)
    """Which of `oil` are months, by well and first day; the others are days."""
    prices: dict[tuple[str, dt.date], Decimal] = field(default_factory=dict)
    money: dict[tuple[int, dt.date], tuple[Decimal | None, Decimal | None]] = field(
        default_factory=dict
    )

    def store(self, engine: Engine) -> None:
        """Makes these the rows of the database, and refreshes the summaries."""
        engine.clear()
        engine.insert("odm_division", [(d.id, d.name, d.benchmark, None) for d in self.divisions])
        engine.insert("odm_well", [(w.id, w.name, w.division, None) for w in self.wells])
        engine.insert(
            "odm_daily_production",
            [(w, midnight(day), oil, self._period(w, day)) for (w, day), oil in self.oil.items()],
        )
        engine.insert(
            "odm_daily_price", [(b, midnight(day), usd) for (b, day), usd in self.prices.items()]
        )
        engine.insert(
            "odm_monthly_budget",
            [(w, midnight(month), *usd) for (w, month), usd in self.money.items()],
        )
        engine.refresh()

    def division_list(self) -> list[Row]:
        """What Get_Division_List answers."""
        return [
            {"Division_Id": division.id, "Division_Name": division.name}
            for division in sorted(self.divisions, key=lambda division: division.id)
        ]

    def division_summary(self) -> list[Row]:
        """What Get_Division_Summary_Data answers."""
        rows = []
        for division in sorted(self.divisions, key=lambda division: division.id):
            wells = [well.id for well in self.wells if well.division == division.id]
            totals = [self._totals(well) for well in wells]
            rows.append(
                {
                    "Division_Id": division.id,
                    "Division_Name": division.name,
                    "Well_Count": len(wells),
                    "Total_Oil_Produced": sum(t["total_oil_produced"] for t in totals),
                    "Total_Budget": _sum_known(t["total_budget"] for t in totals),
                    "Total_Actual": _sum_known(t["total_actual"] for t in totals),
                    "Total_Oil_Sales": sum(t["total_oil_sales"] for t in totals),
                    "Period": _together({t["period"] for t in totals}),
                    **self._division_reports(wells),
                }
            )
        return rows

    def well_list(self, division: int) -> list[Row]:
        """What Get_Well_List answers."""
        names = {known.id: known.name for known in self.divisions}
        return [
            _named(well, names[division])
            for well in sorted(self.wells, key=lambda well: well.id)
            if well.division == division
        ]

    def well_summary(self, well: int, division: int) -> list[Row]:
        """What Get_Well_Summary_Data answers."""
        return [
            {**_named(known, self._division(known).name), **self._totals(known.id)}
            for known in self.wells
            if (known.id, known.division) == (well, division)
        ]

    def division_well_summary(self, division: int) -> list[Row]:
        """What Get_Division_Well_Summary_Data answers."""
        rows = []
        wells = {well.id for well in self.wells if well.division == division}
        latest = max((day for well, day in self.oil if well in wells), default=None)
        for well in sorted(wells):
            days = self._days(well)
            last = max(days, default=None)
            rows.append(
                {
                    **self.well_summary(well, division)[0],
                    "first_date": min(days).isoformat() if days else None,
                    "last_date": last.isoformat() if last else None,
                    "last_oil_produced": self.oil[well, last] if last else None,
                    "days_late": (latest - last).days if latest and last else None,
                    "reports": len(days),
                    "unpriced_reports": self._unpriced(well),
                }
            )
        return rows

    def by_day(
        self,
        well: int,
        division: int,
        first: dt.date = dt.date.min,
        last: dt.date = dt.date.max,
    ) -> list[Row]:
        """What Get_Well_Summary_By_Day answers."""
        return [
            {
                **_named(known, self._division(known).name),
                "date_value": day.isoformat(),
                "oil_produced": oil,
                "oil_price": self._price(known, day),
                "oil_sales": self._sales(known, day, oil),
                "period": self._period(well, day),
            }
            for known in self.wells
            if (known.id, known.division) == (well, division)
            for (producer, day), oil in sorted(self.oil.items())
            if producer == well and first <= day <= last
        ]

    def _division(self, well: Well) -> Division:
        return next(division for division in self.divisions if division.id == well.division)

    def _totals(self, well_id: int) -> Row:
        well = next(well for well in self.wells if well.id == well_id)
        days = {day: oil for (producer, day), oil in self.oil.items() if producer == well_id}
        money = [usd for (spender, _), usd in self.money.items() if spender == well_id]
        return {
            "total_oil_produced": sum(days.values()),
            "total_budget": _sum_known(budget for budget, _ in money),
            "total_actual": _sum_known(actual for _, actual in money),
            "total_oil_sales": sum(self._sales(well, day, oil) for day, oil in days.items()),
            "period": _together({self._period(well_id, day) for day in days}),
        }

    def _division_reports(self, wells: list[int]) -> Row:
        days = [day for well in wells for day in self._days(well)]
        return {
            "First_Date": min(days).isoformat() if days else None,
            "Last_Date": max(days).isoformat() if days else None,
            "Reports": len(days),
            "Unpriced_Reports": sum(self._unpriced(well) for well in wells),
        }

    def _days(self, well: int) -> list[dt.date]:
        return [day for producer, day in self.oil if producer == well]

    def _unpriced(self, well_id: int) -> int:
        well = next(well for well in self.wells if well.id == well_id)
        return sum(self._price(well, day) is None for day in self._days(well_id))

    def _period(self, well: int, day: dt.date) -> str:
        return "month" if (well, day) in self.months else "day"

    def _price(self, well: Well, day: dt.date) -> Decimal | None:
        if (well.id, day) not in self.months:
            return self._price_in_force(well, day)
        days = [day + dt.timedelta(n) for n in range(31)]
        of_days = [self._price_in_force(well, each) for each in days if each.month == day.month]
        prices = [price for price in of_days if price is not None]
        if not prices:
            return None
        return (sum(prices, Decimal(0)) / len(prices)).quantize(Decimal("0.001"), ROUND_HALF_UP)

    def _price_in_force(self, well: Well, day: dt.date) -> Decimal | None:
        benchmark = self._division(well).benchmark
        quotations = {
            quoted: usd
            for (name, quoted), usd in self.prices.items()
            if name == benchmark and quoted <= day
        }
        return quotations[max(quotations)] if quotations else None

    def _sales(self, well: Well, day: dt.date, oil: Decimal) -> Decimal:
        price = self._price(well, day)
        if price is None:
            return Decimal(0)
        # Half away from zero, as Oracle's ROUND.
        return (oil * price).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse(document: str) -> list[Row]:
    """The rows of a document, with the digits of its numbers as they are written."""
    try:
        rows: list[Row] = json.loads(document, parse_float=Decimal)
    except ValueError as error:
        raise AssertionError(f"no JSON: {error}") from error
    return rows


def midnight(day: dt.date) -> dt.datetime:
    """A day as the DATE columns hold it."""
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - DATE has no time zone


def _named(well: Well, division: str) -> Row:
    return {
        "well_id": well.id,
        "well_name": well.name,
        "division_id": well.division,
        "division_name": division,
    }


def _together(periods: set[str | None]) -> str | None:
    known = periods - {None}
    return "mixed" if len(known) > 1 else next(iter(known), None)


def _sum_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
