"""Polars, pandas and DuckDB given an address, as an analyst types it first."""

import os
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pytest

from tests.clients.conftest import Service

pytestmark = pytest.mark.slow

DAYS, SALES = 1090, Decimal("104930162.66")

POLARS: list[tuple[str, Callable[[str], Any]]] = [
    ("csv", polars.read_csv),
    ("csv", polars.scan_csv),
    ("ndjson", polars.read_ndjson),
    ("ndjson", polars.scan_ndjson),
    ("parquet", polars.read_parquet),
    ("parquet", polars.scan_parquet),
    ("feather", polars.read_ipc),
    ("feather", polars.scan_ipc),
    ("arrow", polars.read_ipc_stream),
]


@pytest.mark.parametrize(("suffix", "read"), POLARS, ids=[f"{read.__name__}" for _, read in POLARS])
def test_polars(service: Service, suffix: str, read: Callable[[str], Any]) -> None:
    """Each reader and each scanner: all days, and the exact sum where the format is exact."""
    days = read(service.days(suffix))
    if isinstance(days, polars.LazyFrame):
        days = days.collect()
    assert days.height == DAYS
    assert days.columns[0] == "well_id"
    assert float(days["oil_sales"].sum()) == pytest.approx(float(SALES))
    if suffix in ("parquet", "feather", "arrow"):
        assert days["oil_sales"].sum() == SALES


def test_polars_by_parts(service: Service) -> None:
    """A scan reads what it needs, in parts, and makes nobody ask the database again."""
    polars.scan_parquet(service.days("parquet")).select("oil_sales").collect()
    service.asked()
    polars.scan_parquet(service.days("parquet")).select("oil_sales").collect()
    assert {each.cache for each in service.ended} == {"hit"}
    assert {status for method, status in service.asked() if method == "GET"} == {206}


PANDAS: list[tuple[str, Callable[[str], Any]]] = [
    ("csv", pandas.read_csv),
    ("json", pandas.read_json),
    ("ndjson", lambda url: pandas.read_json(url, lines=True)),
    ("parquet", pandas.read_parquet),
    ("feather", pandas.read_feather),
]


@pytest.mark.parametrize(("suffix", "read"), PANDAS, ids=[suffix for suffix, _ in PANDAS])
def test_pandas(service: Service, suffix: str, read: Callable[[str], Any]) -> None:
    """Each reader of what there is: all days, once fetched."""
    service.asked()
    days = read(service.days(suffix))
    assert days.shape == (DAYS, 9)
    assert days.columns[0] == "well_id"
    assert float(days["oil_sales"].sum()) == pytest.approx(float(SALES))
    assert service.asked() == [("GET", 200)]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    """DuckDB with httpfs, which is made for one release of it."""
    import duckdb_extension_httpfs  # noqa: PLC0415

    folder = Path(duckdb_extension_httpfs.__file__).parent / "extensions"
    file = folder / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if not file.exists():
        why = f"httpfs {version('duckdb-extension-httpfs')} is not for {duckdb.__version__}"
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail(why)
        pytest.skip(why)
    connection = duckdb.connect()
    connection.load_extension(str(file))
    return connection


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_duckdb(service: Service, database: duckdb.DuckDBPyConnection, suffix: str) -> None:
    """`FROM 'http://...'`: a file is told of by one HEAD, and read in parts, never as a whole."""
    query = f"SELECT count(*), sum(oil_sales) FROM '{service.days(suffix)}'"
    database.sql(query).fetchall()
    service.asked()
    ((days, sales),) = database.sql(query).fetchall()
    assert days == DAYS
    assert sales == (SALES if suffix == "parquet" else pytest.approx(float(SALES)))
    asked = service.asked()
    assert asked.count(("HEAD", 200)) <= 1
    parts = asked.count(("GET", 206))
    assert len(asked) == asked.count(("HEAD", 200)) + parts
    assert parts <= 2
