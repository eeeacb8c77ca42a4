"""Loads into Oracle.

Rows are staged in temporary tables, of which each session sees its own rows, and merged from there.
All of it is one transaction, from the first staged row to the COMMIT, so that readers see either
all of a file or nothing. The summaries are refreshed after it, because that commits by itself. The
statements are in database/oracle/loader.

A staging table has no statistics of its own: an optimizer that plans a statement while it is empty
plans for no rows, and every session after it gets that plan. So what reads a staging table says in
a hint how many rows are in it, rounded up to a power of ten. Its text is then first met when they
are there, and shared by loads of that size alone. Statistics would need a further privilege and,
where a DBA has made those of temporary tables shared, be everybody's; sampling, which Oracle still
does should it not know the hint, is no use to a text that is planned already.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar

import oracledb

from app.contract.faults import StartupFault
from app.wells.oracle.errors import explain, kind_of, one_line, startup_faults
from app.wells.oracle.scripts import read_statement
from app.wells.store import (
    MAX_NAME,
    BudgetRow,
    CommitInDoubt,
    Outcome,
    Period,
    PriceRow,
    ProductionRow,
    Refusal,
    SummariesStale,
)

ARRAY = 5_000
"""Rows that travel together."""

_STAGED = "CARDINALITY(staged 1)"
"""What the files of statements have for the hint; no statement is executed so."""

# What a row can be refused for. Anything else that befalls a row (no space, say) fails the load.
_ROW_FAULTS = {
    "ORA-00001": "its line was staged before",
    "ORA-01400": "a value is missing",
    "ORA-01438": "a number is larger than its column",
    "ORA-01461": "a text is longer than its column",
    "ORA-02290": "a value is not allowed",
    "ORA-12899": "a text is longer than its column",
}

_NUMBER, _DATE = oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_DATE

RowT = TypeVar("RowT", ProductionRow, PriceRow, BudgetRow)


class OracleLoad(Generic[RowT]):
    """What the kinds of load have in common."""

    kind: ClassVar[str]
    """The folder of its statements, and what a DBA sees as the session's action."""

    merges: tuple[str, ...]
    """The statements that bring the tables up to date, each touching only what changes."""

    staged_types: ClassVar[tuple[Any, ...]]
    """Of the columns of `stage`: types, and the longest texts in characters."""

    def __init__(
        self, connection: oracledb.Connection, name: str, benchmark: str | None = None
    ) -> None:
        self._connection = connection
        self._name = name
        self._benchmark = benchmark
        self._refused: list[Refusal] = []
        self._staged = 0

    def begin(self) -> None:
        """Have the statements parsed: what is missing shows before a row is sent.

        Raises StartupFault.
        """
        with self._cursor() as cursor:
            self._connection.action = self.kind
            for name in ("stage", "drop_refused", *self.merges):
                cursor.parse(self._statement(name))
            cursor.parse(read_statement("loader/refresh"))

    def add(self, rows: Sequence[RowT]) -> None:
        remaining = iter(rows)
        while batch := list(islice(remaining, ARRAY)):
            with self._cursor() as cursor:
                cursor.setinputsizes(*self.staged_types)
                cursor.executemany(
                    self._statement("stage"), [self._bound(row) for row in batch], batcherrors=True
                )
                errors = cursor.getbatcherrors()
                self._staged += len(batch) - len(errors)
                for error in errors:
                    self._refused.append(self._refusal(batch[error.offset].line, error))

    def refusals(self) -> Iterator[Refusal]:
        yield from sorted(self._refused)
        with self._cursor() as cursor:
            for line, column, reason in cursor.execute(self._planned("refused")):
                # (rstrip: literals of a UNION may come padded to the length of the longest)
                yield Refusal(int(line), column.rstrip(), reason.rstrip())

    def commit(self) -> Outcome:
        try:
            return self._commit()
        except KeyboardInterrupt:
            raise CommitInDoubt(
                "interrupted while it was merged, so it is not known whether it is loaded"
            ) from None

    def _commit(self) -> Outcome:
        with self._cursor() as cursor:
            cursor.execute(self._statement("lock"))
            self._drop_refused(cursor)
            keys, inserted, updated = self._run(cursor, "count").fetchone()
            changed = sum(self._run(cursor, name).rowcount for name in self.merges)
        self._end_transaction()
        outcome = Outcome(int(inserted), int(updated), int(keys - inserted - updated))
        if changed:
            self._refresh(outcome)
        return outcome

    def _drop_refused(self, cursor: oracledb.Cursor) -> None:
        cursor.execute(self._planned("refused"))
        with self._connection.cursor() as dropping:
            while rows := cursor.fetchmany(ARRAY):
                lines = [(line,) for line in sorted({line for line, *_ in rows})]
                dropping.executemany(self._statement("drop_refused"), lines)

    def _end_transaction(self) -> None:
        try:
            self._connection.commit()
        except (oracledb.Error, OSError) as error:
            if kind_of(error).keeps_session:
                raise StartupFault(f"{self._name}: {explain(error)}") from error
            raise CommitInDoubt(
                f"{self._name}: the connection failed during the COMMIT, so it is not known "
                f"whether the file is loaded ({one_line(error)})"
            ) from error

    def _refresh(self, outcome: Outcome) -> None:
        try:
            with self._cursor() as cursor:
                cursor.execute(read_statement("loader/refresh"))
        except StartupFault as fault:
            raise SummariesStale(str(fault), outcome) from fault

    def _run(self, cursor: oracledb.Cursor, name: str) -> oracledb.Cursor:
        """Execute a statement, with the benchmark if it names that."""
        statement = self._planned(name)
        binds = {"benchmark": self._benchmark} if ":benchmark" in statement else {}
        cursor.execute(statement, binds)
        return cursor

    @contextmanager
    def _cursor(self) -> Iterator[oracledb.Cursor]:
        with startup_faults(self._name), self._connection.cursor() as cursor:
            yield cursor

    def _refusal(self, line: int, error: Any) -> Refusal:
        if error.full_code not in _ROW_FAULTS:
            raise StartupFault(f"{self._name}: {explain(oracledb.DatabaseError(error))}")
        reason = f"{_ROW_FAULTS[error.full_code]} ({one_line(oracledb.DatabaseError(error))})"
        return Refusal(line, "", reason)

    def _bound(self, row: RowT) -> tuple[Any, ...]:
        """The row as the driver binds it to `stage`: numbers exact, days as dates."""
        raise NotImplementedError

    def _planned(self, name: str) -> str:
        """The statement with the number of staged rows that it is planned for."""
        rows = 10 ** len(str(self._staged))
        return self._statement(name).replace(_STAGED, f"CARDINALITY(staged {rows})")

    @classmethod
    def _statement(cls, name: str) -> str:
        return _statement(f"loader/{cls.kind}/{name}")


