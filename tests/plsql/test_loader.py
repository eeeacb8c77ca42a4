"""The loader's SQL, executed by PostgreSQL (and Oracle): as the embedded database, row by row.

Each load is made twice, into both databases, and what they say and hold must be the same.
MariaDB has no MERGE, so it is not asked.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import load
from app.contract.faults import StartupFault
from app.settings import Settings
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.oracle.store import OracleStore
from app.wells.store import (
    MAX_OIL_MILLI_BBL,
    BudgetRow,
    Load,
    Outcome,
    Period,
    PriceRow,
    ProductionRow,
    Refusal,
    Store,
)
from tests.plsql.conftest import STARTS
from tests.plsql.engines import Engine, oracle
from tests.plsql.engines.postgres import Postgres
from tests.plsql.loading import Loading
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import ServerProcess
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.parametrize(
    "database", [name for name in STARTS if name != "mariadb"], indirect=True, scope="session"
)

HELD = {
    "odm_division": "division_id, division_name, benchmark, as_of",
    "odm_well": "well_id, well_name, division_id, as_of",
    "odm_daily_production": "well_id, production_date, {milli}oil, period",
    "odm_daily_price": "benchmark, price_date, {milli}price",
    "odm_monthly_budget": "well_id, budget_month, {cents}budget, {cents}actual",
    "get_well_summary_data_mv": (
        "well_id, division_id, division_name, total_oil_produced, total_budget, total_actual,"
        " total_oil_sales, period"
    ),
    "get_division_summary_data_mv": (
        "division_id, division_name, well_count, total_oil_produced, total_budget, total_actual,"
        " total_oil_sales, period"
    ),
}
SCALED = {
    "{milli}oil": ("oil_bbl", "oil_milli_bbl"),
    "{milli}price": ("price_usd", "price_milli_usd"),
    "{cents}budget": ("budget_usd", "budget_cents"),
    "{cents}actual": ("actual_usd", "actual_cents"),
}


def columns_of(table: str, embedded: bool) -> list[str]:
    """The columns to compare, as the database calls them."""
    return [SCALED[name][embedded] if name in SCALED else name for name in HELD[table].split(", ")]


def plain(value: object, column: str) -> object:
    """A value in one form, whichever database it comes from: days as text, numbers as Decimal."""
    if value is None or column.endswith(("_name", "benchmark", "period")):
        return value
    if column.endswith(("_date", "_month", "as_of")):
        return str(value)[:10]
    number = Decimal(str(value))
    scale = {"oil_milli_bbl": 3, "price_milli_usd": 3, "budget_cents": 2, "actual_cents": 2}
    return number.scaleb(-scale.get(column, 0)).normalize()


class Both:
    """Oracle's store and the embedded one, loaded alike and compared."""

    def __init__(self, engine: Engine, settings: Settings, path: Path) -> None:
        self.engine = engine
        self.settings = settings
        self._embedded = connect_for_writing(path)
        self.oracle: Store = OracleStore(settings)
        self.stores: tuple[Store, ...] = (self.oracle, EmbeddedStore(self._embedded, path))

    def produce(
        self,
        *days: tuple[int, str, int],
        division: int = 1,
        benchmark: str | None = "brent",
        name: str = "",
        period: Period = "day",
    ) -> Outcome:
        rows = [
            ProductionRow(n, well, day, "", oil, f"W{well}{name}", division, f"D{division}{name}")
            for n, (well, day, oil) in enumerate(days)
        ]
        return self.load_production(rows, benchmark, period)[1]

    def load_production(
        self, rows: Sequence[ProductionRow], benchmark: str | None, period: Period = "day"
    ) -> tuple[list[Refusal], Outcome]:
        return self._same(rows, [store.production(benchmark, period) for store in self.stores])

    def quote(self, *prices: tuple[str, int], benchmark: str = "brent") -> Outcome:
        rows = [PriceRow(n, day, price) for n, (day, price) in enumerate(prices)]
        return self._same(rows, [store.prices(benchmark) for store in self.stores])[1]

    def budget(self, *months: tuple[int, str, int | None, int | None]) -> Outcome:
        rows = [BudgetRow(n, *month) for n, month in enumerate(months)]
        return self.load_budgets(rows)[1]

    def load_budgets(self, rows: Sequence[BudgetRow]) -> tuple[list[Refusal], Outcome]:
        return self._same(rows, [store.budgets() for store in self.stores])

    def _same(
        self, rows: Sequence[Any], loads: Sequence[AbstractContextManager[Load[Any]]]
    ) -> tuple[list[Refusal], Outcome]:
        said = []
        for begun in loads:
            with begun as load:
                load.add(rows[:2])
                load.add(rows[2:])
                said.append((list(load.refusals()), load.commit()))
        assert said[0] == said[1]
        self.compare()
        return said[0]

    def compare(self) -> None:
        """Every table and summary holds the same rows."""
        for table in HELD:
            assert self.held(table) == self.held(table, embedded=True), table

    def held(self, table: str, *, embedded: bool = False) -> list[tuple[object, ...]]:
        columns = columns_of(table, embedded)
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"
        ask = self._embedded.execute(query).fetchall if embedded else None
        rows = ask() if ask else self.engine.query(query)
        return [tuple(map(plain, row, columns)) for row in rows]

    def close(self) -> None:
        for store in self.stores:
            store.close()


