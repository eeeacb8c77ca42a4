"""Demo data: the same everywhere, and with everything that real data has."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wells.demo import load_demo
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore

TABLES = ("odm_division", "odm_well", "odm_daily_production", "odm_daily_price")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("demo") / "odm.db"
    connection = connect_for_writing(path)
    load_demo(EmbeddedStore(connection, path))
    yield connection
    connection.close()


def digest(connection: sqlite3.Connection) -> str:
    content = hashlib.sha256()
    for table in (*TABLES, "odm_monthly_budget", "get_well_summary_by_day_mv"):
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
            content.update(repr(row).encode())
    return content.hexdigest()


def test_deterministic(demo: sqlite3.Connection, tmp_path: Path) -> None:
    """Made twice, it is the same to the last digit."""
    again = connect_for_writing(tmp_path / "odm.db")
    load_demo(EmbeddedStore(again, tmp_path / "odm.db"))
    assert digest(again) == digest(demo)
    again.close()


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("SELECT count(*) FROM odm_division", 8, 8),
        ("SELECT count(*) FROM odm_well", 200, 200),
        ("SELECT count(DISTINCT production_date) FROM odm_daily_production", 1096, 1096),
        ("SELECT count(*) FROM odm_daily_production WHERE oil_milli_bbl = 0", 5_000, 20_000),
        ("SELECT count(*) FROM odm_monthly_budget WHERE budget_cents IS NULL", 200, 600),
        ("SELECT count(*) FROM odm_monthly_budget WHERE actual_cents IS NULL", 100, 400),
        ("SELECT count(DISTINCT benchmark) FROM odm_daily_price", 3, 3),
        (
            "SELECT count(*) FROM odm_daily_price WHERE strftime('%w', price_date) IN ('0', '6')",
            0,
            0,
        ),
        (
            "SELECT count(*) FROM get_well_summary_by_day_vw WHERE price_milli_usd IS NULL",
            300,
            1_500,
        ),
        ("SELECT count(*) FROM get_well_summary_data_mv WHERE total_budget IS NULL", 1, 20),
        ("SELECT count(*) FROM odm_division WHERE division_name LIKE '%\"%'", 1, 1),
        (
            "SELECT count(*) FROM odm_division WHERE unicode(substr(division_name, -2)) > 65535",
            1,
            1,
        ),
        ("SELECT count(*) FROM odm_division WHERE division_name LIKE '%ø%'", 1, 8),
    ],
)
def test_looks_real(demo: sqlite3.Connection, query: str, low: int, high: int) -> None:
    """Shut-ins, weekends without quotations, missing prices and budgets, and difficult names."""
    ((count,),) = demo.execute(query).fetchall()
    assert low <= count <= high


def test_wells_decline(demo: sqlite3.Connection) -> None:
    """The oil falls from the first quarter to the last, as Arps has it."""
    query = "SELECT sum(oil_milli_bbl) FROM odm_daily_production WHERE production_date LIKE ?"
    ((first,),) = demo.execute(query, ("2023-0%",)).fetchall()
    ((last,),) = demo.execute(query, ("2025-0%",)).fetchall()
    assert last < 0.7 * first
