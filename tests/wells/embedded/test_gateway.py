"""Answers of the embedded gateway: windows, snapshots and what they leave behind."""

import datetime
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.contract.faults import PoolExhausted
from app.contract.gateway import Call
from app.contract.procedure import Arguments
from app.settings import Settings
from app.wells.catalogue import DIVISION_LIST, WELL_SUMMARY_BY_DAY
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.gateway import SESSIONS, WINDOW, EmbeddedGateway
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow

pytestmark = pytest.mark.anyio

FIRST = datetime.date(1960, 1, 1)
LONG = 20_000
WELL: Arguments = {"well_id": 1, "division_id": 1, "from_date": None, "to_date": None}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def long_well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one well of 20,000 days."""
    path = tmp_path_factory.mktemp("long") / "odm.db"
    connection = connect_for_writing(path)
    produce(EmbeddedStore(connection, path), 1_000)
    connection.close()
    return path


def produce(store: EmbeddedStore, oil: int) -> None:
    with store.production(None) as load:
        load.add(
            [
                ProductionRow(
                    n, 1, (FIRST + datetime.timedelta(n)).isoformat(), "", oil + n, "W-1", 1, "D"
                )
                for n in range(LONG)
            ]
        )
        load.commit()


@pytest.fixture
async def gateway(long_well: Path) -> AsyncIterator[EmbeddedGateway]:
    gateway = EmbeddedGateway(Settings(odm_sqlite_path=long_well, odm_pool_wait_seconds=0.05))
    await gateway.open()
    yield gateway
    await gateway.close()


async def pieces(gateway: EmbeddedGateway, arguments: Arguments = WELL) -> list[bytes]:
    answer = await gateway.call(Call(WELL_SUMMARY_BY_DAY, arguments, "r"))
    read = []
    while not answer.complete:
        read.append(await answer.read())
    await answer.close()
    return read


async def test_windows(gateway: EmbeddedGateway) -> None:
    """A long answer comes in pieces of bounded size, and is whole."""
    read = await pieces(gateway)
    assert max(map(len, read)) < 2 * WINDOW
    days = json.loads(b"".join(read))
    assert [day["date_value"] for day in days] == [
        (FIRST + datetime.timedelta(n)).isoformat() for n in range(LONG)
    ]
    assert [day["oil_produced"] for day in days] == [(1_000 + n) / 1_000 for n in range(LONG)]


async def test_range_reads_only_its_years(gateway: EmbeddedGateway) -> None:
    """A range within a long history is one small piece."""
    first, last = datetime.date(1999, 12, 31), datetime.date(2000, 1, 1)
    (piece,) = await pieces(gateway, {**WELL, "from_date": first, "to_date": last})
    assert [day["date_value"] for day in json.loads(piece)] == ["1999-12-31", "2000-01-01"]


async def test_sessions_come_back(gateway: EmbeddedGateway) -> None:
    """A session is free again when its answer is complete, or closed before."""
    for _ in range(2 * SESSIONS):
        answer = await gateway.call(Call(WELL_SUMMARY_BY_DAY, WELL, "r"))
        await answer.read()
        await answer.close()
        await answer.close()
    held = [await gateway.call(Call(WELL_SUMMARY_BY_DAY, WELL, "r")) for _ in range(SESSIONS)]
    with pytest.raises(PoolExhausted):
        await gateway.call(Call(DIVISION_LIST, {}, "r"))
    for answer in held:
        while not answer.complete:
            await answer.read()
    await gateway.check()


async def test_one_state_of_the_data(long_well: Path) -> None:
    """An answer that is being read while a load commits is wholly of the state before it."""
    gateway = EmbeddedGateway(Settings(odm_sqlite_path=long_well))
    await gateway.open()
    answer = await gateway.call(Call(WELL_SUMMARY_BY_DAY, WELL, "r"))
    text = await answer.read()
    connection = connect_for_writing(long_well)
    store = EmbeddedStore(connection, long_well)
    produce(store, 500_000)
    while not answer.complete:
        text += await answer.read()
    assert json.loads(text)[-1]["oil_produced"] == (1_000 + LONG - 1) / 1_000
    after = json.loads(b"".join(await pieces(gateway)))
    assert after[0]["oil_produced"] == 500
    produce(store, 1_000)
    connection.close()
    await gateway.close()
