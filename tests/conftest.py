"""What every test may use. The backends that the contract is tested on stand here."""

import gc
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.observe.observation import listen
from app.settings import Settings
from app.wells.backends import open_store
from tests.plsql.engines.oracle import DROP_EVERYTHING, Oracle
from tests.plsql.engines.oracle import settings as oracle_settings
from tests.support import company
from tests.support.running import running
from tests.support.temporary import own_temporary_folder
from tests.wells.oracle.database import from_embedded
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import ServerProcess, launcher

hypothesis_settings.register_profile(
    "odm", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("odm")

own_temporary_folder()

for _name in [name for name in os.environ if name.startswith(("ODM_", "ORACLE_"))]:
    if not _name.startswith("ODM_TEST_"):
        del os.environ[_name]  # a developer's own settings are not the tests'

DATA = Path(os.environ.get("ODM_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
"""Where the real data sets lie, which are not part of the project."""


COSTLY = {"browser", "engine", "mariadb", "real_data", "filled", "demo"}
"""Fixtures that take seconds: engines, a browser, large databases."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for one of them is slow, as are the tests that are marked one by one."""
    for item in items:
        if COSTLY.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Begin with what is the same for every test.

    The wire servers' launcher has every test's module, and no thread and no socket of any. What was
    imported is not looked through again by each collection of garbage, which would take 0.3 s.
    """
    launcher.start()
    gc.freeze()


listen(lambda seen: logging.getLogger(seen.topic).log(seen.severity, "%s", seen))
# (So that caplog has what is observed: no test's own process has the service's log.)

Backend = Callable[[Path], AbstractContextManager[httpx.Client]]


@contextmanager
def embedded(database: Path) -> Iterator[httpx.Client]:
    """The service on the embedded database itself."""
    with running(Settings(odm_sqlite_path=database, odm_validate_rows=True)) as client:
        yield client


@contextmanager
def oracle(database: Path) -> Iterator[httpx.Client]:
    """The service on Oracle over the wire, which answers from the embedded database."""
    with ServerProcess(from_embedded, database) as server:
        settings = settings_for(server, odm_validate_rows=True, oracle_chunks_per_trip=1)
        with running(settings) as client:
            yield client
        assert server.failures() == []


@contextmanager
def real_oracle(_: Path | None = None, **changes: object) -> Iterator[httpx.Client]:
    """The service on the database that ODM_TEST_ORACLE_* name, which gets the schema, the company
    by way of the loader's store, and loses all of it again."""
    engine = Oracle()
    try:
        engine.install("install.sql")
        # Few and small chunks, so that answers take many windows.
        windows = {"oracle_chunk_chars": 40, "oracle_chunks_per_trip": 2}
        settings = Settings.model_validate(
            {**oracle_settings(), **windows, "odm_validate_rows": True, **changes}
        )
        store = open_store(settings)
        company.load_into(store)
        store.close()
        with running(settings) as client:
            yield client
    finally:
        engine.query(DROP_EVERYTHING)
        engine.close()


BACKENDS: dict[str, Backend] = {"embedded": embedded, "oracle": oracle}
if "ODM_TEST_ORACLE_USER" in os.environ:
    BACKENDS["real oracle"] = real_oracle


@pytest.fixture(scope="session", params=list(BACKENDS))
def client(request: pytest.FixtureRequest, database: Path) -> Iterator[httpx.Client]:
    """A client of the service with the company's data, on each backend in turn.

    Each row that the service sends is checked against its model.
    """
    with BACKENDS[request.param](database) as client:
        yield client


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's embedded database. Not to be changed."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    company.load(path)
    return path


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo data's database, as a first start makes it. Copy it."""
    path = tmp_path_factory.mktemp("filled") / "odm.db"
    with running(Settings(odm_sqlite_path=path)):
        pass
    return path


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets."""
    if not DATA.is_dir():
        pytest.skip(f"the real data sets are not at {DATA} (ODM_TEST_DATA)")
    return DATA


def rows_of(response: httpx.Response) -> Any:
    """The rows of an answer, each number as the exact decimal that was sent."""
    assert response.status_code == 200, response.text
    return json.loads(response.content, parse_float=Decimal)
