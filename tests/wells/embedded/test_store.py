"""Loads into the embedded database: replaced and never doubled, and summaries never stale."""

import datetime
import sqlite3
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.contract.faults import StartupFault
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.embedded.summaries import refresh
from app.wells.store import (
    MAX_OIL_MILLI_BBL,
    BudgetRow,
    Outcome,
    Period,
    PriceRow,
    ProductionRow,
)


class Company:
    """A store, and what its database says."""

    def __init__(self, path: Path) -> None:
        self.connection = connect_for_writing(path)
        self.store = EmbeddedStore(self.connection, path)

    def produce(
        self,
        *days: tuple[int, str, int],
        division: int = 1,
        benchmark: str | None = "brent",
        period: Period = "day",
    ) -> Outcome:
        with self.store.production(benchmark, period) as load:
            load.add(
                [
                    ProductionRow(n, well, day, "", oil, f"W{well}", division, f"D{division}")
                    for n, (well, day, oil) in enumerate(days)
                ]
            )
            return load.commit()

    def quote(self, *prices: tuple[str, int], benchmark: str = "brent") -> Outcome:
        with self.store.prices(benchmark) as load:
            load.add([PriceRow(n, day, price) for n, (day, price) in enumerate(prices)])
            return load.commit()

    def budget(self, *months: tuple[int, str, int | None, int | None]) -> Outcome:
        with self.store.budgets() as load:
            load.add([BudgetRow(n, *month) for n, month in enumerate(months)])
            return load.commit()

    def ask(self, query: str) -> list[tuple[object, ...]]:
        return self.connection.execute(query).fetchall()

    def wells(self) -> list[tuple[object, ...]]:
        return self.ask(
            "SELECT well_id, division_id, total_oil_produced, total_oil_sales"
            " FROM get_well_summary_data_mv ORDER BY 1"
        )

    def divisions(self) -> list[tuple[object, ...]]:
        return self.ask(
            "SELECT division_id, well_count, total_oil_produced, total_oil_sales"
            " FROM get_division_summary_data_mv ORDER BY 1"
        )

    def summaries(self) -> dict[str, list[tuple[object, ...]]]:
        return {
            name: self.ask(f"SELECT * FROM {name} ORDER BY 1, 2")
            for name in (
                "get_well_summary_by_day_mv",
                "get_well_summary_data_mv",
                "get_division_summary_data_mv",
            )
        }


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    company = Company(tmp_path / "odm.db")
    yield company
    company.connection.close()


def test_twice_changes_nothing(company: Company, tmp_path: Path) -> None:
    """The second load of the same rows counts them as before and writes nothing to the file."""
    days = [(1, "2024-01-01", 1_000), (1, "2024-01-02", 2_000)]
    assert company.produce(*days) == Outcome(2, 0, 0)
    before = company.summaries()
    watcher = sqlite3.connect(tmp_path / "odm.db")
    version = watcher.execute("PRAGMA data_version").fetchone()
    assert company.produce(*days) == Outcome(0, 0, 2)
    assert watcher.execute("PRAGMA data_version").fetchone() == version
    assert company.summaries() == before
    assert company.produce((1, "2024-01-02", 2_001)) == Outcome(0, 1, 0)
    assert watcher.execute("PRAGMA data_version").fetchone() != version
    watcher.close()


def test_corrected_row_replaces(company: Company) -> None:
    """A corrected day replaces the old one, in every summary."""
    company.quote(("2023-12-29", 80_000))
    company.produce((1, "2024-01-01", 1_000), (1, "2024-01-02", 2_000))
    assert company.produce((1, "2024-01-02", 5_000)) == Outcome(0, 1, 0)
    assert company.wells() == [(1, 1, "6", "480")]
    assert company.divisions() == [(1, 1, "6", "480")]


def test_order_of_loads_does_not_matter(company: Company, tmp_path: Path) -> None:
    """Prices before production, or production before prices: the same summaries."""
    other = Company(tmp_path / "other.db")
    days = [(1, "2023-12-31", 1_500), (1, "2024-01-02", 2_000), (2, "2022-05-05", 7)]
    prices = [("2023-06-01", 81_250), ("2024-01-02", -5)]
    company.produce(*days)
    company.quote(*prices)
    other.quote(*prices[1:])
    other.produce(*days)
    other.quote(*prices)
    assert company.summaries() == other.summaries()
    other.connection.close()


def test_corrected_price(company: Company) -> None:
    """A corrected quotation reaches the days that it is in force for, in later years too."""
    company.quote(("2023-12-29", 80_000), ("2024-01-03", 10_000))
    company.produce((1, "2023-12-30", 1_000), (1, "2024-01-02", 1_000), (1, "2024-01-03", 1_000))
    assert company.quote(("2023-12-29", 90_000)) == Outcome(0, 1, 0)
    assert company.wells() == [(1, 1, "3", "190")]


