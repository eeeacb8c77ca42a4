from __future__ import annotations

import oracledb

from . import Control
from .client import connect, get_clob, pooled, resets

pytestmark = resets

INSERT = "insert into wells (id, name) values (:1, :2)"


def names(connection: oracledb.Connection) -> list[str]:
    with connection.cursor() as cursor:
        return [name for _, name in cursor.execute("select id, name from wells")]


def in_progress(connection: oracledb.Connection) -> bool:
    return connection.transaction_in_progress


def test_dml_opens_a_transaction(oracle: Control, connection: oracledb.Connection) -> None:
    """Until it is committed or rolled back, which the handler is told."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [1, "a"])
        assert in_progress(connection)
        assert oracle.sessions()[0].in_transaction
        connection.commit()
        assert not in_progress(connection)
        cursor.execute(INSERT, [2, "b"])
        connection.rollback()
        assert names(connection) == ["a"]
    assert (oracle.stats().commits, oracle.stats().rollbacks) == (1, 1)


def test_autocommit(oracle: Control, connection: oracledb.Connection) -> None:
    """Also when the statement is executed again."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        for n in range(3):
            cursor.execute(INSERT, [n, "a"])
            assert not connection.transaction_in_progress
    connection.rollback()
    assert len(names(connection)) == 3
    assert oracle.stats().commits == 3


def test_ddl_commits_and_alter_session_does_not(connection: oracledb.Connection) -> None:
    """Both are the driver's DDL, parsed again each time."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [1, "a"])
        cursor.execute("alter session set nls_date_format = 'YYYY-MM-DD'")
        assert connection.transaction_in_progress
        for _ in range(2):
            cursor.execute("truncate table wells")
        assert not connection.transaction_in_progress


def test_a_session_that_ends_rolls_back(oracle: Control) -> None:
    """However it ends."""
    with connect(oracle) as connection, connection.cursor() as cursor:
        cursor.execute(INSERT, [1, "a"])
        oracle.drop_all()
    with connect(oracle) as connection:
        assert names(connection) == []


def test_release_to_the_pool_rolls_back_where_due(oracle: Control) -> None:
    """A clean connection costs no round trip; 21c and later are told of the release."""
    with pooled(oracle) as pool:
        with pool.acquire() as connection:
            get_clob(connection, "100").read()
        with oracle.measure() as idle, pool.acquire():
            pass
        assert idle.round_trips == 0
        with oracle.measure() as used, pool.acquire() as connection:
            connection.cursor().execute("select 1 from dual").fetchall()
        told = oracle.profile.request_boundaries
        assert used.round_trips == 1 + told
        assert used.piggybacks["session_state"] == 2 * told
        with oracle.measure() as dirty, pool.acquire() as connection:
            connection.cursor().callproc("transactions.write_it")
        assert (dirty.rollbacks, dirty.round_trips) == (1, 2)


def test_a_block_may_end_its_transaction(connection: oracledb.Connection) -> None:
    """As the handler says."""
    with connection.cursor() as cursor:
        cursor.callproc("transactions.write_it")
    assert connection.transaction_in_progress
