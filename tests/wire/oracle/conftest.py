from __future__ import annotations

import gc
from collections.abc import Iterator

import oracledb
import pytest

from . import PROFILES, Control, ServerProcess
from .client import connect
from .example import make


@pytest.fixture(autouse=True, scope="module")
def _no_rubbish_for_others() -> Iterator[None]:
    """What a reset connection leaves is collected here, where its warning is ignored."""
    yield
    gc.collect()


@pytest.fixture(params=sorted(PROFILES))
def oracle(request: pytest.FixtureRequest) -> Iterator[Control]:
    """A server of the example schema, once for each profile. It must not have had bugs."""
    with ServerProcess(make, profile=request.param) as server:
        yield server
        assert server.failures() == []


@pytest.fixture
def connection(oracle: Control) -> Iterator[oracledb.Connection]:
    with connect(oracle) as connection:
        yield connection
