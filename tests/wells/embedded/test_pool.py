"""Reading pool: lent to one answer at a time, never more than there may be."""

import asyncio
from pathlib import Path

import pytest

from app.contract.faults import DatabaseUnavailable, PoolExhausted
from app.wells.embedded.pool import SessionPool

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_reused(database: Path) -> None:
    """A session that was given back is lent again."""
    pool = SessionPool(database, 1, 1)
    first = await pool.take()
    pool.give_back(first)
    assert await pool.take() is first
    pool.give_back(first)
    pool.close()


async def test_exhausted(database: Path) -> None:
    """When all stay busy for the wait, the fault says so, and when to come again."""
    pool = SessionPool(database, 2, 0.05)
    lent = [await pool.take(), await pool.take()]
    with pytest.raises(PoolExhausted) as caught:
        await pool.take()
    assert caught.value.status == 503
    assert caught.value.retry_after
    for session in lent:
        pool.give_back(session)
    pool.close()


async def test_waits_for_a_free_one(database: Path) -> None:
    """A request gets the session that becomes free while it waits."""
    pool = SessionPool(database, 1, 5)
    first = await pool.take()
    waiting = asyncio.ensure_future(pool.take())
    await asyncio.sleep(0.01)
    pool.give_back(first)
    assert await waiting is first
    pool.give_back(first)
    pool.close()


async def test_failure_gives_the_place_back(tmp_path: Path) -> None:
    """A database that can't be opened does not use up the places."""
    pool = SessionPool(tmp_path / "none.db", 1, 0.05)
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            await pool.take()
    pool.close()


async def test_cannot_write(database: Path) -> None:
    """A session reads and nothing else."""
    pool = SessionPool(database, 1, 1)
    session = await pool.take()
    with pytest.raises(Exception, match="readonly"):
        session.connection.execute("DELETE FROM odm_well")
    pool.drop(session)
    pool.close()
