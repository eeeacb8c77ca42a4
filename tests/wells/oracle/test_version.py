"""The version of the data, over the wire: of each answer, and when it is asked for."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from app.contract.faults import CallFailed, CallTimedOut, Fault, InvalidAnswer, PoolExhausted
from app.contract.gateway import Call, Version, read_version
from app.contract.procedure import Arguments
from app.wells.catalogue import DIVISION_LIST, WELL_SUMMARY_BY_DAY
from app.wells.oracle import gateway as module
from app.wells.oracle.gateway import OracleAnswer, OracleGateway
from tests.wells.oracle.conftest import for_answers, serving
from tests.wells.oracle.database import VERSION, Package, always
from tests.wells.oracle.settings import POOL, settings_for
from tests.wire.oracle import Control, OraError, ServerProcess
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.anyio

WELL: Arguments = {"well_id": 11, "division_id": 7, "from_date": None, "to_date": None}
LATER = VERSION.replace("06:00:00Z", "07:00:00Z")
CHARS = 40_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Changing(Package):
    """A package whose data may change while a procedure runs."""

    def __init__(self) -> None:
        super().__init__(self._document)
        self.version_from_the_next_call: str | None = None

    async def _document(self, _name: str, _arguments: object) -> str:
        self.version = self.version_from_the_next_call or self.version
        return "[" + " " * CHARS + "1]"


@pytest.fixture
def oracle() -> Iterator[Control]:
    with ServerProcess(Changing) as server:
        yield server
        assert server.failures() == []


@pytest.fixture
def package(oracle: Control) -> Changing:
    """The package in that database, which can be changed."""
    package: Changing = oracle.handler
    return package


@pytest.fixture
async def gateway(oracle: Control) -> AsyncIterator[OracleGateway]:
    """A gateway that has connected, and so parsed its statements, before a test counts trips."""
    gateway = await opened(oracle)
    await gateway.version()
    await answer_of(gateway)
    yield gateway
    await gateway.close()
    eventually(lambda: not oracle.sessions())


async def opened(oracle: Control, **changes: object) -> OracleGateway:
    gateway = OracleGateway(settings_for(oracle, oracle_pool_size=1, **changes))
    await gateway.open()
    return gateway


async def answer_of(gateway: OracleGateway) -> OracleAnswer:
    """An answer, read to its end."""
    answer = await gateway.call(Call(WELL_SUMMARY_BY_DAY, WELL, "dash-1"))
    while not answer.complete:
        await answer.read()
    await answer.close()
    return answer


async def fault_of(gateway: OracleGateway) -> Fault:
    """What asking for the version raises."""
    with pytest.raises(Fault) as caught:
        await gateway.version()
    return caught.value


async def test_one_round_trip(oracle: Control, gateway: OracleGateway) -> None:
    """To ask for the version costs a round trip and less than 500 bytes, and a DBA sees who."""
    oracle.reset()
    with oracle.measure() as spent:
        version = await gateway.version()
    assert version == read_version(VERSION.encode())
    assert spent.round_trips == 1
    assert spent.bytes_in + spent.bytes_out < 1_000
    (call,) = [call for call in oracle.trace() if "execute" in call.operation]
    assert (call.module, call.action, call.client_info) == (
        "ODM",
        "Get_Data_Version",
        "version",
    )


async def test_answers_carry_it(oracle: Control, package: Changing, gateway: OracleGateway) -> None:
    """The answer's version comes in its own round trip, before a piece of it is read."""
    with oracle.measure() as spent:
        answer = await gateway.call(Call(WELL_SUMMARY_BY_DAY, WELL, "dash-2"))
    assert spent.round_trips == 1
    assert answer.version is await gateway.version()
    await answer.close()
    package.version = LATER
    assert (await answer_of(gateway)).version == read_version(LATER.encode())


async def test_known_before_the_last_window(oracle: Control, package: Changing) -> None:
    """An answer of many windows keeps the version of its first, whatever comes after."""
    gateway = await opened(oracle, oracle_chunks_per_trip=2)
    answer = await gateway.call(Call(DIVISION_LIST, {}, "r"))
    version = answer.version
    assert version == read_version(VERSION.encode())
    await answer.read()
    package.version = LATER
    while not answer.complete:
        await answer.read()
    assert answer.version is version
    await answer.close()
    await gateway.close()


async def test_changed_during_the_call(package: Changing, gateway: OracleGateway) -> None:
    """Data that changes while the procedure runs gives an answer of no version."""
    package.version_from_the_next_call = LATER
    assert (await answer_of(gateway)).version is None
    assert (await answer_of(gateway)).version == read_version(LATER.encode())


