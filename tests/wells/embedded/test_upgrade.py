"""An embedded database of the schema before this one is brought up to date when it is opened."""

import sqlite3
from pathlib import Path

import pytest

from app.wells.demo import load_demo
from app.wells.embedded import upgrade
from app.wells.embedded.database import APPLICATION_ID, SCHEMA_VERSION, connect_for_writing
from app.wells.embedded.store import EmbeddedStore

EARLIER = Path(__file__).with_name("schema_2.sql")
BASE = ("odm_division", "odm_well", "odm_daily_price", "odm_monthly_budget")
PRODUCTION = "well_id, production_date, oil_milli_bbl"
DERIVED = (
    "odm_monthly_price_mv",
    "get_well_summary_by_day_mv",
    "get_well_summary_data_mv",
    "get_division_summary_data_mv",
)


def rows(connection: sqlite3.Connection, table: str, columns: str = "*") -> list[object]:
    return sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo data in a database of this schema."""
    path = tmp_path_factory.mktemp("demo") / "odm.db"
    store = EmbeddedStore(connect_for_writing(path), path)
    load_demo(store)
    store.close()
    return path


@pytest.fixture
def earlier(demo: Path, tmp_path: Path) -> Path:
    """The same rows in a database of the earlier schema."""
    path = tmp_path / "odm.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(EARLIER.read_text(encoding="utf-8"))
    connection.execute("ATTACH ? AS demo", (str(demo),))
    for table in BASE:
        connection.execute(f"INSERT INTO {table} SELECT * FROM demo.{table}")
    connection.execute(
        f"INSERT INTO odm_daily_production SELECT {PRODUCTION} FROM demo.odm_daily_production"
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {upgrade.UPGRADED}")
    connection.close()
    return path


@pytest.mark.slow
def test_as_if_loaded_anew(demo: Path, earlier: Path) -> None:
    """Every row and object is as in a database that was made today, and the version is another."""
    upgraded, fresh = connect_for_writing(earlier), connect_for_writing(demo)
    for table in (*BASE, "odm_daily_production", *DERIVED):
        assert rows(upgraded, table) == rows(fresh, table), table
    schema = "sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    assert rows(upgraded, schema, "name, sql") == rows(fresh, schema, "name, sql")
    assert upgraded.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    changed = "data_version WHERE change_count > 0"
    assert rows(upgraded, changed, "subject") == [("production",), ("summaries",)]
    assert upgraded.execute("PRAGMA foreign_key_check").fetchall() == []
    upgraded.close()
    fresh.close()


@pytest.mark.slow
def test_all_or_nothing(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails half-way leaves the file as it was, and the next start does it."""

    def fail(_: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    before = earlier.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("app.wells.embedded.upgrade.summaries.refresh", fail)
        with pytest.raises(KeyboardInterrupt):
            connect_for_writing(earlier)
    assert earlier.read_bytes() == before
    connection = connect_for_writing(earlier)
    assert connection.execute("SELECT count(*) FROM odm_well").fetchone() == (200,)
    connection.close()
