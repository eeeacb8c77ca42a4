"""Loads into the embedded database.

Rows are staged in temporary tables, which live in a file of their own and take no lock; the merge
and the refresh of the summaries are one transaction. So memory does not grow with the file that is
loaded, and readers see either all of it or nothing. The statements are in database/sqlite/loader.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from app.wells.embedded import summaries
from app.wells.embedded.sql import execute_script, read_sql, transaction
from app.wells.embedded.version import note_changes
from app.wells.store import BudgetRow, Outcome, Period, PriceRow, ProductionRow, Refusal

RowT = TypeVar("RowT", ProductionRow, PriceRow, BudgetRow)

_STAGING = "SELECT type, name FROM temp.sqlite_master WHERE type IN ('table', 'view')"

_COUNT = """
SELECT count(*) FILTER (WHERE is_new),
       count(*) FILTER (WHERE NOT is_new),
       (SELECT count(*) FROM temp.staged_key)
  FROM temp.change
"""


class EmbeddedLoad(Generic[RowT]):
    """What the kinds of load have in common."""

    kind: ClassVar[str]
    """The folder of its statements, and the subject of the data's version that it changes."""

    alters_days: ClassVar[bool] = True
    """Whether days of wells, which are stored as they are served, change with its rows."""

    def __init__(self, connection: sqlite3.Connection, benchmark: str | None = None) -> None:
        self._connection = connection
        self._binds: dict[str, str | None] = {"benchmark": benchmark}

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Keep the temporary tables of the load there while it lasts."""
        try:
            execute_script(self._connection, "loader/touched_year")
            execute_script(self._connection, f"loader/{self.kind}/stage_tables")
            yield
        finally:
            for kind, name in self._connection.execute(_STAGING).fetchall():
                self._connection.execute(f"DROP {kind} temp.{name}")

    def add(self, rows: Sequence[RowT]) -> None:
        self._insert(("stage", rows))

    def refusals(self) -> Iterator[Refusal]:
        for row in self._connection.execute("SELECT * FROM temp.refused ORDER BY 1"):
            yield Refusal(*row)

    def commit(self) -> Outcome:
        part_of_more = self._connection.in_transaction
        with transaction(self._connection):
            self._connection.execute(
                "DELETE FROM temp.staged WHERE line IN (SELECT line FROM temp.refused)"
            )
            changed: set[str] = self._merge_names()
            self._run("stage_changes")
            inserted, updated, keys = self._connection.execute(_COUNT).fetchone()
            if self.alters_days:
                self._run("touch")
            if self._run("merge"):
                changed.add(self.kind)
            if changed:
                summaries.refresh(self._connection)
                subjects = sorted({*changed, "summaries"})
                note_changes(self._connection, subjects, part_of_more=part_of_more)
        return Outcome(inserted, updated, keys - inserted - updated)

    def _merge_names(self) -> set[str]:
        """Bring wells and divisions up to date; returns which of the two changed."""
        return set()

    def _run(self, name: str) -> int:
        """Run a statement of the load's folder; returns how many rows it changed."""
        return self._connection.execute(self._statement(name), self._binds).rowcount

    def _insert(self, *batches: tuple[str, Sequence[Any]]) -> None:
        """Run statements for many rows, as one transaction that takes no lock on the file."""
        connection = self._connection
        begun = not connection.in_transaction
        if begun:
            connection.execute("BEGIN")
        for name, rows in batches:
            connection.executemany(self._statement(name), rows)
        if begun:
            connection.execute("COMMIT")

    def _statement(self, name: str) -> str:
        return _statement(f"loader/{self.kind}/{name}")


class ProductionLoad(EmbeddedLoad[ProductionRow]):
    """Days or months of wells, with the wells' and divisions' names."""

    kind = "production"

    def __init__(
        self, connection: sqlite3.Connection, benchmark: str | None = None, period: Period = "day"
    ) -> None:
        super().__init__(connection, benchmark)
        self._binds["period"] = period

    @contextmanager
    def staged(self) -> Iterator[None]:
        with super().staged():
            self._run("stage_period")
            yield

    def add(self, rows: Sequence[ProductionRow]) -> None:
        # Names repeat from row to row, so a row refers to them: by the line that first had them
        # in its batch.
        identities: dict[tuple[int, str, int, str], int] = {}
        days = []
        for line, well_id, day, part, oil, well_name, division_id, division_name in rows:
            names = (well_id, well_name, division_id, division_name)
            days.append((line, well_id, day, part, oil, identities.setdefault(names, line)))
        self._insert(
            ("stage", days),
            ("stage_identity", [(line, *names) for names, line in identities.items()]),
        )

    def _merge_names(self) -> set[str]:
        for name in ("stage_latest", "stage_wells", "stage_divisions", "touch_moved"):
            self._run(name)
        divisions = self._run("merge_divisions")
        wells = self._run("merge_wells")
        if self._binds["benchmark"]:
            self._run("touch_benchmark")
            divisions += self._run("set_benchmark")
        return {name for name, count in (("divisions", divisions), ("wells", wells)) if count}


class PriceLoad(EmbeddedLoad[PriceRow]):
    """Quotations of one benchmark."""

    kind = "prices"


class BudgetLoad(EmbeddedLoad[BudgetRow]):
    """Monthly budget and actual spending of wells that are already known."""

    kind = "budgets"
    alters_days = False


_statement = lru_cache(None)(read_sql)