@pytest.mark.parametrize("text", [None, "[]", "seven", '[{"subject":"wells"}]'])
async def test_cannot_tell(package: Changing, gateway: OracleGateway, text: str | None) -> None:
    """A company whose view has no rows, or others, has answers of no version."""
    package.version = text
    assert (await answer_of(gateway)).version is None
    fault = await fault_of(gateway)
    assert isinstance(fault, InvalidAnswer)
    assert "Get_Data_Version" in fault.cause


async def test_longest_text(package: Changing, gateway: OracleGateway) -> None:
    """A text of 4000 characters, all that the procedure may hand back, arrives whole."""
    row = json.loads(VERSION)[0]
    row["subject"] = "é" * (4000 - len(VERSION) + len("wells"))
    package.version = json.dumps([row], ensure_ascii=False, separators=(",", ":"))
    assert len(package.version) == 4000
    assert await gateway.version() == read_version(package.version.encode())
    assert (await answer_of(gateway)).version == await gateway.version()


async def test_connections_agree(oracle: Control, gateway: OracleGateway) -> None:
    """Two processes' gateways name one state of the data alike."""
    other = await opened(oracle)
    first, second = await gateway.version(), await other.version()
    assert isinstance(first, Version)
    assert (first, first.changed_at, first.changes) == (second, second.changed_at, second.changes)
    await other.close()


async def test_busy_pool(oracle: Control, package: Changing, gateway: OracleGateway) -> None:
    """The version is told when every session is lent; asking for it takes none of them."""
    one = await gateway.call(Call(DIVISION_LIST, {}, "r"))
    while not one.complete:
        await one.read()
    package.held = ""
    asked = len(package.asked)
    busy = asyncio.ensure_future(answer_of(gateway))
    await asyncio.to_thread(eventually, lambda: len(package.asked) > asked)
    with oracle.measure() as spent:
        assert await gateway.version() == read_version(VERSION.encode())
        assert not busy.done()
    assert spent.round_trips >= 1
    package.held = None
    await busy


async def test_database_does_not_answer(
    oracle: Control, gateway: OracleGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look ends within its own limit, one after it waits no longer, and then all is well."""
    monkeypatch.setattr(module, "VERSION_SECONDS", 0.2)
    oracle.inject("stall", operation="*execute*")
    fault = await fault_of(gateway)
    assert isinstance(fault, CallTimedOut)
    oracle.reset()

    async def told() -> bool:
        try:
            await gateway.version()
        except (CallTimedOut, PoolExhausted):
            return False
        return True

    assert any([await told() for _ in range(5)])  # each waits for the one before
    assert (await answer_of(gateway)).version == await gateway.version()


async def test_lost_session(oracle: Control, gateway: OracleGateway) -> None:
    """A session that was lost while idle is replaced within the same look."""
    oracle.inject("close", operation="*execute*")
    assert await gateway.version() == read_version(VERSION.encode())


async def test_package_renewed(oracle: Control, gateway: OracleGateway) -> None:
    """ORA-04068 is met with a second attempt, as for any call."""
    oracle.inject("error", operation="*execute*", code=4068, message="ORA-04068: state discarded")
    assert await gateway.version() == read_version(VERSION.encode())


async def test_older_package(package: Changing, gateway: OracleGateway) -> None:
    """A package that cannot tell the version fails every call with what its owner has to do."""
    package.tells_version = False
    for fault in (
        await fault_of(gateway),
        await refused(gateway),
    ):
        assert isinstance(fault, CallFailed)
        assert fault.detail == "The database's package is older than the service."
        assert "`python -m app install upgrade`" in fault.cause
        assert "PLS-00302" in fault.cause
    package.tells_version = True
    assert (await answer_of(gateway)).version == await gateway.version()


async def refused(gateway: OracleGateway) -> Fault:
    with pytest.raises(Fault) as caught:
        await answer_of(gateway)
    return caught.value


def test_older_package_over_http(caplog: pytest.LogCaptureFixture) -> None:
    """The log says what to do; readiness and an answer's problem no more than that it is so."""
    with ServerProcess(always, "[1]") as oracle, serving(oracle) as client:
        oracle.handler.tells_version = False
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "older than the service" in ready.json()["detail"]
        assert "app install" not in ready.text
        assert "python -m app install upgrade" in caplog.text
        response = client.get("/division-list")
        assert response.status_code == 500
        assert response.json()["detail"] == "The database's package is older than the service."
        eventually(lambda: len(for_answers(oracle)) <= POOL)


async def missing(name: str, _arguments: object) -> str:
    raise OraError(6550, f"ORA-06550: line 1\nPLS-00302: component '{name}' must be declared")


async def test_other_missing_procedure() -> None:
    """Another procedure that is not there is not taken for an older package."""
    with ServerProcess(Package, missing) as oracle:
        gateway = await opened(oracle)
        fault = await refused(gateway)
        assert fault.detail == "The database does not offer this procedure to the service."
        await gateway.close()
