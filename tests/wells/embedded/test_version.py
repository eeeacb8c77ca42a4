"""The version of the data: new with every change, the same without one, and that of the rows."""

import asyncio
import datetime
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.contract.faults import DatabaseUnavailable, UnknownSubject
from app.contract.gateway import Call, Version
from app.contract.procedure import Procedure
from app.settings import Settings
from app.wells.backends import make_gateway
from app.wells.catalogue import DIVISION_LIST, WELL_LIST, WELL_SUMMARY
from app.wells.embedded.gateway import SESSIONS, EmbeddedGateway
from app.wells.embedded.sql import transaction
from app.wells.embedded.version import note_changes
from tests.wells.embedded.test_store import Company

pytestmark = pytest.mark.anyio

DAY = "2024-01-01"
WELL = {"well_id": 1, "division_id": 1}
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "odm.db")


@pytest.fixture
async def gateway(company: Company, tmp_path: Path) -> AsyncIterator[EmbeddedGateway]:
    """A gateway to the company's data, which is none yet."""
    gateway = EmbeddedGateway(Settings(odm_sqlite_path=tmp_path / "odm.db"))
    await gateway.open()
    yield gateway
    await gateway.close()
    company.connection.close()


async def answered(gateway: EmbeddedGateway, procedure: Procedure) -> tuple[Version, bytes]:
    """The version of an answer, as known before its first piece, and its text."""
    arguments = {p.name: WELL[p.name] for p in procedure.parameters}
    answer = await gateway.call(Call(procedure, arguments, "r"))
    version, text = answer.version, b""
    while not answer.complete:
        text += await answer.read()
    return version, text


async def changed(gateway: EmbeddedGateway, before: Version) -> set[str]:
    """The subjects that have changed since, once each."""
    version = await gateway.version()
    assert version.token != before.token
    assert version.changed_at >= before.changed_at + SECOND
    counts = {name: n - before.changes[name] for name, n in version.changes.items()}
    assert set(counts.values()) <= {0, 1}
    return {name for name, n in counts.items() if n}


async def test_every_kind_of_load(gateway: EmbeddedGateway, company: Company) -> None:
    """A load counts for the subjects it changed; each version is a second later at least."""
    version = await gateway.version()
    assert version.changed_at == NEVER
    assert version.changes == dict.fromkeys(
        ["budgets", "divisions", "prices", "production", "summaries", "wells"], 0
    )
    company.produce((1, DAY, 1))
    assert await changed(gateway, version) == {"divisions", "wells", "production", "summaries"}
    version = await gateway.version()
    company.produce((1, DAY, 2))
    assert await changed(gateway, version) == {"production", "summaries"}
    version = await gateway.version()
    company.produce((1, DAY, 2), benchmark="wti")
    assert await changed(gateway, version) == {"divisions", "summaries"}
    version = await gateway.version()
    company.quote((DAY, 70_000))
    assert await changed(gateway, version) == {"prices", "summaries"}
    version = await gateway.version()
    company.budget((1, DAY, 5, None))
    assert await changed(gateway, version) == {"budgets", "summaries"}


async def test_load_without_changes(gateway: EmbeddedGateway, company: Company) -> None:
    """What is loaded again leaves the version as it is."""

    def load() -> None:
        company.produce((1, DAY, 1))
        company.quote((DAY, 70_000))
        company.budget((1, DAY, 5, None))

    load()
    version = await gateway.version()
    load()
    assert (await gateway.version()).token == version.token
    with company.store.production("brent") as load_nothing:
        load_nothing.commit()
    assert await gateway.version() is version


