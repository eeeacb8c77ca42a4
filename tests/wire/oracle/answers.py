"""The parts that answers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .codes import TRANSACTION_IN_PROGRESS, FieldVersion, Message
from .encoding import LONG_MARK, LONGEST_SHORT, Writer
from .errors import OraError, ora

if TYPE_CHECKING:
    from .session import Session

NO_DATA_FOUND = 1403
ARRAY_DML_ERRORS = 24381


class RowError(NamedTuple):
    """The error of one row of a batch."""

    row: int
    error: OraError


def status(session: Session, w: Writer) -> None:
    """The whole answer to calls that have nothing to say."""
    w.u8(Message.STATUS).ub(_call_status(session)).ub(session.sequence)


def return_parameters(w: Writer, row_counts: Sequence[int] | None = None) -> None:
    w.u8(Message.PARAMETER).ub(0).ub(0).ub(0).ub(0)
    if row_counts is not None:
        w.ub(len(row_counts))
        for count in row_counts:
            w.ub(count)


def end_of_call(
    session: Session,
    w: Writer,
    error: OraError | None = None,
    *,
    cursor_id: int = 0,
    rowcount: int = 0,
    row_errors: Sequence[RowError] = (),
) -> None:
    """The end of a call: no error, an error with its text, or the errors of a batch's rows."""
    if row_errors and error is None:
        error = OraError(ARRAY_DML_ERRORS, "error(s) in array DML")
        for row_error in row_errors:
            session.stats.errors[ora(row_error.error.code)] += 1
    elif error is not None and error.code != NO_DATA_FOUND:
        session.stats.errors[ora(error.code)] += 1
    code = error.code if error else 0
    w.u8(Message.ERROR).ub(_call_status(session)).ub(session.sequence)
    w.ub(rowcount & 0xFFFFFFFF).ub(min(code, 0xFFFF)).ub(0).ub(0).ub(cursor_id)
    w.sb(error.offset if error else 0)
    w.raw(bytes(6))  # SQL type, fatal, flags, cursor options, UPI, warning
    w.ub(0).ub(0).u8(0).ub(0).ub(0)  # rowid
    w.ub(0).u8(0).u8(0).ub(0).ub(0)  # OS error, statement, call, padding, iterations
    w.ub(0)  # logical rowid
    _row_errors(w, row_errors)
    w.ub(code).ub(rowcount)
    if session.field_version >= FieldVersion.V20_1:
        w.ub(0).ub(0)  # SQL type, server checksum
    if error is not None:
        w.clr(f"{error.message}\n".encode())


def _row_errors(w: Writer, row_errors: Sequence[RowError]) -> None:
    """Three arrays: codes, offsets, messages."""
    _array(w, [row_error.error.code for row_error in row_errors])
    _array(w, [row_error.row for row_error in row_errors])
    w.ub(len(row_errors))
    if row_errors:
        w.u8(0)  # packed size, which the client ignores
    for row_error in row_errors:
        text = f"{row_error.error.message}\n".encode()
        w.ub(len(text)).clr(text).raw(bytes(2))


def _array(w: Writer, numbers: Sequence[int]) -> None:
    w.ub(len(numbers))
    if not numbers:
        return
    packed = [Writer().ub(number).buffer for number in numbers]
    size = sum(len(item) for item in packed)
    long = size > LONGEST_SHORT
    w.u8(LONG_MARK if long else size)
    for item in packed:
        if long:
            w.ub(len(item))
        w.raw(item)
    if long:
        w.u8(0)


def _call_status(session: Session) -> int:
    return TRANSACTION_IN_PROGRESS if session.in_transaction else 0
