"""The layouts that the loader reads: which columns a file has, and what a row of them means."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from app.wells.load import cells
from app.wells.load.cells import BBL_PER_SM3
from app.wells.store import BudgetRow, Load, Period, PriceRow, ProductionRow, Store

RowT = TypeVar("RowT")


class BadCell(Exception):
    """A cell that a row is rejected for."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column} {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True)
class Layout(Generic[RowT]):
    """The layout of a CSV file."""

    columns: Sequence[str]
    """The columns it needs; a file may have others, in any order."""

    convert: Callable[[int, Sequence[str]], RowT]
    """From a line's number and the cells of `columns` to a row. Raises BadCell."""

    open: Callable[[Store], AbstractContextManager[Load[RowT]]]
    """Begins a load of such rows."""

    counted: str
    """What the database's rows are, for the summary."""

    adds_up: bool = False
    """Whether rows are parts of a sum. Such a file is never loaded without some of its rows: what
    is left would be a smaller sum, and nobody could tell."""

    is_correction: Callable[[RowT], bool] | None = None
    """Which rows correct others, to be counted; None where none may."""


COUNTED: dict[Period, str] = {"day": "days", "month": "months of wells"}


def _of_production(
    columns: tuple[str, ...],
    convert: Callable[[int, Sequence[str]], ProductionRow],
    benchmark: str | None,
    period: Period,
    *,
    allow_negative: bool,
    adds_up: bool = False,
) -> Layout[ProductionRow]:
    return Layout(
        columns,
        convert,
        lambda store: store.production(benchmark, period),
        COUNTED[period],
        adds_up=adds_up,
        is_correction=(lambda row: row.oil_milli_bbl < 0) if allow_negative else None,
    )


def _cell(parse: Callable[..., Any], column: str, text: str, *options: Any, **named: Any) -> Any:
    try:
        return parse(text, *options, **named)
    except ValueError as error:
        raise BadCell(column, str(error)) from None


def volve(period: Period = "day", *, allow_negative: bool = False) -> Layout[ProductionRow]:
    """The daily sheet of the Volve workbook: Sm3, Brent; a wellbore is a well, a field a division.

    Days of injection leave the oil empty: they are days with 0 oil.
    """
    parse_date = cells.day if period == "day" else cells.month_of
    columns = (
        "DATEPRD",
        "NPD_WELL_BORE_CODE",
        "NPD_WELL_BORE_NAME",
        "NPD_FIELD_CODE",
        "NPD_FIELD_NAME",
        "BORE_OIL_VOL",
        "FLOW_KIND",
    )

    def convert(line: int, texts: Sequence[str]) -> ProductionRow:
        day, well_id, well_name, division_id, division_name, oil, flow = texts
        if not oil and flow == "injection":
            oil = "0"
        return ProductionRow(
            line,
            _cell(cells.identifier, "NPD_WELL_BORE_CODE", well_id),
            _cell(parse_date, "DATEPRD", day),
            "",
            _cell(cells.oil, "BORE_OIL_VOL", oil, BBL_PER_SM3, allow_negative=allow_negative),
            _cell(cells.name, "NPD_WELL_BORE_NAME", well_name),
            _cell(cells.identifier, "NPD_FIELD_CODE", division_id),
            _cell(cells.name, "NPD_FIELD_NAME", division_name),
        )

    return _of_production(columns, convert, "brent", period, allow_negative=allow_negative)


