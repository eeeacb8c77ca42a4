"""Calls as the database sees them."""

import asyncio
import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.contract.gateway import Call as ProcedureCall
from app.contract.principal import ANYBODY, Principal
from app.settings import Settings
from app.wells.catalogue import DIVISION_LIST
from app.wells.embedded.gateway import EmbeddedGateway
from app.wells.oracle import pool
from app.wells.oracle.gateway import OracleGateway
from tests.conftest import rows_of
from tests.support import company
from tests.support.running import running
from tests.wells.oracle.conftest import WELL_DAYS, assert_sound, connected, for_answers, serving
from tests.wells.oracle.database import Package, always, from_embedded
from tests.wells.oracle.settings import POOL, settings_for
from tests.wire.oracle import Control, OraError, ServerProcess
from tests.wire.oracle.client import eventually


def test_same_bytes(client: httpx.Client, database: Path) -> None:
    """Each answer is, byte for byte, the embedded gateway's over the same data."""
    settings = Settings(odm_sqlite_path=database)
    with running(settings, EmbeddedGateway(settings)) as embedded:
        paths = ["/division-list", "/division-summary"]
        paths += [f"/well-list?division_id={n}" for n in (*company.DIVISIONS, 999)]
        for well_id, (_, division_id) in company.wells().items():
            pair = f"well_id={well_id}&division_id={division_id}"
            paths += [f"/well-summary?{pair}", f"/well-summary-by-day?{pair}"]
            paths += [f"/well-summary-by-day?{pair}&from_date=2024-12-31&to_date=2025-01-01"]
        for path in paths:
            there, here = embedded.get(path), client.get(path)
            assert (here.status_code, here.headers["content-type"]) == (
                there.status_code,
                there.headers["content-type"],
            )
            if here.status_code == 200:
                assert here.content == there.content


def test_what_a_dba_sees(oracle: Control, client: httpx.Client) -> None:
    """Module, action and the request's id on the call itself, at no round trip of their own.

    The identifier is not for callers to choose: it is empty while nobody is known by name.
    """
    client.get(WELL_DAYS, headers={"X-Request-ID": "dash-7"})  # so that the statement is parsed
    oracle.reset()
    with oracle.measure() as spent:
        client.get(WELL_DAYS, headers={"X-Request-ID": "dash-8"})
    assert spent.round_trips == 1
    (call,) = [call for call in oracle.trace() if "execute" in call.operation]
    assert (call.module, call.action, call.client_info) == (
        "ODM",
        "Get_Well_Summary_By_Day",
        "dash-8",
    )
    assert not call.client_identifier


async def called_for(gateway: OracleGateway, principal: Principal) -> None:
    answer = await gateway.call(ProcedureCall(DIVISION_LIST, {}, "dash-9", principal))
    while not answer.complete:
        await answer.read()


def test_identifier_is_who_is_known(oracle: Control) -> None:
    """CLIENT_IDENTIFIER is the guard's subject, and goes with it from a session used again."""

    async def calls() -> None:
        gateway = OracleGateway(settings_for(oracle, oracle_pool_size=1))
        await gateway.open()
        for principal in (Principal("ada@example.com"), ANYBODY, ANYBODY):
            await called_for(gateway, principal)
        await gateway.close()

    asyncio.run(calls())
    seen = [
        (c.client_identifier or "", c.client_info)
        for c in oracle.trace()
        if "reex" in c.operation or c.sql.startswith("DECLARE")
    ]
    assert seen == [("ada@example.com", "dash-9"), ("", "dash-9"), ("", "dash-9")]


def test_session_is_set_up(oracle: Control, client: httpx.Client) -> None:
    """One ALTER SESSION a session: the way numbers and dates are written does not depend on it."""
    for _ in range(2 * POOL):
        client.get("/division-list")
    ours = [
        [text for text in session.altered if "NLS_NUMERIC_CHARACTERS = '.,'" in text]
        for session in oracle.sessions()
    ]
    assert max(map(len, ours)) == 1
    assert all(len(texts) == 1 for texts in ours if texts)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", {}),
        ("&from_date=2024-01-04", {"from_date": datetime.date(2024, 1, 4)}),
        ("&to_date=9999-12-31", {"to_date": datetime.date(9999, 12, 31)}),
        (
            "&from_date=0001-01-01&to_date=0001-01-01",
            {"from_date": datetime.date(1, 1, 1), "to_date": datetime.date(1, 1, 1)},
        ),
    ],
)
def test_optional_parameters(query: str, named: dict[str, datetime.date]) -> None:
    """Only dates that are given are named, so a package without these parameters will do."""
    with ServerProcess(always, "[1]") as oracle, serving(oracle) as client:
        assert client.get(f"{WELL_DAYS}{query}").text == "[1]"
        asked = oracle.handler.asked
    days = {name: datetime.datetime.combine(day, datetime.time()) for name, day in named.items()}
    seen = [arguments for name, arguments in asked if name == "Get_Well_Summary_By_Day"]
    assert seen == [{"well_id": 11, "division_id": 7, **days}]


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**38 - 1, 1 - 10**38])
def test_numbers_arrive(number: int) -> None:
    """Every integer that a NUMBER(38) holds arrives with all of its digits."""
    with ServerProcess(always, "[1]") as oracle, serving(oracle) as client:
        assert client.get(f"/well-list?division_id={number}").status_code == 200
        assert oracle.handler.asked == [("Get_Well_List", {"division_id": number})]


