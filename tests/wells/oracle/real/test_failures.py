"""Failures on a real database: cut and silent connections, code that goes, accounts refused."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import oracledb
import pytest

from app.settings import Settings
from app.wells.backends import open_store
from app.wells.store import PriceRow
from tests.conftest import rows_of
from tests.plsql.engines.oracle import connect, settings
from tests.support.running import running
from tests.wells.oracle.real import needs_oracle
from tests.wells.oracle.real.proxy import Proxy
from tests.wire.oracle.client import eventually

pytestmark = needs_oracle


@contextmanager
def service(**changes: Any) -> Iterator[httpx.Client]:
    """The service on the schema that is there, which keeps no answers."""
    given = {**settings(), "oracle_pool_size": 2, "odm_cache_megabytes": 0, **changes}
    with running(Settings.model_validate(given)) as client:
        yield client


@pytest.fixture
def proxied(client: httpx.Client) -> Iterator[tuple[Proxy, httpx.Client]]:
    """A service whose sessions can be cut and held; the schema is there."""
    with (
        Proxy(settings()["oracle_dsn"]) as proxy,
        service(oracle_dsn=proxy.dsn, odm_call_timeout_seconds=2) as through,
    ):
        assert through.get("/readyz").status_code == 200
        yield proxy, through


def test_cut_connections(proxied: tuple[Proxy, httpx.Client]) -> None:
    """All sessions are cut, and log-ons under way with them: callers soon have new ones."""
    proxy, client = proxied
    before = rows_of(client.get("/division-list"))
    for _ in range(3):
        proxy.cut()
        eventually(lambda: client.get("/division-list").status_code == 200)
        assert rows_of(client.get("/division-list")) == before


def test_silent_host(proxied: tuple[Proxy, httpx.Client]) -> None:
    """A host that says nothing is given up in time, and used again when it speaks."""
    proxy, client = proxied
    before = rows_of(client.get("/division-list"))
    proxy.hold()
    assert client.get("/division-list").status_code in {503, 504}
    proxy.cut()
    proxy.release()
    eventually(lambda: client.get("/division-list").status_code == 200, 60)
    assert rows_of(client.get("/division-list")) == before


def test_time_is_bounded(client: httpx.Client) -> None:
    """A call that the limit leaves no time for is broken, and the service lives."""
    with service(odm_call_timeout_seconds=0.001) as hurried:
        eventually(lambda: hurried.get("/division-list").status_code == 504)
        assert hurried.get("/healthz").status_code == 200


def test_package_is_renewed(client: httpx.Client, connection: oracledb.Connection) -> None:
    """A package that is compiled anew between two requests costs no caller anything."""
    before = rows_of(client.get("/division-list"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER PACKAGE get_odm_data_pkg COMPILE")
    assert rows_of(client.get("/division-list")) == before


def test_view_goes_and_comes(client: httpx.Client, connection: oracledb.Connection) -> None:
    """While a view is away the answers that need it are 500, and 200 when it is back."""
    days = "/well-summary-by-day?well_id=11&division_id=7"
    with service() as direct, connection.cursor() as cursor:
        before = rows_of(direct.get(days))
        cursor.execute("RENAME get_well_summary_by_day_vw TO another_vw")
        try:
            assert direct.get(days).status_code == 500
        finally:
            cursor.execute("RENAME another_vw TO get_well_summary_by_day_vw")
        assert rows_of(direct.get(days)) == before


def test_loads_take_turns(client: httpx.Client) -> None:
    """A load waits for another session's lock, and goes on when that has ended."""
    done = threading.Event()

    def load() -> None:
        store = open_store(Settings.model_validate(settings()))
        with store.prices("brent") as prices:
            prices.add([PriceRow(1, "2030-01-01", 1_000)])
            prices.commit()
        store.close()
        done.set()

    with connect() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE odm_daily_price IN EXCLUSIVE MODE")
        loading = threading.Thread(target=load)
        loading.start()
        try:
            assert not done.wait(3)
        finally:
            other.rollback()
            loading.join(60)
    assert done.is_set()


# (The last: who was refused must wait before the next log-on.)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        # An account that does not exist: a wrong password could lock one that does.
        ({"oracle_user": "odm_no_such_account"}, "ORA-01017"),
        ({"oracle_dsn": "odm_no_such_service"}, "ORA-12514"),
    ],
)
def test_not_let_in(changes: dict[str, str], code: str, caplog: pytest.LogCaptureFixture) -> None:
    """Who is not let in is not ready, and the log says why; callers get 503."""
    if service_name := changes.get("oracle_dsn"):
        changes = {"oracle_dsn": re.sub("[^/]*$", service_name, settings()["oracle_dsn"])}
    with service(**changes) as refused:
        assert refused.get("/readyz").status_code == 503
        assert refused.get("/division-list").status_code == 503
    eventually(lambda: code in caplog.text)
