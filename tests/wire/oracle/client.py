"""The client's side of these tests: the real driver, and what they keep asking of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import oracledb
import pytest

from . import Control

# The driver leaves a socket that was reset to the garbage collector.
resets = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

ACCOUNT = {"user": "scott", "password": "tiger"}


def connect(oracle: Control, **options: Any) -> oracledb.Connection:
    return oracledb.connect(**{**ACCOUNT, "dsn": oracle.dsn, **options})


@contextmanager
def pooled(oracle: Control, size: int = 1, **options: Any) -> Iterator[oracledb.ConnectionPool]:
    waits = {"getmode": oracledb.POOL_GETMODE_TIMEDWAIT, "wait_timeout": 60_000}
    pool = oracledb.create_pool(
        **{"dsn": oracle.dsn, "min": size, "max": size, **waits, **ACCOUNT, **options}
    )
    try:
        yield pool
    finally:
        pool.close(force=True)


@contextmanager
def fails_with(full_code: str) -> Iterator[pytest.ExceptionInfo[oracledb.Error]]:
    """The block raises a driver error with this code, "ORA-00942" or "DPY-4011"."""
    with pytest.raises(oracledb.Error) as info:
        yield info
    error = info.value.args[0]
    assert error.full_code == full_code, error.message


def eventually(holds: Callable[[], bool], within_s: float = 30) -> None:
    """Wait for what another thread or process is about to do."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def get_clob(connection: oracledb.Connection, kind: str | None) -> oracledb.LOB:
    """Call docs.get of the example schema."""
    with connection.cursor() as cursor:
        out = cursor.var(oracledb.DB_TYPE_CLOB)
        cursor.callproc("docs.get", [kind, out])
        lob: oracledb.LOB = out.getvalue()
        return lob


def get_document(connection: oracledb.Connection, kind: str) -> str:
    text = get_clob(connection, kind).read()
    assert isinstance(text, str)
    return text
