"""Against a real database: `ODM_TEST_ORACLE_USER`, `ODM_TEST_ORACLE_PASSWORD`, `..._DSN`.

The account is one for tests, whose schema is emptied: it gets the schema and the contract suite's
company. What the wire server only plays is run here: the blocks' PL/SQL, with texts that the client
makes. The contract suite itself runs on this database too (tests/conftest.py).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import oracledb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.settings import Settings
from app.wells.catalogue import DIVISION_LIST, PROCEDURES
from app.wells.oracle.transport import Document
from tests.conftest import real_oracle, rows_of
from tests.support.running import running
from tests.wells.oracle.test_transport import UNITS

ACCOUNT = {
    name: os.environ.get(f"ODM_TEST_ORACLE_{name.upper()}") for name in ("user", "password", "dsn")
}
if not all(ACCOUNT.values()):
    pytest.skip("no real Oracle: ODM_TEST_ORACLE_USER, _PASSWORD and _DSN", allow_module_level=True)


@pytest.fixture(scope="module")
def connection() -> Iterator[oracledb.Connection]:
    with oracledb.connect(**ACCOUNT) as connection:
        yield connection


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[httpx.Client]:
    with real_oracle(database) as client:
        yield client


class Given(Document):
    """A document whose CLOB the client has made: only the second block is run."""

    def __init__(self, connection: oracledb.Connection, text: str, chars: int, chunks: int) -> None:
        super().__init__(DIVISION_LIST, {}, chars, chunks)
        self._lob = connection.createlob(oracledb.DB_TYPE_CLOB, text)
        self.length = len(text.encode("utf-16-be")) // 2


@given(
    text=st.lists(st.sampled_from(UNITS), min_size=1, max_size=60).map("".join),
    chars=st.integers(2, 9),
    chunks=st.integers(1, 4),
)
@hypothesis_settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_any_text(connection: oracledb.Connection, text: str, chars: int, chunks: int) -> None:
    """What arrives is what the CLOB holds, wherever a pair lies."""
    document = Given(connection, text, chars, chunks)
    got = b""
    while not document.complete:
        got += document.next(connection)
    document.free(connection)
    assert got.decode() == text


@pytest.mark.parametrize("size", [3999, 4000, 4001, 1_280_000, 1_280_001, 5_000_000])
def test_sizes(connection: oracledb.Connection, size: int) -> None:
    """Windows of the usual size."""
    text = "".join(f"{n:09d}\n" for n in range(size // 10 + 1))[:size]
    document = Given(connection, text, 4000, 320)
    got = b""
    while not document.complete:
        got += document.next(connection)
    document.free(connection)
    assert got.decode() == text


def test_the_package(client: httpx.Client) -> None:
    """Each procedure answers with rows as described, or with 404 for what does not exist."""
    assert client.get("/readyz").status_code == 200
    for procedure in PROCEDURES:
        params = {p.name: 10**38 - 1 for p in procedure.parameters if p.required}
        response = client.get(procedure.path, params=params)
        if procedure.subject:
            assert response.status_code == 404
        else:
            rows_of(response)


def test_a_well(client: httpx.Client) -> None:
    """A well of the first division that has one, by all routes."""
    for division in rows_of(client.get("/division-list")):
        wells = client.get("/well-list", params={"division_id": division["Division_Id"]})
        for well in rows_of(wells):
            pair = {name: well[name] for name in ("well_id", "division_id")}
            (summary,) = rows_of(client.get("/well-summary", params=pair))
            assert summary["well_name"] == well["well_name"]
            days = client.get("/well-summary-by-day", params=pair)
            dates = [row["date_value"] for row in rows_of(days)]
            assert dates == sorted(dates)
            later = client.get("/well-summary-by-day", params={**pair, "from_date": "9999-12-31"})
            assert rows_of(later) == []
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in dates)
            return
    pytest.skip("the database has no well")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        # An account that does not exist: a wrong password could lock one that does.
        ({"oracle_user": "odm_no_such_account"}, "ORA-01017"),
        (
            {"oracle_dsn": re.sub("[^/]*$", "odm_no_such_service", ACCOUNT["dsn"] or "")},
            "ORA-12514",
        ),
    ],
)
def test_not_let_in(changes: dict[str, str], code: str) -> None:
    """Who is not let in is not ready, and says why; callers get 503."""
    account = {f"oracle_{name}": value for name, value in ACCOUNT.items()}
    settings = Settings.model_validate({**account, "oracle_pool_size": 1, **changes})
    with running(settings) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert code in ready.json()["detail"]
        assert client.get("/division-list").status_code == 503


def test_time_is_bounded(database: Path) -> None:
    """A call that the limit leaves no time for is broken, and the next one is answered."""
    with real_oracle(database, odm_call_timeout_seconds=0.001) as client:
        assert client.get("/division-list").status_code == 504
        assert client.get("/healthz").status_code == 200


def test_package_is_renewed(client: httpx.Client, connection: oracledb.Connection) -> None:
    """A package that is compiled anew between two requests costs no caller anything."""
    before = rows_of(client.get("/division-list"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER PACKAGE get_odm_data_pkg COMPILE")
    assert rows_of(client.get("/division-list")) == before