async def test_load_by_another_process(
    gateway: EmbeddedGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change by somebody else's process is seen by an open gateway."""
    version = await gateway.version()
    prices = tmp_path / "prices.csv"
    prices.write_text(f"Date,Price\n{DAY},70.5\n", encoding="utf-8")
    monkeypatch.setenv("ODM_SQLITE_PATH", str(tmp_path / "odm.db"))
    command = ["-m", "app", "load", "prices", "--benchmark", "brent", str(prices)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=Path(__file__).parents[3], stdout=subprocess.DEVNULL
    )
    assert await process.wait() == 0
    assert await changed(gateway, version) == {"prices", "summaries"}


async def test_rolled_back_load(gateway: EmbeddedGateway, company: Company) -> None:
    """A load that fails at its end leaves the version as it was."""
    company.produce((1, DAY, 1))
    version = await gateway.version()

    def interrupted() -> None:
        with transaction(company.connection):
            company.quote((DAY, 70_000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert await gateway.version() is version


async def test_two_gateways_agree(
    gateway: EmbeddedGateway, company: Company, tmp_path: Path
) -> None:
    """Two processes' connections name one state of the data alike, and answers carry that name."""
    company.produce((1, DAY, 1))
    other = EmbeddedGateway(Settings(odm_sqlite_path=tmp_path / "odm.db"))
    await other.open()
    version = await gateway.version()
    assert await other.version() == version
    assert (await answered(other, DIVISION_LIST))[0] == version
    assert (await answered(gateway, WELL_SUMMARY))[0] is version
    await other.close()


async def test_version_is_that_of_the_rows(gateway: EmbeddedGateway, company: Company) -> None:
    """A load that commits when the version has been read, and the rows have not, is in neither."""
    company.produce((1, DAY, 1_000))
    versions = [(await gateway.version()).token]
    session = await gateway._pool.take()
    statements: list[str] = []

    def load_before_rows(statement: str) -> None:
        """What SQLite calls when a statement begins."""
        statements.append(statement)
        if "get_well_summary_data_mv" in statement:
            company.produce((1, DAY, 2_000))

    session.connection.set_trace_callback(load_before_rows)
    gateway._pool.give_back(session)
    version, text = await answered(gateway, WELL_SUMMARY)
    assert ["data_version" in statement for statement in statements] == [True, False]
    session.connection.set_trace_callback(None)
    versions.append((await gateway.version()).token)
    assert versions[0] != versions[1]
    assert (version.token, json.loads(text)[0]["total_oil_produced"]) == (versions[0], 1)
    version, text = await answered(gateway, WELL_SUMMARY)
    assert (version.token, json.loads(text)[0]["total_oil_produced"]) == (versions[1], 2)


async def test_no_old_state_is_kept(gateway: EmbeddedGateway, company: Company) -> None:
    """Sessions see each change at once, after answers without rows and given up ones as well."""
    for number in range(1, 4):
        with pytest.raises(UnknownSubject):
            await gateway.call(Call(WELL_LIST, {"division_id": 999}, "r"))
        answer = await gateway.call(Call(DIVISION_LIST, {}, "r"))
        await answer.close()
        company.produce((1, DAY, number))
        assert (await answered(gateway, WELL_LIST))[0] == await gateway.version()


async def test_busy_sessions(gateway: EmbeddedGateway) -> None:
    """The version is told when every session is lent, and asking for it takes none of them."""
    held = [await gateway.call(Call(DIVISION_LIST, {}, "r")) for _ in range(SESSIONS - 1)]
    told = await asyncio.gather(*(gateway.version() for _ in range(3)))
    held.append(await gateway.call(Call(DIVISION_LIST, {}, "r")))
    assert await gateway.version() is told[0]
    for answer in held:
        await answer.close()


async def test_copies_differ(gateway: EmbeddedGateway, company: Company, tmp_path: Path) -> None:
    """Copies of a file that were changed at the same time, but differently, tell it."""
    company.produce((1, DAY, 1))
    company.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "odm.db", tmp_path / "copy.db")
    copy = Company(tmp_path / "copy.db")
    texts: list[object] = []
    for one in (company, copy):
        with transaction(one.connection):
            one.quote((DAY, 70_000 + len(texts)))
            one.connection.execute("UPDATE data_version SET changed_at = '2030-01-01T00:00:00Z'")
            note_changes(one.connection, ["prices"], part_of_more=True)
        texts.append(one.ask("SELECT changed_at, change_count FROM data_version"))
    assert texts[0] == texts[1]
    assert one.ask("SELECT * FROM data_version_mv") != company.ask("SELECT * FROM data_version_mv")
    copy.connection.close()


async def test_clock_put_back(gateway: EmbeddedGateway, company: Company) -> None:
    """After a time that is yet to come a change is a second later, and a rare one is now."""
    company.produce((1, DAY, 1))
    ahead = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + 3600 * SECOND
    company.connection.execute(
        "UPDATE data_version SET changed_at = ? WHERE subject = 'wells'",
        [ahead.strftime("%Y-%m-%dT%H:%M:%SZ")],
    )
    company.quote((DAY, 70_000))
    assert (await gateway.version()).changed_at == ahead + SECOND
    company.quote((DAY, 70_001))
    assert (await gateway.version()).changed_at == ahead + 2 * SECOND


async def test_parts_of_one_transaction(gateway: EmbeddedGateway, company: Company) -> None:
    """Loads that are committed together share a time, and do not add up to one yet to come."""
    with transaction(company.connection):
        for number in range(20):
            company.quote((DAY, 70_000 + number))
    version = await gateway.version()
    assert version.changes["prices"] == 20
    assert version.changed_at <= datetime.datetime.now(datetime.timezone.utc)


@pytest.mark.slow
async def test_first_fill(tmp_path: Path) -> None:
    """Filling with demo data is a change, at a time that is not yet to come."""
    gateway = make_gateway(Settings(odm_sqlite_path=tmp_path / "demo.db"))
    await gateway.open()
    version = await gateway.version()
    now = datetime.datetime.now(datetime.timezone.utc)
    assert now - 120 * SECOND < version.changed_at <= now
    assert all(version.changes.values())
    await gateway.close()


async def test_no_file(gateway: EmbeddedGateway, tmp_path: Path) -> None:
    """A file that is gone is a fault as for any call, and the next look works again."""
    version = await gateway.version()
    (tmp_path / "odm.db").rename(tmp_path / "away.db")
    with pytest.raises(DatabaseUnavailable):
        await gateway.version()
    (tmp_path / "away.db").rename(tmp_path / "odm.db")
    assert await gateway.version() is version


async def test_readers_write_nothing(gateway: EmbeddedGateway, tmp_path: Path) -> None:
    """To look at the version changes nothing in the file."""
    watcher = sqlite3.connect(tmp_path / "odm.db")
    before = watcher.execute("PRAGMA data_version").fetchone()
    await gateway.version()
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    watcher.close()
