"""A session, and the service, on the real database."""

from collections.abc import Iterator

import httpx
import oracledb
import pytest

from tests.conftest import real_oracle
from tests.plsql.engines.oracle import connect


@pytest.fixture(scope="module")
def connection() -> Iterator[oracledb.Connection]:
    """A session of the test account's, which commits what it does."""
    with connect() as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client of the service, with the schema installed and the company loaded."""
    with real_oracle() as client:
        yield client