@pytest.fixture(scope="module")
def settings(engine: Engine) -> Iterator[Settings]:
    """How to reach the database: over the wire, or as the test account of a real one."""
    if not isinstance(engine, Postgres):
        yield Settings.model_validate(oracle.settings())
        return
    with ServerProcess(Loading, engine.host, engine.database) as server:
        yield settings_for(server)
        assert server.failures() == []
        eventually(lambda: not server.sessions())
        server.handler.close()


@pytest.fixture
def both(engine: Engine, settings: Settings, tmp_path: Path) -> Iterator[Both]:
    """Two empty databases."""
    engine.clear()
    engine.refresh()
    both = Both(engine, settings, tmp_path / "odm.db")
    yield both
    both.close()


def test_twice_changes_nothing(both: Both) -> None:
    """The second load of the same rows counts them as before, and is no other version."""
    days = [(1, "2024-01-01", 1_000), (1, "2024-01-02", 2_000)]
    assert both.produce(*days) == Outcome(2, 0, 0)
    loaded = both.engine.call("Get_Data_Version")
    assert both.produce(*days) == Outcome(0, 0, 2)
    assert both.engine.call("Get_Data_Version") == loaded
    assert both.produce((1, "2024-01-02", 2_001)) == Outcome(0, 1, 0)
    assert both.engine.call("Get_Data_Version") != loaded
    assert both.quote(("2024-01-01", -37_630)) == Outcome(1, 0, 0)
    assert both.budget((1, "2024-01-01", None, 5)) == Outcome(1, 0, 0)
    loaded = both.engine.call("Get_Data_Version")
    assert both.quote(("2024-01-01", -37_630)) == Outcome(0, 0, 1)
    assert both.budget((1, "2024-01-01", None, 5)) == Outcome(0, 0, 1)
    assert both.engine.call("Get_Data_Version") == loaded


def test_corrected_row_replaces(both: Both) -> None:
    """A corrected day replaces the old one, in every summary."""
    both.quote(("2023-12-29", 80_000))
    both.produce((1, "2024-01-01", 1_000), (1, "2024-01-02", 2_000))
    assert both.produce((1, "2024-01-02", 5_000)) == Outcome(0, 1, 0)
    (well,) = both.held("get_well_summary_data_mv")
    assert well[3:] == (6, None, None, 480, "day")


def test_order_of_loads_does_not_matter(both: Both) -> None:
    """Names and divisions are those of the latest day, whichever file is loaded last."""
    both.produce((1, "2024-03-01", 1_000), division=2, name=" new")
    both.produce((1, "2024-01-01", 1_000), (2, "2024-04-01", 5), division=2, name=" old")
    both.produce((1, "2024-02-01", 1_000), division=1, name=" older")
    assert [row[1] for row in both.held("odm_well")] == ["W1 new", "W2 old"]
    assert [row[1] for row in both.held("odm_division")] == ["D1 older", "D2 old"]
    both.produce((1, "2024-03-01", 1_000), division=2, name=" renamed")  # the same day, later
    assert both.held("odm_well")[0][1] == "W1 renamed"


