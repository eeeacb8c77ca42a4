"""Loads into the embedded database.

Rows are staged in temporary tables, which live in a file of their own and take no lock; the merge
and the refresh of the summaries are one transaction. So memory does not grow with the file that is
loaded, and readers see either all of it or nothing.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from app.wells.embedded import summaries
from app.wells.embedded.database import transaction
from app.wells.embedded.errors import startup_faults
from app.wells.embedded.version import note_changes
from app.wells.store import MAX_OIL_MILLI_BBL, BudgetRow, Outcome, PriceRow, ProductionRow, Refusal

_CACHE_KIB = 32 * 1024
_JOURNAL_BYTES = 64 << 20
"""What the write-ahead log is cut back to after a large load."""

_YEARS_OF_WELLS = """
INSERT OR IGNORE INTO temp.touched_year
SELECT days.well_id, days.year
  FROM get_well_summary_by_day_mv AS days
  JOIN odm_well AS well USING (well_id)
  JOIN odm_division AS division USING (division_id)
 WHERE """


_STAGE_DAY = "INSERT INTO temp.staged VALUES (?, ?, ?, ?, ?, ?)"

_STAGE_IDENTITY = "INSERT INTO temp.staged_identity VALUES (?, ?, ?, ?, ?)"

# The latest day of each identity, and among the lines of that day the last, decide on names. Both
# are one text, so that one pass finds both.
_LATEST = """
INSERT INTO temp.staged_latest
SELECT identity, max(day || substr('000000000000' || line, -12)) FROM temp.staged GROUP BY identity
"""

# (In SQLite the columns beside a max() are those of the row that has it.)
_STAGE_WELLS = """
INSERT INTO temp.staged_well
SELECT well_id, well_name, division_id, substr(max(latest), 1, 10)
  FROM temp.staged_latest JOIN temp.staged_identity USING (identity) GROUP BY well_id
"""

_STAGE_DIVISIONS = """
INSERT INTO temp.staged_division
SELECT division_id, division_name, substr(max(latest), 1, 10)
  FROM temp.staged_latest JOIN temp.staged_identity USING (identity) GROUP BY division_id
"""


class EmbeddedStore:
    """The embedded database, for writing. Its faults become StartupFault with one sentence."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._path = path
        self.name = f"SQLite {path}"
        self._connection = connection
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA temp.cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")

    def production(self, benchmark: str | None) -> "AbstractContextManager[ProductionLoad]":
        return self._staged(ProductionLoad(self._connection, benchmark))

    def prices(self, benchmark: str) -> "AbstractContextManager[PriceLoad]":
        return self._staged(PriceLoad(self._connection, benchmark))

    def budgets(self) -> "AbstractContextManager[BudgetLoad]":
        return self._staged(BudgetLoad(self._connection))

    @contextmanager
    def _staged(self, load: "_AnyLoad") -> "Iterator[_AnyLoad]":
        """The load, with its temporary tables there while it lasts."""
        tables = {
            "touched_year": "well_id INTEGER, year TEXT, PRIMARY KEY (well_id, year)",
            **load.tables,
        }
        with startup_faults(self._path):
            for name, columns in tables.items():
                self._connection.execute(f"CREATE TEMP TABLE {name} ({columns}) WITHOUT ROWID")
            try:
                yield load
            finally:
                for name in tables:
                    self._connection.execute(f"DROP TABLE temp.{name}")

    def close(self) -> None:
        self._connection.close()