def test_other_benchmark(company: Company) -> None:
    """A division that changes its benchmark sells at the other's price, for all its wells."""
    company.quote(("2024-01-01", 80_000))
    company.quote(("2024-01-01", 70_000), benchmark="wti")
    company.produce((1, "2024-01-01", 1_000), (2, "2024-01-01", 1_000))
    assert company.divisions() == [(1, 2, "2", "160")]
    company.produce((1, "2024-01-01", 1_000), benchmark="wti")
    assert company.divisions() == [(1, 2, "2", "140")]
    company.produce((1, "2024-01-02", 0), benchmark=None)  # says nothing of the benchmark
    assert company.divisions() == [(1, 2, "2", "140")]


def test_well_moves(company: Company) -> None:
    """A well is its latest day's division's, all its days with it, whatever is loaded last."""
    company.quote(("2024-01-01", 80_000))
    company.quote(("2024-01-01", 70_000), benchmark="wti")
    company.produce((1, "2024-02-01", 1_000), division=1)
    company.produce((1, "2024-03-01", 1_000), division=2, benchmark="wti")
    assert company.wells() == [(1, 2, "2", "140")]
    company.produce((1, "2024-01-15", 1_000), division=1)  # an older file, loaded later
    assert company.wells() == [(1, 2, "3", "210")]
    assert company.divisions() == [(1, 0, "0", "0"), (2, 1, "3", "210")]


def test_budgets(company: Company) -> None:
    """Null is not zero: a sum over no known amount is null."""
    company.produce((1, "2024-01-01", 0), (2, "2024-01-01", 0))
    company.budget((1, "2024-01-01", 1_000, None), (1, "2024-02-01", 50, None))
    query = "SELECT well_id, total_budget, total_actual FROM get_well_summary_data_mv ORDER BY 1"
    assert company.ask(query) == [(1, "10.5", None), (2, None, None)]
    assert company.budget((1, "2024-01-01", None, 1)) == Outcome(0, 1, 0)
    assert company.ask(query) == [(1, "0.5", "0.01"), (2, None, None)]


def test_refusals(company: Company) -> None:
    """A second row for a key and a well that nobody knows are refused; the rest is taken."""
    company.produce((1, "2024-01-01", 0))
    with company.store.budgets() as load:
        load.add([BudgetRow(2, 1, "2024-01-01", 1, 1), BudgetRow(3, 9, "2024-01-01", 1, 1)])
        load.add([BudgetRow(4, 1, "2024-01-01", 2, 2)])
        refused = list(load.refusals())
        assert [(refusal.line, refusal.column) for refusal in refused] == [
            (3, "well"),
            (4, "well and month"),
        ]
        assert load.commit() == Outcome(1, 0, 0)
    assert company.ask("SELECT budget_cents FROM odm_monthly_budget") == [(1,)]


def test_parts_add_up(company: Company) -> None:
    """Intervals of a well and month are one row; the same interval twice is refused."""
    with company.store.production("wti") as load:
        parts = ["S01", "S02", "S01"]
        load.add(
            [
                ProductionRow(n, 1, "2024-01-01", part, 1_000, "W", 1, "D")
                for n, part in enumerate(parts)
            ]
        )
        assert [refusal.line for refusal in load.refusals()] == [2]
        load.commit()
    assert company.wells() == [(1, 1, "2", "0")]


def test_parts_that_add_up_to_too_much(company: Company) -> None:
    """A sum beyond the column is refused with all the rows that make it."""
    with company.store.production(None) as load:
        parts = [
            ProductionRow(n, 1, "2024-01-01", str(n), MAX_OIL_MILLI_BBL, "W", 1, "D")
            for n in range(3)
        ]
        load.add([*parts, ProductionRow(3, 1, "2024-01-02", "", 5, "W", 1, "D")])
        refused = list(load.refusals())
        assert [refusal.line for refusal in refused] == [0, 1, 2]
        assert "add up to too much oil" in refused[0].reason
        assert load.commit() == Outcome(1, 0, 0)
    assert company.wells() == [(1, 1, "0.005", "0")]


def test_refused_row_names_nothing(company: Company) -> None:
    """A row that is refused leaves no name, no move and no division behind."""
    with company.store.production("brent") as load:
        load.add(
            [
                ProductionRow(2, 1, "2024-01-01", "", 1_000, "Good", 2, "Good"),
                ProductionRow(3, 1, "2024-01-01", "", 2_000, "Bad", 3, "Bad"),
            ]
        )
        assert [refusal.line for refusal in load.refusals()] == [3]
        load.commit()
    assert company.ask("SELECT well_name, division_id FROM odm_well") == [("Good", 2)]
    assert company.ask("SELECT division_name FROM odm_division") == [("Good",)]