def test_last_row_of_a_day_names(both: Both) -> None:
    """Of two rows of the latest day the later one names the well and the division."""
    rows = [
        ProductionRow(1, 1, "2024-01-02", "A", 1, "first", 1, "D first"),
        ProductionRow(2, 1, "2024-01-02", "B", 1, "second", 2, "D2"),
        ProductionRow(3, 1, "2024-01-01", "A", 1, "earlier", 3, "D3"),
        ProductionRow(4, 7, "2024-01-02", "", 1, "W7", 1, "D last"),
    ]
    both.load_production(rows, None)
    assert both.held("odm_well")[0][1:3] == ("second", 2)
    assert both.held("odm_division")[0][1] == "D last"


def test_benchmark(both: Both) -> None:
    """A load with a benchmark sets it for its divisions; one without leaves it alone."""
    both.quote(("2024-01-01", 80_000))
    both.quote(("2024-01-01", 70_000), benchmark="wti")
    both.produce((1, "2024-01-01", 1_000), benchmark=None)
    assert both.held("odm_division")[0][2] is None
    both.produce((1, "2024-01-01", 1_000), (2, "2024-01-01", 1_000))
    both.produce((1, "2024-01-01", 1_000), benchmark="wti")
    assert both.produce((1, "2024-01-02", 0), benchmark=None) == Outcome(1, 0, 0)
    assert both.held("odm_division")[0][2] == "wti"
    assert both.held("get_division_summary_data_mv")[0][-2:] == (140, "day")


def test_benchmarks_are_apart(both: Both) -> None:
    """A price that another benchmark has on that day is new all the same, and changes alone."""
    both.quote(("2024-01-01", 80_000), ("2024-01-02", 81_000))
    assert both.quote(("2024-01-01", 80_000), benchmark="wti") == Outcome(1, 0, 0)
    assert both.quote(("2024-01-02", 70_000), benchmark="wti") == Outcome(1, 0, 0)
    assert both.quote(("2024-01-01", 79_000)) == Outcome(0, 1, 0)


def test_well_moves(both: Both) -> None:
    """A well is its latest day's division's, all its days with it, whatever is loaded last."""
    both.quote(("2024-01-01", 80_000))
    both.quote(("2024-01-01", 70_000), benchmark="wti")
    both.produce((1, "2024-02-01", 1_000), division=1)
    both.produce((1, "2024-03-01", 1_000), division=2, benchmark="wti")
    both.produce((1, "2024-01-15", 1_000), division=1)
    assert [row[:2] for row in both.held("get_well_summary_data_mv")] == [(1, 2)]


def test_budgets(both: Both) -> None:
    """Amounts that become known or unknown are changes; null is not zero."""
    both.produce((1, "2024-01-01", 0), (2, "2024-01-01", 0))
    month = "2024-01-01"
    assert both.budget((1, month, None, None), (1, "2024-02-01", 50, None)) == Outcome(2, 0, 0)
    for budget, actual in [(7, None), (8, None), (None, None), (None, 7), (None, 8), (None, None)]:
        assert both.budget((1, month, budget, actual)) == Outcome(0, 1, 0)
        assert both.budget((1, month, budget, actual)) == Outcome(0, 0, 1)


def test_refused_budgets(both: Both) -> None:
    """A second row for a month and a well that nobody knows, in the words of the embedded side."""
    both.produce((1, "2024-01-01", 0))
    rows = [
        BudgetRow(2, 1, "2024-01-01", 1, 1),
        BudgetRow(3, 9, "2024-01-01", 1, 1),
        BudgetRow(4, 1, "2024-01-01", 2, 2),
        BudgetRow(5, 9, "2024-01-01", 1, 1),
    ]
    refused, outcome = both.load_budgets(rows)
    assert [(refusal.line, refusal.column) for refusal in refused] == [
        (3, "well"),
        (4, "well and month"),
        (5, "well"),
        (5, "well and month"),
    ]
    assert outcome == Outcome(1, 0, 0)


def test_parts_add_up(both: Both) -> None:
    """Intervals of a well and day are one row; the same interval twice is refused."""
    rows = [
        ProductionRow(n, 1, "2024-01-01", part, 1_001, "W", 1, "D")
        for n, part in enumerate(["S01", "S02", "S01", "", ""])
    ]
    refused, outcome = both.load_production(rows, "wti")
    assert [(refusal.line, refusal.column) for refusal in refused] == [
        (2, "well and day"),
        (4, "well and day"),
    ]
    assert outcome == Outcome(1, 0, 0)
    assert both.held("odm_daily_production")[0][2] == Decimal("3.003")


