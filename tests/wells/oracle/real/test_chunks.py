"""The blocks that cut chunks, with texts that the client makes: PL/SQL that only Oracle runs."""

import time
from collections.abc import Callable

import oracledb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.wells.catalogue import DIVISION_LIST
from app.wells.oracle.transport import Document
from tests.wells.oracle.real import needs_oracle
from tests.wells.oracle.test_transport import UNITS

pytestmark = needs_oracle


class Given(Document):
    """A document whose CLOB the client has made: only the second block is run."""

    def __init__(self, connection: oracledb.Connection, text: str, chars: int, chunks: int) -> None:
        super().__init__(DIVISION_LIST, {}, chars, chunks)
        self._lob = connection.createlob(oracledb.DB_TYPE_CLOB, text)
        self.length = len(text.encode("utf-16-be")) // 2


@given(
    text=st.lists(st.sampled_from(UNITS), min_size=1, max_size=60).map("".join),
    chars=st.integers(2, 9),
    chunks=st.integers(1, 4),
)
@hypothesis_settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_any_text(connection: oracledb.Connection, text: str, chars: int, chunks: int) -> None:
    """What arrives is what the CLOB holds, wherever a pair lies."""
    document = Given(connection, text, chars, chunks)
    got = b""
    while not document.complete:
        got += document.next(connection)
    document.free(connection)
    assert got.decode() == text


@pytest.mark.parametrize("size", [3999, 4000, 4001, 1_280_000, 1_280_001, 5_000_000])
def test_sizes(
    connection: oracledb.Connection, size: int, record_property: Callable[[str, object], None]
) -> None:
    """Windows of the usual size."""
    text = "".join(f"{n:09d}\n" for n in range(size // 10 + 1))[:size]
    document = Given(connection, text, 4000, 320)
    got = b""
    began = time.perf_counter()
    while not document.complete:
        got += document.next(connection)
    record_property("figure", f"{(time.perf_counter() - began) * 1000:.0f} ms")
    document.free(connection)
    assert got.decode() == text
