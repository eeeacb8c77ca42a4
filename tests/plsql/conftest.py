"""The engines as a fixture: every test that takes `engine` runs once for each of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plsql.engines import Engine, EngineMissing

FOLDER = Path(__file__).parent


def _mariadb() -> Engine:
    from tests.plsql.engines.mariadb import MariaDB  # noqa: PLC0415 - its driver may be missing

    return MariaDB()


def _postgres() -> Engine:
    from tests.plsql.engines.postgres import Postgres  # noqa: PLC0415 - its driver may be missing

    return Postgres()


def _oracle() -> Engine:
    from tests.plsql.engines.oracle import Oracle  # noqa: PLC0415 - its driver may be missing

    return Oracle()


STARTS: dict[str, Callable[[], Engine]] = {"mariadb": _mariadb, "postgres": _postgres}
if "ODM_TEST_ORACLE_USER" in os.environ:
    STARTS["oracle"] = _oracle


def pytest_report_header() -> str:
    """Says which engines the PL/SQL is tried on."""
    absent = "" if "oracle" in STARTS else "; no Oracle: ODM_TEST_ORACLE_USER is not set"
    return f"PL/SQL engines: {', '.join(STARTS)}{absent}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs an engine is slow (see `make quick`)."""
    for item in items:
        if FOLDER in item.path.parents and "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def started(name: str) -> Engine:
    """An engine; where this machine has none, skips, or fails with ODM_TEST_REQUIRE_ENGINES."""
    try:
        return STARTS[name]()
    except (EngineMissing, ModuleNotFoundError) as missing:
        reason = f"{name}: {missing}"
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session", params=list(STARTS))
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A running engine, with nothing installed."""
    engine = started(request.param)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def engine(database: Engine) -> Engine:
    """An engine with install.sql executed."""
    if database.installed != "install.sql":
        database.install("install.sql")
    return database