def ogor_a(*, allow_negative: bool = False) -> Layout[ProductionRow]:
    """BSEE's OGOR-A: barrels a month and completion interval, WTI.

    A well is an API number and has its digits as its name; a division is the operator of the well's
    latest month. A month stands on its first day, and the intervals of a well are added up: a file
    must hold a well's month whole, and replaces it as a whole. So --max-rejects is not for it.
    """
    columns = (
        "PRODUCTION_DATE",
        "API_WELL_NUMBER",
        "PROD_INTERVAL_CD",
        "OPERATOR_NUM",
        "SORT_NAME",
        "MON_O_PROD_VOL",
    )

    def convert(line: int, texts: Sequence[str]) -> ProductionRow:
        month, api_number, interval, operator_id, operator_name, oil = texts
        return ProductionRow(
            line,
            int(_cell(cells.api_number, "API_WELL_NUMBER", api_number)),
            _cell(cells.month, "PRODUCTION_DATE", month),
            _cell(cells.part, "PROD_INTERVAL_CD", interval),
            _cell(cells.oil, "MON_O_PROD_VOL", oil, allow_negative=allow_negative),
            _cell(cells.api_number, "API_WELL_NUMBER", api_number),
            _cell(cells.identifier, "OPERATOR_NUM", operator_id),
            _cell(cells.name, "SORT_NAME", operator_name),
        )

    return _of_production(
        columns, convert, "wti", "month", allow_negative=allow_negative, adds_up=True
    )


@dataclass(frozen=True)
class ProductionColumns:
    """The names of the generic layout's columns."""

    well_id: str = "well_id"
    well_name: str = "well_name"
    division_id: str = "division_id"
    division_name: str = "division_name"
    date: str = "date"
    oil: str = "oil"


def production(
    names: ProductionColumns,
    bbl_per_unit: Decimal,
    date_format: str | None,
    empty_oil_is_zero: bool,
    benchmark: str | None,
    period: Period = "day",
    *,
    allow_negative: bool = False,
) -> Layout[ProductionRow]:
    """A well's oil by day or month, with columns of any name.

    `date_format` is one of `strptime`; without it a date is YYYY-MM-DD, and of a month YYYY-MM or
    YYYYMM too. Any day of a month stands for it.
    """

    def parse_day(text: str) -> str:
        if date_format is not None:
            day = cells.formatted_day(text, date_format)
            return day if period == "day" else cells.month_of(day)
        return cells.day(text) if period == "day" else cells.month_of(text)

    def convert(line: int, texts: Sequence[str]) -> ProductionRow:
        well_id, well_name, division_id, division_name, day, oil = texts
        if empty_oil_is_zero and not oil.strip(" "):
            oil = "0"
        return ProductionRow(
            line,
            _cell(cells.identifier, names.well_id, well_id),
            _cell(parse_day, names.date, day),
            "",
            _cell(cells.oil, names.oil, oil, bbl_per_unit, allow_negative=allow_negative),
            _cell(cells.name, names.well_name, well_name),
            _cell(cells.identifier, names.division_id, division_id),
            _cell(cells.name, names.division_name, division_name),
        )

    columns = (
        names.well_id,
        names.well_name,
        names.division_id,
        names.division_name,
        names.date,
        names.oil,
    )
    return _of_production(columns, convert, benchmark, period, allow_negative=allow_negative)


def prices(benchmark: str, date: str = "Date", price: str = "Price") -> Layout[PriceRow]:
    """Daily quotations of a benchmark in USD/bbl."""

    def convert(line: int, texts: Sequence[str]) -> PriceRow:
        day, quotation = texts
        return PriceRow(line, _cell(cells.day, date, day), _cell(cells.price, price, quotation))

    return Layout((date, price), convert, lambda store: store.prices(benchmark), "prices")


def budgets() -> Layout[BudgetRow]:
    """Budget and actual spending of wells by month, in USD; an empty cell is an unknown amount."""

    def convert(line: int, texts: Sequence[str]) -> BudgetRow:
        well_id, month, budget, actual = texts
        return BudgetRow(
            line,
            _cell(cells.identifier, "well_id", well_id),
            _cell(cells.month, "month", month),
            _cell(cells.money, "budget", budget),
            _cell(cells.money, "actual", actual),
        )

    columns = ("well_id", "month", "budget", "actual")
    return Layout(columns, convert, lambda store: store.budgets(), "months of wells")
