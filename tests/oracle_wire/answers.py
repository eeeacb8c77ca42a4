"""The parts that answers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .codes import TRANSACTION_IN_PROGRESS, FieldVersion, Message
from .encoding import Writer
from .errors import OraError, ora

if TYPE_CHECKING:
    from .session import Session

NO_DATA_FOUND = 1403


def status(session: Session, w: Writer) -> None:
    """The whole answer to calls that have nothing to say."""
    w.u8(Message.STATUS).ub(_call_status(session)).ub(session.sequence)


def return_parameters(w: Writer) -> None:
    w.u8(Message.PARAMETER).ub(0).ub(0).ub(0).ub(0)


def end_of_call(
    session: Session,
    w: Writer,
    error: OraError | None = None,
    *,
    cursor_id: int = 0,
    rowcount: int = 0,
) -> None:
    """The end of a call: no error, or an error with its text."""
    if error is not None and error.code != NO_DATA_FOUND:
        session.stats.errors[ora(error.code)] += 1
    code = error.code if error else 0
    w.u8(Message.ERROR).ub(_call_status(session)).ub(session.sequence)
    w.ub(rowcount & 0xFFFFFFFF).ub(min(code, 0xFFFF)).ub(0).ub(0).ub(cursor_id)
    w.sb(error.offset if error else 0)
    w.raw(bytes(6))  # SQL type, fatal, flags, cursor options, UPI, warning
    w.ub(0).ub(0).u8(0).ub(0).ub(0)  # rowid
    w.ub(0).u8(0).u8(0).ub(0).ub(0)  # OS error, statement, call, padding, iterations
    w.ub(0)  # logical rowid
    w.ub(0).ub(0).ub(0)  # batch errors: codes, offsets, messages
    w.ub(code).ub(rowcount)
    if session.field_version >= FieldVersion.V20_1:
        w.ub(0).ub(0)  # SQL type, server checksum
    if error is not None:
        w.clr(f"{error.message}\n".encode())


def _call_status(session: Session) -> int:
    return TRANSACTION_IN_PROGRESS if session.in_transaction else 0