def test_parts_that_add_up_to_too_much(both: Both) -> None:
    """All rows of a sum beyond the column are refused; exactly the column's largest is taken."""
    volumes = {
        "2024-01-01": [MAX_OIL_MILLI_BBL - 1, 1, 1],
        "2024-01-02": [MAX_OIL_MILLI_BBL - 1, 1],
    }
    rows = [
        ProductionRow(10 * int(day[-1]) + part, 1, day, str(part), oil, "W", 1, "D")
        for day, parts in volumes.items()
        for part, oil in enumerate(parts)
    ]
    refused, outcome = both.load_production(rows, None)
    assert [(refusal.line, refusal.column) for refusal in refused] == [
        (10, "oil"),
        (11, "oil"),
        (12, "oil"),
    ]
    assert outcome == Outcome(1, 0, 0)
    assert both.held("odm_daily_production")[0][2] == Decimal("999999999.999")


def test_months_and_days_do_not_mix(both: Both) -> None:
    """A calendar month of a well is days or one row: what would mix is refused, no other."""
    both.quote(("2024-01-05", 80_125), ("2024-01-08", 26_000), ("2024-02-29", -1_000))
    both.produce((1, "2024-01-31", 1_000), (2, "2024-01-31", 1_000))
    both.produce((1, "2024-02-01", 7_000_000), (3, "2024-01-01", -5), period="month")
    rows = [
        ProductionRow(n, well, day, "", 5_000, f"W{well}", 1, "D1")
        for n, (well, day) in enumerate(
            [(1, "2024-01-01"), (1, "2024-03-01"), (2, "2024-02-01"), (4, "2024-01-01")]
        )
    ]
    refused, outcome = both.load_production(rows, None, "month")
    assert [(refusal.line, refusal.column) for refusal in refused] == [(0, "period")]
    assert outcome == Outcome(3, 0, 0)
    days = [(1, "2024-02-01"), (1, "2024-02-29"), (1, "2024-01-01"), (2, "2024-03-31")]
    rows = [
        ProductionRow(n, well, day, "", 5_000, f"W{well}", 1, "D1")
        for n, (well, day) in enumerate(days)
    ]
    refused, outcome = both.load_production(rows, None)
    assert [(refusal.line, refusal.column) for refusal in refused] == [(0, "period"), (1, "period")]
    assert outcome == Outcome(2, 0, 0)
    assert both.produce((1, "2024-02-01", 8_000_000), period="month") == Outcome(0, 1, 0)


def test_refused_twice_over(both: Both) -> None:
    """A repeated row of a sum that is too much has two reasons, and names nothing."""
    rows = [
        ProductionRow(1, 1, "2024-01-01", "", MAX_OIL_MILLI_BBL, "W1", 1, "D1"),
        ProductionRow(2, 1, "2024-01-01", "", MAX_OIL_MILLI_BBL, "W2", 2, "D2"),
        ProductionRow(3, 3, "2023-01-01", "", 1, "W3", 1, "D3"),
    ]
    refused, _ = both.load_production(rows, None)
    assert [(refusal.line, refusal.column) for refusal in refused] == [
        (1, "oil"),
        (2, "oil"),
        (2, "well and day"),
    ]
    assert both.held("odm_division") == [(1, "D3", None, "2023-01-01")]


def test_row_that_the_database_refuses(both: Both) -> None:
    """A row that does not fit its column is refused with its line; the others are staged."""
    with both.oracle.production(None) as load:
        load.add(
            [
                ProductionRow(n, n, "2024-01-01", part, 5, "W", 1, "D")
                for n, part in enumerate(["", "x" * 201, "x" * 200], 1)
            ]
        )
        (refusal,) = load.refusals()
        assert (refusal.line, refusal.reason[:35]) == (2, "a text is longer than its column (O")
        assert load.commit() == Outcome(2, 0, 0)


