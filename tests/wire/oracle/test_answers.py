from __future__ import annotations

import pytest

from . import OracleWireServer
from .answers import RowError, end_of_call
from .connection import Connection
from .encoding import Reader, Writer
from .errors import OraError
from .example import make
from .session import Session


def batch_error_codes(count: int) -> tuple[int, list[int]]:
    """The first byte and the elements of the array of codes, as any client reads them."""
    server = OracleWireServer(make())
    session = Session(server, Connection(server.stats))
    w = Writer()
    errors = [RowError(row, OraError(1400, "no")) for row in range(count)]
    end_of_call(session, w, row_errors=errors)
    reader = Reader(w.buffer)
    reader.skip(1)  # message type
    for _ in range(7):
        reader.ub()
    reader.ub()  # offset
    reader.skip(6)
    reader.ub(), reader.ub(), reader.u8(), reader.ub(), reader.ub()
    reader.ub(), reader.u8(), reader.u8(), reader.ub(), reader.ub()
    reader.ub()
    assert reader.ub() == count
    first = reader.u8()
    codes = []
    for _ in range(count):
        if first == 0xFE:
            assert reader.ub() == 3
        codes.append(reader.ub())
    if first == 0xFE:
        assert reader.u8() == 0
    assert reader.ub() == count  # of the array of offsets
    return first, codes


@pytest.mark.parametrize(("count", "first"), [(1, 3), (84, 252), (85, 0xFE), (500, 0xFE)])
def test_long_arrays_of_batch_errors_come_in_pieces(count: int, first: int) -> None:
    """Up to 252 bytes the first byte is their size; beyond, each element has its own."""
    assert batch_error_codes(count) == (first, [1400] * count)
