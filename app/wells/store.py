"""The seam between the loader and the database: batches of checked rows in, all or nothing.

Quantities are scaled integers, so that they are exact and quick: thousandths of a barrel
(milli_bbl), thousandths of a US dollar a barrel (milli_usd) and US cents. Days are YYYY-MM-DD.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeVar

MAX_OIL_MILLI_BBL = 999_999_999_999
MAX_PRICE_MILLI_USD = 99_999_999
MAX_MONEY_CENTS = 99_999_999_999_999
MAX_NAME = 200
"""Bounds of the columns: NUMBER(12,3), NUMBER(8,3), NUMBER(14,2) and VARCHAR2(200 CHAR)."""

Period = Literal["day", "month"]
"""What a row of production states: a day, or a month, which stands on its first day."""


class ProductionRow(NamedTuple):
    """A well's oil of one day or month. Rows of one well and day with different parts are added up.

    Oil below zero is a correction.

    `line` is where the row stands in its file: no two rows of a load have the same.
    """

    line: int
    well_id: int
    day: str
    part: str
    oil_milli_bbl: int
    well_name: str
    division_id: int
    division_name: str


class PriceRow(NamedTuple):
    """One quotation of the load's benchmark."""

    line: int
    day: str
    price_milli_usd: int


class BudgetRow(NamedTuple):
    """Budget and actual spending of a well in one month, named by its first day."""

    line: int
    well_id: int
    month: str
    budget_cents: int | None
    actual_cents: int | None


RowT_contra = TypeVar("RowT_contra", contravariant=True)


class Refusal(NamedTuple):
    """A row that the database cannot take, found when it is compared with the others."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What a load changed, counted in the database's rows."""

    inserted: int
    updated: int
    unchanged: int


class CommitInDoubt(Exception):
    """The connection was lost during the COMMIT, so it is not known whether the rows are in."""


class SummariesStale(Exception):
    """The rows are in, but the summaries could not be refreshed; the text says why."""

    def __init__(self, text: str, outcome: Outcome) -> None:
        super().__init__(text)
        self.outcome = outcome


class Load(Protocol[RowT_contra]):
    """One file on its way into the database; nothing is visible before `commit` has returned."""

    def add(self, rows: Sequence[RowT_contra]) -> None:
        """Stage rows: they are kept apart until `commit`."""

    def refusals(self) -> Iterator[Refusal]:
        """The staged rows that can't be taken: a key met before, a well nobody knows, a month that
        would mix with days."""

    def commit(self) -> Outcome:
        """Drop the refused rows, merge the others, refresh the summaries: all or nothing.

        A row replaces an older one with its key. A well and a division keep the name, and a well
        the division, of their latest day. Raises CommitInDoubt, and SummariesStale where the
        summaries are refreshed after the rows are in.
        """


class Store(Protocol):
    """A database that can be written."""

    name: str

    def production(
        self, benchmark: str | None, period: Period = "day"
    ) -> AbstractContextManager[Load[ProductionRow]]:
        """A load of production; `benchmark`, if any, becomes that of their divisions.

        All of its rows state a `period`. Refused are rows of a month that the
        well has in the other one.
        """

    def prices(self, benchmark: str) -> AbstractContextManager[Load[PriceRow]]:
        """A load of daily prices of this benchmark."""

    def budgets(self) -> AbstractContextManager[Load[BudgetRow]]:
        """A load of monthly budgets."""

    def close(self) -> None:
        """Close the connection."""