class _EmbeddedLoad:
    """What the kinds of load have in common."""

    subject: ClassVar[str]
    """What of the data version its rows are."""

    tables: ClassVar[dict[str, str]]
    refused: ClassVar[str]
    """Selects line, column and reason of the staged rows that can't be taken."""

    def __init__(self, connection: sqlite3.Connection, benchmark: str | None = None) -> None:
        self._connection = connection
        self._benchmark = benchmark

    def refusals(self) -> Iterator[Refusal]:
        for row in self._connection.execute(f"{self.refused} ORDER BY 1"):
            yield Refusal(*row)

    def commit(self) -> Outcome:
        self._execute(f"DELETE FROM temp.staged WHERE line IN (SELECT line FROM ({self.refused}))")
        part_of_more = self._connection.in_transaction
        with transaction(self._connection):
            changed = self._merge_names()
            self._stage_changes()
            outcome = self._count_changes()
            self._touch()
            if self._merge_changes():
                changed.add(self.subject)
            if changed:
                summaries.refresh(self._connection)
                subjects = sorted({*changed, "summaries"})
                note_changes(self._connection, subjects, part_of_more=part_of_more)
        return outcome

    def _merge_names(self) -> set[str]:
        """Bring wells and divisions up to date; returns which of the two changed."""
        return set()

    def _stage_changes(self) -> None:
        """Fill `change` with the staged keys whose values are new or differ."""
        raise NotImplementedError

    def _touch(self) -> None:
        """Put into `touched_year` what the changes will alter, before they are merged."""

    def _merge_changes(self) -> int:
        """Merge `change` into the table; returns how many rows it held."""
        raise NotImplementedError

    def _count_changes(self) -> Outcome:
        keys = self._number(f"SELECT count(*) FROM ({self.keys})")
        inserted = self._number("SELECT count(*) FROM temp.change WHERE is_new")
        updated = self._number("SELECT count(*) FROM temp.change WHERE NOT is_new")
        return Outcome(inserted, updated, keys - inserted - updated)

    keys: ClassVar[str]
    """Selects the staged keys, each once."""

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    def _execute(self, statement: str, *binds: Any) -> int:
        return self._connection.execute(statement, binds).rowcount

    def _insert(self, *batches: tuple[str, Sequence[Any]]) -> None:
        """Run statements for many rows, as one transaction that takes no lock on the file."""
        connection = self._connection
        begun = not connection.in_transaction
        if begun:
            connection.execute("BEGIN")
        for statement, rows in batches:
            connection.executemany(statement, rows)
        if begun:
            connection.execute("COMMIT")


_AnyLoad = TypeVar("_AnyLoad", bound=_EmbeddedLoad)