def test_nothing_without_commit(both: Both) -> None:
    """A load that is left early, or fails, leaves the database as it was, and no staged row."""
    both.produce((1, "2024-01-01", 1_000))
    with pytest.raises(RuntimeError), both.oracle.production("wti") as load:  # noqa: PT012
        load.add([ProductionRow(1, 2, "2024-01-01", "", 5, "W", 2, "D")])
        raise RuntimeError
    both.compare()
    assert both.produce((3, "2024-01-01", 1)) == Outcome(1, 0, 0)


def test_failing_commit_changes_nothing(both: Both) -> None:
    """What the tables refuse at the very end undoes the load as a whole."""
    both.produce((1, "2024-01-01", 1_000))
    with pytest.raises(StartupFault), both.oracle.production(None, "month") as load:  # noqa: PT012
        load.add([ProductionRow(1, 2, "2024-01-02", "", 5, "W", 2, "D")])
        load.commit()
    both.compare()


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ("SELECT subject FROM odm_data_version FOR UPDATE", "ORA-30006"),
        ("LOCK TABLE odm_division IN SHARE MODE", "ORA-00054"),
    ],
)
def test_another_session_writes(both: Both, held: str, code: str) -> None:
    """A load that waits too long is told what held it up, and changes nothing."""
    if both.engine.name == "oracle":
        pytest.skip("this engine commits each statement")
    both.produce((1, "2024-01-01", 1_000))
    both.engine.query("START TRANSACTION")
    both.engine.query(held)
    with pytest.raises(StartupFault) as fault, both.oracle.production(None) as load:  # noqa: PT012
        load.add([ProductionRow(1, 2, "2024-01-01", "", 5, "W", 2, "D")])
        load.commit()
    assert f"another session holds what is needed; try again later ({code}" in str(fault.value)
    both.engine.query("ROLLBACK")
    both.compare()
    assert both.produce((3, "2024-01-01", 1)) == Outcome(1, 0, 0)


def test_any_order_of_loads(both: Both) -> None:
    """A long row of random loads, with repeated keys and parts, told and held alike."""
    chance = random.Random(3)
    for _ in range(40):
        kind = chance.choice(["production", "production", "prices", "budgets"])
        day = [f"2024-0{chance.randrange(1, 4)}-01" for _ in range(8)]
        if kind == "prices":
            both.quote(*{(d, chance.randrange(-99, 99)) for d in day[:3]})
        elif kind == "budgets":
            money = [None, 0, 1, 99]
            both.budget(
                *[
                    (chance.randrange(1, 5), d, chance.choice(money), chance.choice(money))
                    for d in day
                ]
            )
        else:
            named = {well: chance.randrange(1, 4) for well in range(1, 4)}
            rows = [
                ProductionRow(
                    line,
                    well := chance.randrange(1, 4),
                    d,
                    chance.choice(["", "A", "B"]),
                    chance.randrange(3),
                    f"W{chance.randrange(3)}",
                    named[well],
                    f"D{chance.randrange(3)}",
                )
                for line, d in enumerate(day)
            ]
            both.load_production(rows, chance.choice([None, "brent", "wti"]))


def test_from_the_command_line(
    both: Both,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`python -m app load` with ORACLE_* settings loads into Oracle, to the last digit."""
    monkeypatch.chdir(tmp_path)
    for name, value in both.settings.model_dump(exclude_none=True).items():
        if name.startswith("oracle_"):
            shown = getattr(value, "get_secret_value", lambda value=value: value)()
            monkeypatch.setenv(name.upper(), str(shown))
    header = "well_id,well_name,division_id,division_name,date,oil\n"
    rows = "7,Å-7,3,Nord,2024-02-29,0.001\n999999999999999999,W,3,Nord,0001-01-01,999999999.999\n"
    (tmp_path / "oil.csv").write_text(header + rows, encoding="utf-8")
    assert load(["production", "oil.csv", "--quiet", "--benchmark", "wti"]) == 0
    said = capsys.readouterr()
    assert "2 days: 2 new, 0 changed, 0 as before" in said.out
    assert both.held("odm_daily_production") == [
        (7, "2024-02-29", Decimal("0.001"), "day"),
        (999999999999999999, "0001-01-01", Decimal("999999999.999"), "day"),
    ]
    assert both.held("odm_well")[0] == (7, "Å-7", 3, "2024-02-29")
    assert both.held("get_division_summary_data_mv")[0][2:4] == (2, Decimal("1000000000.000"))