class ProductionLoad(OracleLoad[ProductionRow]):
    """Days or months of wells, with the wells' and divisions' names."""

    kind = "production"
    staged_types = (_NUMBER, _NUMBER, _DATE, MAX_NAME, _NUMBER, MAX_NAME, _NUMBER, MAX_NAME, 5)

    def __init__(
        self,
        connection: oracledb.Connection,
        name: str,
        benchmark: str | None = None,
        period: Period = "day",
    ) -> None:
        super().__init__(connection, name, benchmark)
        self._period = period
        sold_at = ("set_benchmark",) if benchmark else ()
        self.merges = ("merge_divisions", *sold_at, "merge_wells", "merge_days")

    def _bound(self, row: ProductionRow) -> tuple[Any, ...]:
        line, well_id, day, part, oil, well_name, division_id, division_name = row
        volume = Decimal(oil).scaleb(-3)
        names = well_name, division_id, division_name
        return line, well_id, _date(day), part, volume, *names, self._period


class PriceLoad(OracleLoad[PriceRow]):
    """Quotations of one benchmark."""

    kind = "prices"
    merges = ("merge_prices",)
    staged_types = (_NUMBER, _DATE, _NUMBER)

    def _bound(self, row: PriceRow) -> tuple[Any, ...]:
        return row.line, _date(row.day), Decimal(row.price_milli_usd).scaleb(-3)


class BudgetLoad(OracleLoad[BudgetRow]):
    """Monthly budget and actual spending of wells that are already known."""

    kind = "budgets"
    merges = ("merge_budgets",)
    staged_types = (_NUMBER, _NUMBER, _DATE, _NUMBER, _NUMBER)

    def _bound(self, row: BudgetRow) -> tuple[Any, ...]:
        amounts = (row.budget_cents, row.actual_cents)
        money = [None if cents is None else Decimal(cents).scaleb(-2) for cents in amounts]
        return row.line, row.well_id, _date(row.month), *money


_statement = lru_cache(None)(read_statement)
_date = lru_cache(4096)(datetime.date.fromisoformat)
