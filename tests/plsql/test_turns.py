"""Writers take turns: who waits for whom, for how long, and what is whose transaction."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.plsql.engines import Engine, StatementRefused
from tests.plsql.scripts import SCRIPTS, statements
from tests.plsql.test_version import KNOWN, note, version

LOCKS = sorted(SCRIPTS.glob("loader/*/lock.sql"))

# Statements of a transaction, which the test account of an Oracle commits one by one.
transactions = pytest.mark.parametrize("database", ["postgres"], indirect=True, scope="session")


@pytest.fixture
def other(engine: Engine) -> Iterator[Engine]:
    """A further session, beside one that has written nothing yet."""
    KNOWN.store(engine)
    other = engine.another()
    other.query("SET statement_timeout = '20s'")
    yield other
    engine.query("ROLLBACK")
    other.close_session()


@transactions
def test_noting_waits_a_minute_at_most(engine: Engine, other: Engine) -> None:
    """Whoever writes beside an open change waits, is refused after a minute, and can try again."""
    engine.query("START TRANSACTION")
    note(engine, "wells")
    before = version(other)
    with pytest.raises((StatementRefused, psycopg.errors.QueryCanceled)) as refused:
        note(other, "prices")
    assert "lock timeout" in str(refused.value)
    assert version(other) == before
    engine.query("COMMIT")
    note(other, "prices")
    after = version(other)
    assert {subject for subject, n in after.changes.items() if before.changes[subject] != n} == {
        "prices",
        "wells",
    }


@transactions
def test_triggers_wait_as_well(engine: Engine, other: Engine) -> None:
    """A plain statement that waits too long is refused as a whole: its row is not there."""
    engine.query("START TRANSACTION")
    note(engine, "wells")
    with pytest.raises((StatementRefused, psycopg.errors.QueryCanceled)) as refused:
        other.query("UPDATE odm_daily_price SET price_usd = 7")
    assert "lock timeout" in str(refused.value)
    engine.query("ROLLBACK")
    assert other.query("SELECT price_usd FROM odm_daily_price") == [(1,)]


@transactions
def test_readers_do_not_wait(engine: Engine, other: Engine) -> None:
    """While a change is open, others read the version and the rows of before."""
    before = version(other)
    engine.query("START TRANSACTION")
    engine.query("UPDATE odm_daily_price SET price_usd = 7")
    assert version(other) == before
    assert other.query("SELECT price_usd FROM odm_daily_price") == [(1,)]


@transactions
@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.parent.name)
def test_loads_take_turns(engine: Engine, other: Engine, path: Path) -> None:
    """One load of a kind at a time, for a minute at most; readers are not held up."""
    (lock,) = statements(path.read_text(encoding="utf-8"))
    waiting = " WAIT 60"
    assert lock.endswith(waiting)
    table = lock.split()[2]
    for session in (engine, other):
        session.query("START TRANSACTION")
    engine.query(lock.removesuffix(waiting))
    assert other.query(f"SELECT COUNT(*) FROM {table}") == [(1,)]
    with pytest.raises(StatementRefused, match="could not obtain lock"):
        other.query(f"{lock.removesuffix(waiting)} NOWAIT")
    other.query("ROLLBACK")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
def test_refresh_ends_its_transaction(engine: Engine) -> None:
    """After it nothing is left to commit, and no row is locked, by whomever it was called."""
    KNOWN.store(engine)
    noted = "SELECT change_count FROM odm_data_version WHERE subject = 'summaries'"
    ((before,),) = engine.query(noted)
    other = engine.another()
    other.query("SET innodb_lock_wait_timeout = 20")
    engine.query("SET autocommit = 0")
    engine.refresh()
    assert other.query(noted) == [(before + 1,)]
    other.query("SELECT subject FROM odm_data_version FOR UPDATE NOWAIT")
    engine.query("ROLLBACK")
    engine.query("SET autocommit = 1")
    assert engine.query(noted) == [(before + 1,)]
    other.close_session()