def test_latest_name_wins(company: Company) -> None:
    """Names are of the latest day, and on one day of the last line; older files change nothing."""

    def name(*rows: tuple[int, str, str]) -> tuple[object, ...]:
        with company.store.production(None) as load:
            load.add(
                [
                    ProductionRow(line, 1, day, str(line), 1, f"well {text}", 1, f"division {text}")
                    for line, day, text in rows
                ]
            )
            load.commit()
        query = (
            "SELECT well_name, division_name FROM odm_well JOIN odm_division USING (division_id)"
        )
        return company.ask(query)[0]

    both = [(9, "2024-01-02", "b"), (10, "2024-01-02", "c"), (11, "2024-01-01", "d")]
    assert name(*both) == ("well c", "division c")
    assert name((1, "2023-01-01", "old")) == ("well c", "division c")
    assert name((1, "2024-01-02", "same day")) == ("well same day", "division same day")


def test_no_orphans(company: Company) -> None:
    """The database itself refuses a day of a well that is not there."""
    with pytest.raises(sqlite3.IntegrityError):
        company.connection.execute(
            "INSERT INTO odm_daily_production VALUES (7, '2024-01-01', 1, 'day')"
        )


def test_month_on_its_first_day(company: Company) -> None:
    """The database itself refuses a month on another day, and any other period."""
    company.produce((1, "2024-01-01", 1))
    for row in ("'2024-02-02', 1, 'month'", "'2024-02-01', 1, 'week'"):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            company.connection.execute(f"INSERT INTO odm_daily_production VALUES (1, {row})")


def refused(company: Company, period: Period, *days: tuple[int, str, int]) -> list[tuple[int, str]]:
    """The lines and reasons of a load's refusals; it is committed without them."""
    with company.store.production(None, period) as load:
        load.add(
            [
                ProductionRow(n, well, day, "", oil, "W", 1, "D")
                for n, (well, day, oil) in enumerate(days)
            ]
        )
        told = [(line, reason) for line, _, reason in load.refusals()]
        load.commit()
    return told


def test_month_and_days_do_not_mix(company: Company) -> None:
    """A calendar month of a well is days or one row: the second kind is refused, row by row."""
    company.produce((1, "2024-01-31", 1_000), (2, "2024-01-31", 1_000))
    company.produce((1, "2024-02-01", 7_000), period="month")
    months = [(1, "2024-01-01", 5), (1, "2024-03-01", 5), (3, "2024-01-01", 5)]
    assert refused(company, "month", *months) == [
        (0, "the well has days in 2024-01, and they stay: a month is days or one row")
    ]
    days = [(1, "2024-02-01", 5), (1, "2024-02-29", 5), (1, "2024-01-01", 5), (2, "2024-02-29", 5)]
    reason = "the well has 2024-02 as one row, and it stays: a month is days or one row"
    assert refused(company, "day", *days) == [(0, reason), (1, reason)]
    assert company.ask("SELECT * FROM odm_daily_production") == [
        (1, "2024-01-01", 5, "day"),
        (1, "2024-01-31", 1_000, "day"),
        (1, "2024-02-01", 7_000, "month"),
        (1, "2024-03-01", 5, "month"),
        (2, "2024-01-31", 1_000, "day"),
        (2, "2024-02-29", 5, "day"),
        (3, "2024-01-01", 5, "month"),
    ]
    periods = company.ask("SELECT period FROM get_well_summary_data_mv ORDER BY well_id")
    assert periods == [("mixed",), ("day",), ("month",)]
    assert company.ask("SELECT period FROM get_division_summary_data_mv") == [("mixed",)]


@pytest.mark.parametrize(
    ("prices", "mean"),
    [
        (["0.001", "0.002"], 2),  # 0.0015
        (["-0.001", "-0.002"], -2),
        (["0.001", "0"], 1),
        (["-0.001", "0.001"], 0),
        (["-37.63", "10.011"], -13810),  # -13.8095
    ],
)
def test_mean_price_rounds_half_away_from_zero(
    company: Company, prices: list[str], mean: int
) -> None:
    """To 0.001, on either side of zero; days before the first quotation do not count."""
    company.quote(*[(f"2024-06-{29 + n}", int(Decimal(p) * 1000)) for n, p in enumerate(prices)])
    company.produce((1, "2024-06-01", 1_000), period="month")
    assert company.ask("SELECT price_milli_usd FROM get_well_summary_by_day_vw") == [(mean,)]


