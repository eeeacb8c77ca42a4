"""The whole way: HTTP, service, real driver, wire, and MariaDB running the real package.

The package's text is the shipped one, and what it returns goes through the same chunks as Oracle's
would. The answers must be the embedded default's for the same data.
"""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from app.wells.catalogue import PROCEDURES
from tests.plsql.conftest import started
from tests.plsql.engines import Engine
from tests.plsql.engines.mariadb import MariaDB
from tests.support import company
from tests.support.running import running
from tests.wells.oracle.database import Arguments, Package
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import ServerProcess

PROCEDURE_ARGUMENTS = {p.name: [a.name for a in p.parameters] for p in PROCEDURES}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """MariaDB with the schema installed and the company's rows in its tables."""
    engine = started("mariadb")
    engine.install("install.sql")
    benchmarks = company.DIVISIONS
    engine.insert("odm_division", [(d, *benchmarks[d], None) for d in benchmarks])
    engine.insert("odm_well", [(w, *names, None) for w, names in company.wells().items()])
    engine.insert(
        "odm_daily_production",
        [(day.well_id, _date(day.day), day.oil, day.period) for day in company.DAYS],
    )
    engine.insert(
        "odm_daily_price",
        [
            (benchmark, _date(day), price)
            for benchmark, prices in company.PRICES.items()
            for day, price in prices.items()
        ],
    )
    engine.insert(
        "odm_monthly_budget",
        [
            (well_id, _date(month), budget, actual)
            for well_id, months in company.BUDGETS.items()
            for month, budget, actual in months
        ],
    )
    engine.refresh()
    yield engine
    engine.close()


def _date(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.fixture(scope="module", params=[1, 320], ids=["a chunk a trip", "320 chunks a trip"])
def oracle(engine: Engine, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The service on the package as MariaDB runs it, behind the wire."""
    assert isinstance(engine, MariaDB)
    with ServerProcess(played_by, engine.place) as server:
        settings = settings_for(
            server, odm_validate_rows=True, oracle_chunks_per_trip=request.param
        )
        with running(settings) as client:
            yield client
        assert server.failures() == []


def played_by(place: tuple[str, str]) -> Package:
    """The package as MariaDB runs it, in a session of the wire server's process."""
    engine = MariaDB(place)

    async def documents(name: str, arguments: Arguments) -> str:
        values = [_value(arguments.get(a)) for a in PROCEDURE_ARGUMENTS[name]]
        while values and values[-1] is None:
            values.pop()
        return engine.call(name, *values)

    return Package(documents)


def _value(value: Any) -> int | datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return None if value is None else int(value)


@pytest.fixture(scope="module")
def embedded(database: Path) -> Iterator[httpx.Client]:
    with running(Settings(odm_sqlite_path=database)) as client:
        yield client


REQUESTS = [
    "/division-list",
    "/division-summary",
    *(f"/well-list?division_id={division_id}" for division_id in [*company.DIVISIONS, 999]),
    *(
        f"{path}?well_id={well_id}&division_id={division_id}"
        for path in ("/well-summary", "/well-summary-by-day")
        for well_id, (_, division_id) in [*company.wells().items(), (999, ("", 7)), (11, ("", 2))]
    ),
    "/well-summary-by-day?well_id=11&division_id=7&from_date=2024-12-31&to_date=2025-01-01",
    "/well-summary-by-day?well_id=11&division_id=7&from_date=2025-01-01",
    "/well-summary-by-day?well_id=11&division_id=7&to_date=2024-01-05",
    "/well-summary-by-day?well_id=11&division_id=7&to_date=2001-01-01",
]


@pytest.mark.parametrize("path", REQUESTS)
def test_same_answer(oracle: httpx.Client, embedded: httpx.Client, path: str) -> None:
    """Status, rows, their order and every digit are the embedded default's."""
    theirs, ours = oracle.get(path), embedded.get(path)
    assert theirs.status_code == ours.status_code
    if ours.status_code == 200:
        assert _pairs(theirs) == _pairs(ours)
    else:
        assert theirs.json()["type"] == ours.json()["type"]


def _pairs(response: httpx.Response) -> Any:
    """The rows as lists of pairs, so that the order of the fields counts; numbers exact."""
    return json.loads(
        response.content, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=list
    )
