"""What the tables take and refuse."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.plsql.company import Company, Division, Well, midnight
from tests.plsql.engines import Engine, StatementRefused

DAY = dt.date(2024, 5, 1)
MOST_OIL = Decimal("999999999.999")
NOON = dt.datetime(2024, 5, 1, 12)  # noqa: DTZ001 - DATE has no time zone
KNOWN = Company(
    divisions=[Division(1, "D")],
    wells=[Well(1, "W", 1)],
    oil={(1, DAY): Decimal(1)},
    prices={("brent", DAY): Decimal(1)},
    money={(1, DAY): (Decimal(1), Decimal(1))},
)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("odm_division", (2, "x" * 200, "b" * 30, midnight(DAY))),
        ("odm_division", (10**38 - 1, "🛢" * 200, None, None)),
        ("odm_well", (2, "x" * 200, 1, midnight(DAY))),
        ("odm_daily_production", (1, midnight(dt.date(1999, 12, 31)), MOST_OIL, "day")),
        ("odm_daily_production", (1, midnight(dt.date(1999, 12, 1)), -MOST_OIL, "month")),
        ("odm_daily_production", (1, midnight(dt.date(2099, 1, 1)), 0, "day")),
        ("odm_daily_price", ("wti", midnight(DAY), Decimal("-99999.999"))),
        ("odm_monthly_budget", (1, midnight(dt.date(2024, 6, 1)), None, None)),
        (
            "odm_monthly_budget",
            (1, midnight(dt.date(2024, 6, 1)), Decimal("-999999999999.99"), Decimal("0.01")),
        ),
    ],
)
def test_taken(engine: Engine, table: str, row: tuple[object, ...]) -> None:
    """The widest names and numbers, oil and prices below zero, unknown money, days before 2000."""
    KNOWN.store(engine)
    before = engine.query(f"SELECT COUNT(*) FROM {table}")[0][0]
    engine.insert(table, [row])
    assert engine.query(f"SELECT COUNT(*) FROM {table}")[0][0] == before + 1


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("odm_division", (1, "again", None, None)),
        ("odm_division", (2, None, None, None)),
        ("odm_division", (None, "D", None, None)),
        ("odm_division", (2, "x" * 201, None, None)),
        ("odm_division", (2, "D", "b" * 31, None)),
        ("odm_well", (1, "again", 1, None)),
        ("odm_well", (2, None, 1, None)),
        ("odm_well", (2, "x" * 201, 1, None)),
        ("odm_well", (2, "W", None, None)),
        ("odm_well", (2, "W", 2, None)),
        ("odm_daily_production", (1, midnight(DAY), 2, "day")),
        ("odm_daily_production", (2, midnight(DAY), 2, "day")),
        ("odm_daily_production", (1, NOON, 2, "day")),
        ("odm_daily_production", (1, None, 2, "day")),
        ("odm_daily_production", (1, midnight(dt.date(2024, 5, 2)), 2, "month")),
        ("odm_daily_production", (1, midnight(dt.date(2024, 6, 1)), 2, "week")),
        ("odm_daily_production", (1, midnight(dt.date(2024, 6, 1)), 2, None)),
        ("odm_daily_production", (1, midnight(dt.date(2024, 5, 2)), None, "day")),
        ("odm_daily_production", (1, midnight(dt.date(2024, 5, 2)), Decimal(10**9), "day")),
        ("odm_daily_price", ("brent", midnight(DAY), 2)),
        ("odm_daily_price", ("wti", NOON, 2)),
        ("odm_daily_price", ("wti", midnight(DAY), None)),
        ("odm_daily_price", (None, midnight(DAY), 2)),
        ("odm_monthly_budget", (1, midnight(DAY), 2, 2)),
        ("odm_monthly_budget", (2, midnight(DAY), 2, 2)),
        ("odm_monthly_budget", (1, midnight(dt.date(2024, 6, 2)), 2, 2)),
        ("odm_monthly_budget", (1, dt.datetime(2024, 6, 1, 1), 2, 2)),  # noqa: DTZ001
    ],
)
def test_refused(engine: Engine, table: str, row: tuple[object, ...]) -> None:
    """Second rows of a key, orphans, missing values, times of day, months within a month."""
    KNOWN.store(engine)
    before = engine.query(f"SELECT COUNT(*) FROM {table}")
    with pytest.raises(StatementRefused):
        engine.insert(table, [row])
    assert engine.query(f"SELECT COUNT(*) FROM {table}") == before


@pytest.mark.parametrize("table", ["odm_division", "odm_well"])
def test_what_has_rows_stays(engine: Engine, table: str) -> None:
    """A division with wells and a well with days cannot be deleted."""
    KNOWN.store(engine)
    with pytest.raises(StatementRefused):
        engine.query(f"DELETE FROM {table}")