def test_price_of_a_month_is_corrected(company: Company) -> None:
    """A quotation counts for its own month, for those after it, and for no other benchmark."""
    company.quote(("2023-12-31", 10_000))
    company.produce((1, "2023-12-01", 1_000), (1, "2024-02-01", 1_000), period="month")
    company.quote(("2024-01-31", 20_000), benchmark="wti")
    assert company.wells() == [(1, 1, "2", "20")]
    company.quote(("2024-01-31", 20_000))
    assert company.wells() == [(1, 1, "2", "30")]
    company.quote(("2024-02-15", 49_000))  # 14 days of 20 and 15 of 49, through 29: 35
    assert company.wells() == [(1, 1, "2", "45")]
    company.produce((1, "2024-03-01", 1_000), benchmark="wti", period="month")
    assert company.wells() == [(1, 1, "3", "40")]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("price", [99_999_999, -99_999_999, 1, 0])
@pytest.mark.parametrize("oil", [MAX_OIL_MILLI_BBL, 999_999_995_000, 10_000, 9_999, 5_000, 1, 0])
def test_sales_beyond_64_bits(company: Company, oil: int, price: int, sign: int) -> None:
    """Sales are exact to the cent up to the bounds of both columns, of either sign."""
    company.quote(("2024-01-01", price))
    company.produce((1, "2024-01-01", sign * oil))
    exact = Decimal(sign * oil) * price / 10_000
    cents = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert company.ask("SELECT sales_cents FROM get_well_summary_by_day_vw") == [(cents,)]


def test_nothing_without_commit(company: Company) -> None:
    """A load that is left early, or fails, leaves the database as it was."""
    company.produce((1, "2024-01-01", 1_000))
    before = company.summaries()
    with pytest.raises(RuntimeError), company.store.production("wti") as load:  # noqa: PT012
        load.add([ProductionRow(1, 2, "2024-01-01", "", 5, "W", 2, "D")])
        raise RuntimeError
    assert company.summaries() == before
    company.produce((2, "2024-01-01", 1))  # and the store is ready for the next


def test_failing_commit_changes_nothing(company: Company) -> None:
    """A commit that the database refuses at its very end is undone as a whole."""
    company.produce((1, "2024-01-01", 1_000))
    before = company.summaries()
    company.connection.execute(
        "CREATE TEMP TRIGGER full_disk BEFORE INSERT ON get_division_summary_data_mv"
        " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    )
    with pytest.raises(StartupFault, match="no space is left"):
        company.produce((2, "2024-01-01", 1_000))
    company.connection.execute("DROP TRIGGER full_disk")
    assert company.summaries() == before
    assert company.ask("SELECT count(*) FROM odm_daily_production") == [(1,)]


def test_reader_sees_one_state(company: Company, tmp_path: Path) -> None:
    """Who began to read before a load goes on seeing the data as it was; the next sees all."""
    company.produce(*[(1, f"{year}-01-01", 1_000) for year in range(2000, 2010)])
    reader = sqlite3.connect(tmp_path / "odm.db")
    rows = reader.execute("SELECT oil_milli_bbl FROM get_well_summary_by_day_mv ORDER BY year")
    assert rows.fetchone() == (1_000,)
    company.produce(*[(1, f"{year}-01-01", 7_000) for year in range(2000, 2010)])
    assert {row[0] for row in rows} == {1_000}
    again = reader.execute("SELECT oil_milli_bbl FROM get_well_summary_by_day_mv")
    assert {row[0] for row in again} == {7_000}
    reader.close()


days = st.dates(datetime.date(2022, 12, 25), datetime.date(2024, 1, 5))


@pytest.mark.slow
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.just("produce"),
                st.integers(1, 3),
                st.integers(1, 2),
                st.sampled_from([None, "brent", "wti"]),
                days,
                st.integers(0, 9_999),
            ),
            st.tuples(
                st.just("quote"),
                st.sampled_from(["brent", "wti"]),
                days,
                st.integers(-99_999, 99_999),
            ),
        ),
        max_size=12,
    )
)
@settings(max_examples=60)
def test_increments_equal_a_whole(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[object, ...]]
) -> None:
    """Summaries kept up to date load by load are those of a refresh from nothing."""
    company = Company(tmp_path_factory.mktemp("steps") / "odm.db")
    for step in steps:
        if step[0] == "produce":
            _, well, division, benchmark, day, oil = step
            company.produce(
                (int(str(well)), str(day), int(str(oil))),
                division=int(str(division)),
                benchmark=str(benchmark) if benchmark else None,
            )
        else:
            _, benchmark, day, price = step
            company.quote((str(day), int(str(price))), benchmark=str(benchmark))
    kept = company.summaries()
    connection = company.connection
    connection.execute(
        "CREATE TEMP TABLE touched_year AS SELECT DISTINCT well_id,"
        " substr(production_date, 1, 4) AS year FROM odm_daily_production"
    )
    connection.execute("DELETE FROM get_well_summary_by_day_mv")
    refresh(connection)
    assert company.summaries() == kept
    connection.close()
