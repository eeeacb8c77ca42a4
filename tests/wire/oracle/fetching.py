"""Queries: describing their columns and sending their rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .answers import NO_DATA_FOUND, end_of_call, return_parameters
from .calls import Column, Result, Rows
from .codes import AL32UTF8, TEXT_TYPES, FieldVersion, Message, Option, OraType
from .cursors import Cursor
from .encoding import Writer
from .errors import OraError
from .lobs import Clob, Lob, write_locator
from .requests import Execute, Fetch
from .values import Value, encode

if TYPE_CHECKING:
    from .session import Session

_SIZES = {OraType.NUMBER: 22, OraType.DATE: 7, OraType.TIMESTAMP: 11, OraType.CLOB: 4000}


def start(session: Session, cursor: Cursor, result: Result) -> None:
    """Take the rows of an execution. Raises TypeError if the handler gave none."""
    if not isinstance(result, Rows):
        raise TypeError(f"the handler returned {result!r} for a query")
    session.cursors.forget_lobs(cursor)
    cursor.columns, cursor.rows, cursor.fetched = result.columns, iter(result.rows), 0


def answer_execute(session: Session, cursor: Cursor, request: Execute, w: Writer) -> None:
    """Describe the columns and send the first rows, where the client asked for them."""
    columns = _columns(cursor)
    if request.options & (Option.PARSE | Option.DESCRIBE):
        _describe(session, columns, w)
    done = False
    if request.options & Option.FETCH:
        if cursor.needs_define:
            done = _is_empty(cursor)
        else:
            done = _rows(session, cursor, columns, request.prefetch, w)
    return_parameters(w)
    _end(session, cursor, w, done=done)


def fetch(session: Session, request: Fetch, w: Writer) -> None:
    """Send the next rows. Raises OraError 1002 when there is no result set."""
    cursor = session.cursors.get(request.cursor_id)
    columns = _columns(cursor)
    done = _rows(session, cursor, columns, request.rows, w)
    _end(session, cursor, w, done=done)


def _columns(cursor: Cursor) -> Sequence[Column]:
    if cursor.columns is None:
        raise OraError(1002, "fetch out of sequence")
    return cursor.columns


def _end(session: Session, cursor: Cursor, w: Writer, *, done: bool) -> None:
    no_more = OraError(NO_DATA_FOUND, "no data found") if done else None
    end_of_call(session, w, no_more, cursor_id=cursor.id, rowcount=cursor.fetched)


def _is_empty(cursor: Cursor) -> bool:
    first = next(cursor.rows, None)
    if first is not None:
        cursor.rows = itertools.chain((first,), cursor.rows)
    return first is None


def _describe(session: Session, columns: Sequence[Column], w: Writer) -> None:
    w.u8(Message.DESCRIBE).clr(bytes(23))
    w.ub(sum(column.size for column in columns)).ub(len(columns))
    if columns:
        w.u8(1)
    for position, column in enumerate(columns, 1):
        _describe_column(session.field_version, column, position, w)
    w.dalc(bytes(7)).ub(0).ub(8192).ub(0).ub(0).ub(0)


def _describe_column(field_version: int, column: Column, position: int, w: Writer) -> None:
    ora_type = column.ora_type
    is_text = ora_type in TEXT_TYPES or ora_type == OraType.CLOB
    is_number = ora_type == OraType.NUMBER
    w.u8(ora_type).u8(0x80 if is_text else 0)
    w.u8(column.precision if is_number else 0).u8(column.scale if is_number else 0)
    w.ub(_SIZES.get(ora_type, column.size))
    w.ub(0).ub(0).ub(0).ub(0)  # elements, flags, OID, version
    w.ub(AL32UTF8 if is_text else 0).u8(1 if is_text else 0)
    w.ub(column.size if ora_type in TEXT_TYPES else 0).ub(0)
    w.u8(column.nullable).u8(len(column.name)).text(column.name).ub(0).ub(0)
    w.ub(position).ub(0)
    if field_version >= FieldVersion.V23_1:
        w.ub(0).ub(0)  # domain schema and name
    if field_version >= FieldVersion.V23_1_EXT3:
        w.ub(0)  # annotations
    if field_version >= FieldVersion.V23_4:
        w.ub(0).u8(0).u8(0)  # vector


def _rows(
    session: Session, cursor: Cursor, columns: Sequence[Column], count: int, w: Writer
) -> bool:
    """Up to `count` rows. True when there were fewer: ORA-01403 then follows them."""
    rows = list(itertools.islice(cursor.rows, count))
    if rows:
        w.u8(Message.ROW_HEADER).u8(2).ub(len(columns)).ub(cursor.fetched).ub(len(rows))
        w.ub(0).ub(0).ub(0)
    previous: Sequence[Value] | None = None
    for row in rows:
        changed = _changed(columns, previous, row)
        if len(changed) < len(columns):  # only what changed is sent
            bits = bytearray((len(columns) + 7) // 8)
            for at in changed:
                bits[at // 8] |= 1 << (at % 8)
            w.u8(Message.BIT_VECTOR).ub(len(changed)).raw(bits)
        w.u8(Message.ROW_DATA)
        for at in changed:
            define = cursor.defines[at].ora_type if cursor.defines else columns[at].ora_type
            if define == OraType.CLOB:
                write_locator(w, _lob(session, cursor, columns[at], row[at]))
            else:
                _scalar(w, define, row[at])
        previous = row
    cursor.fetched += len(rows)
    session.stats.rows += len(rows)
    return len(rows) < count


def _changed(
    columns: Sequence[Column], previous: Sequence[Value] | None, row: Sequence[Value]
) -> list[int]:
    return [
        at
        for at, column in enumerate(columns)
        if previous is None or column.ora_type == OraType.CLOB or previous[at] != row[at]
    ]


def _lob(session: Session, cursor: Cursor, column: Column, value: Value) -> Lob | None:
    if value is None:
        return None
    content = value if isinstance(value, Clob) else Clob(value)
    lob = session.lobs.create(content, temporary=column.temporary)
    if not column.temporary:
        cursor.stored_lobs.append(lob.id)
    return lob


def _scalar(w: Writer, ora_type: int, value: Value) -> None:
    w.clr(encode(ora_type, value))
    if ora_type == OraType.LONG and value is None:  # indicator and return code
        w.sb(-1).ub(1405)
    elif ora_type == OraType.LONG:
        w.sb(0).ub(0)