class ProductionLoad(_EmbeddedLoad):
    """Days of wells, with the wells' and divisions' names."""

    subject: ClassVar = "production"
    tables: ClassVar = {
        "staged": (
            "line INTEGER, well_id INTEGER, day TEXT, part TEXT, oil INTEGER, identity INTEGER,"
            " PRIMARY KEY (well_id, day, part, line)"
        ),
        "staged_identity": (
            "identity INTEGER PRIMARY KEY, well_id INTEGER, well_name TEXT,"
            " division_id INTEGER, division_name TEXT"
        ),
        "staged_latest": "identity INTEGER PRIMARY KEY, latest TEXT",
        "staged_well": (
            "well_id INTEGER PRIMARY KEY, well_name TEXT, division_id INTEGER, as_of TEXT"
        ),
        "staged_division": "division_id INTEGER PRIMARY KEY, division_name TEXT, as_of TEXT",
        "change": "well_id INTEGER, day TEXT, oil INTEGER, is_new, PRIMARY KEY (well_id, day)",
    }
    refused: ClassVar = f"""
        SELECT again.line, 'well and day' AS field,
               'repeats the well, day and interval of line ' || first.line AS reason
          FROM temp.staged AS again
          JOIN (SELECT well_id, day, part, min(line) AS line FROM temp.staged
                 GROUP BY well_id, day, part HAVING count(*) > 1) AS first
            ON again.well_id = first.well_id AND again.day = first.day
           AND again.part = first.part AND again.line > first.line
         UNION
        SELECT staged.line, 'oil', 'the intervals of the well and day add up to too much oil'
          FROM temp.staged
          JOIN (SELECT well_id, day FROM temp.staged
                 GROUP BY well_id, day HAVING sum(oil) > {MAX_OIL_MILLI_BBL}) AS beyond
            ON staged.well_id = beyond.well_id AND staged.day = beyond.day"""
    keys: ClassVar = "SELECT DISTINCT well_id, day FROM temp.staged"

    def add(self, rows: Sequence[ProductionRow]) -> None:
        # Names repeat from row to row, so a row refers to them: by the line that first had them
        # in its batch.
        identities: dict[tuple[int, str, int, str], int] = {}
        days = []
        for line, well_id, day, part, oil, well_name, division_id, division_name in rows:
            names = (well_id, well_name, division_id, division_name)
            days.append((line, well_id, day, part, oil, identities.setdefault(names, line)))
        self._insert(
            (_STAGE_DAY, days),
            (_STAGE_IDENTITY, [(line, *names) for names, line in identities.items()]),
        )

    def _merge_names(self) -> set[str]:
        for statement in (_LATEST, _STAGE_WELLS, _STAGE_DIVISIONS):
            self._execute(statement)
        # Wells that move, or whose division gets another benchmark, sell at other prices.
        self._execute(
            _YEARS_OF_WELLS + "EXISTS (SELECT 1 FROM temp.staged_well AS staged"
            " WHERE staged.well_id = well.well_id AND staged.as_of >= well.as_of"
            "   AND staged.division_id <> well.division_id)"
        )
        divisions = self._execute(
            "INSERT INTO odm_division SELECT division_id, division_name, ?, as_of"
            "  FROM temp.staged_division WHERE true"
            " ON CONFLICT DO UPDATE SET division_name = excluded.division_name,"
            "                           as_of = excluded.as_of"
            " WHERE excluded.as_of >= odm_division.as_of"
            "   AND (excluded.division_name, excluded.as_of) <> (division_name, as_of)",
            self._benchmark,
        )
        wells = self._execute(
            "INSERT INTO odm_well SELECT well_id, well_name, division_id, as_of"
            "  FROM temp.staged_well WHERE true"
            " ON CONFLICT DO UPDATE SET well_name = excluded.well_name,"
            "                           division_id = excluded.division_id,"
            "                           as_of = excluded.as_of"
            " WHERE excluded.as_of >= odm_well.as_of"
            "   AND (excluded.well_name, excluded.division_id, excluded.as_of)"
            "       <> (odm_well.well_name, odm_well.division_id, odm_well.as_of)"
        )
        if self._benchmark:
            others = "division_id IN (SELECT division_id FROM temp.staged_division)"
            others += " AND benchmark IS NOT ?"
            self._execute(_YEARS_OF_WELLS + others, self._benchmark)
            divisions += self._execute(
                f"UPDATE odm_division SET benchmark = ? WHERE {others}",
                self._benchmark,
                self._benchmark,
            )
        return {name for name, count in (("divisions", divisions), ("wells", wells)) if count}

    def _stage_changes(self) -> None:
        self._execute(
            "INSERT INTO temp.change"
            " SELECT staged.well_id, staged.day, staged.oil, known.well_id IS NULL"
            "   FROM (SELECT well_id, day, sum(oil) AS oil"
            "           FROM temp.staged GROUP BY well_id, day) AS staged"
            "   LEFT JOIN odm_daily_production AS known"
            "     ON known.well_id = staged.well_id AND known.production_date = staged.day"
            "  WHERE known.oil_milli_bbl IS NOT staged.oil"
        )

    def _touch(self) -> None:
        self._execute(
            "INSERT OR IGNORE INTO temp.touched_year"
            " SELECT DISTINCT well_id, substr(day, 1, 4) FROM temp.change"
        )

    def _merge_changes(self) -> int:
        return self._execute(
            "INSERT INTO odm_daily_production SELECT well_id, day, oil FROM temp.change WHERE true"
            " ON CONFLICT DO UPDATE SET oil_milli_bbl = excluded.oil_milli_bbl"
        )


