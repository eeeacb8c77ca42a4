"""Executing statements: one call to the handler for each row of binds."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from . import fetching, transactions
from .answers import RowError, end_of_call, return_parameters
from .binds import LobReference
from .calls import Bind, Call, Done, Out, Result
from .codes import TEXT_TYPES, Direction, Message, Option, OraType
from .cursors import Cursor
from .encoding import Writer
from .errors import CallFailed, OraError
from .lobs import Clob, Lob, write_locator
from .requests import Execute
from .statements import is_alter_session
from .values import Value, encode

if TYPE_CHECKING:
    from .session import Session

ROWS_UNDISTURBED = 100  # of a batch, between two chances for a break
MAX_STRING = 32767  # of a PL/SQL string
# The database finds some errors while it takes in a batch's values, before it inserts any
# of them. So they are reported first, and the offsets of a batch's errors do not ascend.
FOUND_FIRST = frozenset((1438,))


async def execute(session: Session, request: Execute, w: Writer) -> None:
    """Answer an execute or a re-execute. Raises OraError, CallFailed or Interrupted."""
    cursor = _cursor(session, request)
    if cursor.kind == "query":
        await _query(session, cursor, request, w)
    elif request.options & Option.EXECUTE:
        await _statement(session, cursor, request, w)
    else:  # parsed, and that was all the client wanted
        return_parameters(w)
        end_of_call(session, w, cursor_id=cursor.id)


def _cursor(session: Session, request: Execute) -> Cursor:
    if request.sql is None:
        cursor = session.cursors.get(request.cursor_id)
    else:
        known = session.cursors.find(request.cursor_id)  # DDL is parsed again in place
        cursor = known if known and known.sql == request.sql else session.cursors.open(request.sql)
        request.cursor_id = cursor.id
    if request.binds is not None:
        cursor.bind(request.binds)
    if request.defines is not None:
        cursor.defines = request.defines
    if request.operation == "execute":
        cursor.wants_row_counts = request.row_counts
    return cursor


async def _query(session: Session, cursor: Cursor, request: Execute, w: Writer) -> None:
    described = cursor.columns is not None
    if request.options & Option.EXECUTE or not described:
        values = request.rows[0] if request.rows else []
        _, result = await run(session, cursor, values)
        fetching.start(session, cursor, result)
    fetching.answer_execute(session, cursor, request, w)


async def run(
    session: Session, cursor: Cursor, values: Sequence[Value], row: int = 0, executions: int = 1
) -> tuple[Call, Result]:
    """Call the handler. Raises what it raises."""
    session.stats.executions += 1
    given = [_look_up(session, value) for value in values]
    call = Call(
        session,
        sql=cursor.sql,
        kind=cursor.kind,
        binds=cursor.binds,
        values=given,
        procedure=cursor.procedure,
        row=row,
        executions=executions,
    )
    result = session.server.handler(call)
    if inspect.isawaitable(result):
        result = await session.connection.interruptible(result)
    return call, result


def _look_up(session: Session, value: Value) -> Value:
    return session.lobs.get(value.id) if isinstance(value, LobReference) else value


async def _statement(session: Session, cursor: Cursor, request: Execute, w: Writer) -> None:
    row_counts: list[int] = []
    row_errors: list[RowError] = []
    produced: list[dict[int, Value]] = []
    counts_wanted = row_counts if cursor.wants_row_counts else None
    batch_errors = bool(request.options & Option.BATCH_ERRORS)
    news = not cursor.directions  # to a client that executes again after an error
    if is_alter_session(cursor.sql):
        session.altered.append(cursor.sql)
    for row in range(request.executions):
        values = request.rows[row] if request.rows else []
        if row % ROWS_UNDISTURBED == ROWS_UNDISTURBED - 1:
            await session.connection.let_interrupt()
        try:
            call, result = await run(session, cursor, values, row, request.executions)
            transactions.executed(session, cursor, result)
            if cursor.kind == "plsql":
                produced.append(_out_values(cursor, call, result))
            else:
                row_counts.append(_affected(cursor.kind, result))
        except OraError as error:
            if not batch_errors:
                done = len(produced) if cursor.kind == "plsql" else sum(row_counts)
                raise CallFailed(error, done, counts_wanted) from error
            row_errors.append(RowError(row, error))
            row_counts.append(0)
    if request.autocommit and not row_errors:
        transactions.commit(session)
    if cursor.kind == "plsql" and cursor.binds:
        if request.operation == "execute" or news:
            _write_directions(cursor, w)
        _write_out_binds(session, cursor, produced, w)
    return_parameters(w, counts_wanted)
    row_errors.sort(key=lambda row_error: row_error.error.code not in FOUND_FIRST)
    end_of_call(session, w, cursor_id=cursor.id, rowcount=sum(row_counts), row_errors=row_errors)


def _affected(kind: str, result: Result) -> int:
    if isinstance(result, Done):
        return result.rowcount
    if isinstance(result, int):
        return result
    if kind == "dml" or result is not None:
        raise TypeError(f"the handler returned {result!r} for a statement of kind {kind}")
    return 0


def _out_values(cursor: Cursor, call: Call, result: Result) -> dict[int, Value]:
    """The OUT values by position; the first ones tell the directions of the binds."""
    out = result if isinstance(result, Out) else Out(result if isinstance(result, Mapping) else {})
    if result is not None and not isinstance(result, (Out, Mapping)):
        raise TypeError(f"the handler returned {result!r} for a PL/SQL block")
    values = {call.bind(key).position: value for key, value in out.values.items()}
    if not cursor.directions:
        in_out = {call.bind(key).position for key in out.in_out}
        cursor.directions = [
            Direction.IN_OUT
            if bind.position in in_out
            else Direction.OUT
            if bind.position in values
            else Direction.IN
            for bind in cursor.binds
        ]
    for position in values:
        if cursor.directions[position - 1] == Direction.IN:
            name = call.bind(position).name
            raise TypeError(f"the handler gave a value to :{name}, which was an IN bind before")
    return values


def _write_directions(cursor: Cursor, w: Writer) -> None:
    count = len(cursor.binds)
    w.u8(Message.IO_VECTOR).u8(0).ub(count % 256).ub(count // 256).ub(1).ub(0).ub(0).ub(0)
    w.raw(bytes(cursor.directions))


def _write_out_binds(
    session: Session, cursor: Cursor, produced: list[dict[int, Value]], w: Writer
) -> None:
    outs = [
        bind
        for bind, direction in zip(cursor.binds, cursor.directions, strict=True)
        if direction != Direction.IN
    ]
    if not outs:
        return
    for values in produced:
        w.u8(Message.ROW_DATA)
        for bind in outs:
            _write_out_value(session, bind, values.get(bind.position), w)


def _write_out_value(session: Session, bind: Bind, value: Value, w: Writer) -> None:
    if not bind.is_array:
        _write_one(session, bind, value, w)
        return
    elements = list(value or ())
    if len(elements) > bind.max_elements:
        raise OraError(
            6513,
            "PL/SQL: index for PL/SQL table out of range for host language array\n"
            "ORA-06512: at line 1",
        )
    w.ub(len(elements))
    for element in elements:
        _write_one(session, bind, element, w)


def _write_one(session: Session, bind: Bind, value: Value, w: Writer) -> None:
    if bind.ora_type == OraType.CLOB:
        if value is not None and not isinstance(value, Lob):
            content = value if isinstance(value, Clob) else Clob(value)
            value = session.lobs.create(content)
        write_locator(w, value)
    else:
        data = encode(bind.ora_type, value)
        if bind.ora_type in TEXT_TYPES and data and len(data) > min(bind.size, MAX_STRING):
            raise OraError(
                6502,
                "PL/SQL: numeric or value error: character string buffer too small\n"
                "ORA-06512: at line 1",
            )
        w.clr(data)
    w.sb(0)  # not truncated
