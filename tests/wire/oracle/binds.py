"""Bind variables as the client sends them: their declarations, then rows of values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from .calls import Bind
from .codes import Message, OraType
from .encoding import Parsing, Reader, whole
from .lobs import locator_id
from .values import Value, decode

ARRAY = 0x40
NATIONAL_CHARACTER_SET = 2


class LobReference(NamedTuple):
    """The value of a CLOB bind, before the session has looked it up."""

    id: int


def read_declaration(r: Reader, position: int) -> Bind:
    """One bind's or define's metadata. Raises ValueError for NCHAR types."""
    bind = Bind(position, "")
    bind.ora_type = r.u8()
    bind.is_array = bool(r.u8() & ARRAY)
    r.skip(2)  # precision, scale
    bind.size = r.ub()
    bind.max_elements = r.ub()
    r.ub()  # flags
    r.dalc()  # type OID
    r.ub()  # its version
    r.ub()  # character set
    if r.u8() == NATIONAL_CHARACTER_SET:
        raise ValueError("national character set binds are not supported")
    r.ub()  # LOB prefetch length
    r.ub()
    return bind


def read_rows(
    r: Reader, binds: Sequence[Bind], count: int, long_size: int
) -> Parsing[list[list[Value]]]:
    """`count` rows of values, in the order of `binds`.

    Binds longer than `long_size` come last in each row.
    """
    at = range(len(binds))
    order = sorted(at, key=lambda i: binds[i].size > long_size)
    arrays = any(bind.is_array for bind in binds)

    def row() -> list[Value]:
        _expect_row(r)
        values: list[Value] = [None] * len(binds)
        for i in order:
            values[i] = _read_value(r, binds[i])
        return values

    rows = []
    for _ in range(count):
        if arrays:
            rows.append((yield from _row_with_arrays(r, binds)))
        else:
            rows.append((yield from whole(r, row)))
    return rows


def _row_with_arrays(r: Reader, binds: Sequence[Bind]) -> Parsing[list[Value]]:
    """A row that may be long: each element is parsed on its own."""
    yield from whole(r, lambda: _expect_row(r))
    values: list[Value] = []
    for bind in binds:
        element = partial(_read_value, r, bind)
        if bind.is_array:
            elements: list[Value] = []
            values.append(elements)
            for _ in range((yield from whole(r, r.ub))):
                elements += ((yield from whole(r, element)),)
        else:
            values.append((yield from whole(r, element)))
    return values


def _expect_row(r: Reader) -> None:
    if r.u8() != Message.ROW_DATA:
        raise ValueError(f"bind data expected at offset {r.position - 1}")


def _read_value(r: Reader, bind: Bind) -> Value:
    if bind.ora_type == OraType.CLOB:
        return LobReference(locator_id(r.clr() or b"")) if r.ub() else None
    data = r.clr()
    return None if data is None else decode(bind.ora_type, data)
