"""Reading sessions: lent to one answer at a time, never more than there may be."""

import asyncio
from pathlib import Path

import pytest

from app.contract.faults import DatabaseUnavailable, PoolExhausted
from app.wells.embedded.sessions import Sessions

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_reused(database: Path) -> None:
    """A session that was given back is lent again."""
    sessions = Sessions(database, 1, 1)
    first = await sessions.acquire()
    sessions.release(first)
    assert await sessions.acquire() is first
    sessions.release(first)
    sessions.close()


async def test_exhausted(database: Path) -> None:
    """When all stay busy for the wait, the fault says so, and when to come again."""
    sessions = Sessions(database, 2, 0.05)
    lent = [await sessions.acquire(), await sessions.acquire()]
    with pytest.raises(PoolExhausted) as caught:
        await sessions.acquire()
    assert caught.value.status == 503
    assert caught.value.retry_after
    for session in lent:
        sessions.release(session)
    sessions.close()


async def test_waits_for_a_free_one(database: Path) -> None:
    """A request gets the session that becomes free while it waits."""
    sessions = Sessions(database, 1, 5)
    first = await sessions.acquire()
    waiting = asyncio.ensure_future(sessions.acquire())
    await asyncio.sleep(0.01)
    sessions.release(first)
    assert await waiting is first
    sessions.release(first)
    sessions.close()


async def test_failure_gives_the_place_back(tmp_path: Path) -> None:
    """A database that can't be opened does not use up the places."""
    sessions = Sessions(tmp_path / "none.db", 1, 0.05)
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            await sessions.acquire()
    sessions.close()


async def test_cannot_write(database: Path) -> None:
    """A session reads and nothing else."""
    sessions = Sessions(database, 1, 1)
    session = await sessions.acquire()
    with pytest.raises(Exception, match="readonly"):
        session.connection.execute("DELETE FROM odm_well")
    sessions.release(session, broken=True)
    sessions.close()