class PriceLoad(_EmbeddedLoad):
    """Quotations of one benchmark."""

    subject: ClassVar = "prices"
    tables: ClassVar = {
        "staged": "line INTEGER, day TEXT, price INTEGER, PRIMARY KEY (day, line)",
        "change": "day TEXT PRIMARY KEY, price INTEGER, is_new",
    }
    refused: ClassVar = """
        SELECT again.line, 'day' AS field, 'repeats the day of line ' || first.line AS reason
          FROM temp.staged AS again
          JOIN (SELECT day, min(line) AS line FROM temp.staged
                 GROUP BY day HAVING count(*) > 1) AS first
            ON again.day = first.day AND again.line > first.line"""
    keys: ClassVar = "SELECT day FROM temp.staged"

    def add(self, rows: Sequence[PriceRow]) -> None:
        self._insert(("INSERT INTO temp.staged VALUES (?, ?, ?)", rows))

    def _stage_changes(self) -> None:
        self._execute(
            "INSERT INTO temp.change"
            " SELECT staged.day, staged.price, known.price_date IS NULL"
            "   FROM temp.staged AS staged"
            "   LEFT JOIN odm_daily_price AS known"
            "     ON known.benchmark = ? AND known.price_date = staged.day"
            "  WHERE known.price_milli_usd IS NOT staged.price",
            self._benchmark,
        )

    def _touch(self) -> None:
        # A quotation holds until the next one, so years after its own may see it too.
        self._execute(
            _YEARS_OF_WELLS + "division.benchmark = ?"
            " AND days.year >= (SELECT substr(min(day), 1, 4) FROM temp.change)",
            self._benchmark,
        )

    def _merge_changes(self) -> int:
        return self._execute(
            "INSERT INTO odm_daily_price SELECT ?, day, price FROM temp.change WHERE true"
            " ON CONFLICT DO UPDATE SET price_milli_usd = excluded.price_milli_usd",
            self._benchmark,
        )


class BudgetLoad(_EmbeddedLoad):
    """Monthly budget and actual spending of wells that are already known."""

    subject: ClassVar = "budgets"
    tables: ClassVar = {
        "staged": (
            "line INTEGER, well_id INTEGER, month TEXT, budget INTEGER, actual INTEGER,"
            " PRIMARY KEY (well_id, month, line)"
        ),
        "change": (
            "well_id INTEGER, month TEXT, budget INTEGER, actual INTEGER, is_new,"
            " PRIMARY KEY (well_id, month)"
        ),
    }
    refused: ClassVar = """
        SELECT again.line, 'well and month' AS field,
               'repeats the well and month of line ' || first.line AS reason
          FROM temp.staged AS again
          JOIN (SELECT well_id, month, min(line) AS line FROM temp.staged
                 GROUP BY well_id, month HAVING count(*) > 1) AS first
            ON again.well_id = first.well_id AND again.month = first.month
           AND again.line > first.line
         UNION
        SELECT line, 'well', 'there is no well ' || well_id || '; load its production first'
          FROM temp.staged
         WHERE well_id NOT IN (SELECT well_id FROM odm_well)"""
    keys: ClassVar = "SELECT well_id, month FROM temp.staged"

    def add(self, rows: Sequence[BudgetRow]) -> None:
        self._insert(("INSERT INTO temp.staged VALUES (?, ?, ?, ?, ?)", rows))

    def _stage_changes(self) -> None:
        self._execute(
            "INSERT INTO temp.change"
            " SELECT staged.well_id, staged.month, staged.budget, staged.actual,"
            "        known.well_id IS NULL"
            "   FROM temp.staged AS staged"
            "   LEFT JOIN odm_monthly_budget AS known"
            "     ON known.well_id = staged.well_id AND known.budget_month = staged.month"
            "  WHERE known.well_id IS NULL"
            "     OR known.budget_cents IS NOT staged.budget"
            "     OR known.actual_cents IS NOT staged.actual"
        )

    def _merge_changes(self) -> int:
        return self._execute(
            "INSERT INTO odm_monthly_budget"
            " SELECT well_id, month, budget, actual FROM temp.change WHERE true"
            " ON CONFLICT DO UPDATE SET budget_cents = excluded.budget_cents,"
            "                           actual_cents = excluded.actual_cents"
        )