def with_one_well(nothing: str) -> Package:
    """Division 7 and its well 11; whatever else is asked for is `nothing`."""

    async def documents(name: str, arguments: Any) -> str:
        if name == "Get_Division_List":
            return '[{"Division_Id":7,"Division_Name":"A"}]'
        if name == "Get_Well_Summary_Data" and arguments["well_id"] == 11:
            return '[{"well_id":11}]'
        return nothing

    return Package(documents)


@pytest.mark.parametrize("text", ["[]", " [ ]\n", "[\n\n]"])
def test_no_rows(text: str) -> None:
    """`[]`, however it is spaced, is looked into; it is passed on as the package wrote it."""
    with ServerProcess(with_one_well, text) as oracle, serving(oracle) as client:
        known = client.get("/well-list?division_id=7")
        assert (known.status_code, known.text) == (200, text)
        assert client.get("/well-list?division_id=8").status_code == 404
        known = client.get(WELL_DAYS)
        assert (known.status_code, known.text) == (200, text)
        assert client.get(WELL_DAYS.replace("11", "12")).status_code == 404
        assert client.get("/well-summary?well_id=12&division_id=7").status_code == 404
        assert client.get("/division-summary").text == text
        assert len(oracle.handler.asked) == 2 + 2 + 2 + 2 + 1 + 1


async def three_thousand_divisions(name: str, _arguments: Any) -> str:
    divisions = ",".join(f'{{"Division_Id":{n}}}' for n in range(3000))
    return f"[{divisions}]" if name == "Get_Division_List" else "[]"


def test_long_division_list() -> None:
    """The list that a division is looked up in may be of many windows; it is freed."""
    with (
        ServerProcess(Package, three_thousand_divisions) as oracle,
        serving(oracle, oracle_chunks_per_trip=2) as client,
    ):
        assert client.get("/well-list?division_id=2999").text == "[]"
        assert client.get("/well-list?division_id=3000").status_code == 404
        assert oracle.stats().open_temporary_lobs == 0
        eventually(lambda: len(for_answers(oracle)) == POOL)


async def four_procedures(name: str, _arguments: Any) -> str:
    if name == "Get_Well_List":
        raise OraError(
            6550, "ORA-06550: line 1\nPLS-00302: component 'GET_WELL_LIST' must be declared"
        )
    return "[1]"


def test_original_package_without_well_list() -> None:
    """A package of the four original procedures serves the four original routes."""
    with ServerProcess(Package, four_procedures) as oracle, serving(oracle) as client:
        assert client.get("/division-list").text == "[1]"
        response = client.get("/well-list?division_id=7")
        assert response.status_code == 500
        assert response.json()["type"] == "urn:odm:problem:call-failed"


def test_readiness_runs_a_call(oracle: Control, client: httpx.Client) -> None:
    """Readiness asks the package, in one round trip, and does not tell where the database is."""
    client.get("/readyz")
    with oracle.measure() as spent:
        response = client.get("/readyz")
    assert response.json()["database"] == "Oracle"
    assert spent.round_trips == 1
    assert spent.calls_by_action == {"ODM/Get_Division_List": 1}


def test_idle_sessions_are_asked(
    oracle: Control, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that was idle for long is asked for a sign of life; one that is gone is dropped."""
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0)
    oracle.reset()
    client.get("/division-list")
    assert oracle.stats().calls["ping"] == 1
    oracle.inject("close", operation="ping")
    assert rows_of(client.get("/division-list")) == company.division_list()
    assert_sound(oracle, client)


def test_looked_at_now_and_then(
    database: Path, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy session is pinged at times, where a database may part with it; not each time."""
    with (
        ServerProcess(from_embedded, database, profile=profile) as oracle,
        connected(oracle) as client,
    ):
        client.get("/division-list")
        oracle.reset()
        for _ in range(5):
            client.get("/division-list")
        assert oracle.stats().round_trips == 5
        assert oracle.stats().calls["ping"] == 0
        monkeypatch.setattr(pool, "HELD_SECONDS", 0)
        oracle.reset()
        for _ in range(5):
            assert rows_of(client.get("/division-list")) == company.division_list()
        assert oracle.stats().calls["ping"] == 5
