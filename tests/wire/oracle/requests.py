"""What the client sends, parsed up to one whole request.

Parsing has no side effects. It is a generator: it yields when a request is still incomplete
and goes on from where it was once another packet has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .binds import read_declaration, read_rows
from .calls import Bind
from .codes import (
    DML_ROW_COUNTS,
    FUNCTIONS,
    LOB_OPERATIONS,
    Direction,
    FieldVersion,
    Message,
    Option,
)
from .encoding import Parsing, Reader, whole
from .piggybacks import Piggyback, read_piggyback
from .values import Value

if TYPE_CHECKING:
    from .session import Session

NEVER = 1 << 32  # a size that no bind has


@dataclass
class Request:
    """One call, and what rode along with it. Plain ones are ping, commit and the like."""

    operation: str
    piggybacks: list[Piggyback] = field(default_factory=list)


@dataclass
class Malformed(Request):
    reason: str = ""


@dataclass
class DataTypes(Request):
    compile_capabilities: bytes = b""
    runtime_capabilities: bytes = b""
    types: list[tuple[int, ...]] = field(default_factory=list)


@dataclass
class Logon(Request):
    """One phase of a log-on; a `fast` one brings the negotiation along."""

    user: str = ""
    pairs: dict[str, str] = field(default_factory=dict)
    fast: DataTypes | None = None


@dataclass
class Execute(Request):
    cursor_id: int = 0
    sql: str | None = None
    options: int = 0
    prefetch: int = 0
    executions: int = 1
    autocommit: bool = False
    row_counts: bool = False
    binds: list[Bind] | None = None  # None: as they were at the last execution
    defines: list[Bind] | None = None
    rows: list[list[Value]] = field(default_factory=list)


@dataclass
class Fetch(Request):
    cursor_id: int = 0
    rows: int = 0


@dataclass
class LobOperation(Request):
    locator: bytes = b""
    offset: int = 0
    target_offset: int = 0
    amount: int | None = None
    data: bytes = b""


class Parser:
    """Parses requests out of what a session's connection has received."""

    def __init__(self, received: bytearray, session: Session) -> None:
        self._received = received
        self._reader = Reader(received)
        self._session = session
        self._parsing: Parsing[Request] | None = None

    def request(self) -> Request | None:
        """The request received, taken out of the buffer; None while it is incomplete.

        Raises ValueError (UnicodeDecodeError is one), IndexError or KeyError when the bytes
        make no sense.
        """
        if self._parsing is None:
            self._reader.position = 0
            self._parsing = _request(self._reader, self._session)
        try:
            next(self._parsing)
        except StopIteration as done:
            request: Request = done.value
            self._parsing = None
            del self._received[: self._reader.position]
            return request
        return None


def _request(r: Reader, session: Session) -> Parsing[Request]:
    request = yield from whole(r, lambda: _head(r, session))
    if not isinstance(request, Execute):
        return request
    if request.operation == "execute" and request.binds:
        late = session.server.max_string_size if request.options & Option.NOT_PLSQL else NEVER
        request.rows = yield from read_rows(r, request.binds, request.executions, late)
    elif request.operation != "execute":
        yield from _rows_again(r, session, request)
    return request


def _rows_again(r: Reader, session: Session, request: Execute) -> Parsing[None]:
    """Values of a re-execution. Binds known to be OUT are not sent."""
    cursor = session.cursors.find(request.cursor_id)
    if cursor is None:
        return
    out = {at for at, direction in enumerate(cursor.directions) if direction == Direction.OUT}
    sent = [bind for at, bind in enumerate(cursor.binds) if at not in out]
    if not sent:
        return
    late = NEVER if cursor.kind == "plsql" else session.server.max_string_size
    for row in (yield from read_rows(r, sent, request.executions, late)):
        values: list[Value] = [None] * len(cursor.binds)
        for bind, value in zip(sent, row, strict=True):
            values[bind.position - 1] = value
        request.rows.append(values)


def _head(r: Reader, session: Session) -> Request:
    """All of a request but its rows of values."""
    piggybacks: list[Piggyback] = []
    while (kind := r.u8()) == Message.PIGGYBACK or (kind == 0 and piggybacks):
        if kind:  # a stray 0 follows an attribute set to ""
            piggybacks.append(read_piggyback(r, session.field_version))
    request = _function(r, session) if kind == Message.FUNCTION else _negotiation(r, kind)
    request.piggybacks = piggybacks
    return request


def _function(r: Reader, session: Session) -> Request:
    number = r.u8()
    operation = FUNCTIONS.get(number)
    if operation is None:
        raise ValueError(f"unsupported function {number}")
    r.skip(1)  # sequence number
    if session.field_version >= FieldVersion.V23_1_EXT1:
        r.ub()  # token, for pipelines
    return _READERS.get(operation, _plain)(r, operation)


def _plain(_r: Reader, operation: str) -> Request:
    return Request(operation)


def _negotiation(r: Reader, kind: int) -> Request:
    if kind == Message.PROTOCOL:
        _read_protocol(r)
        return Request("protocol")
    if kind == Message.DATA_TYPES:
        return _data_types(r)
    if kind == Message.FAST_LOGON:
        return _fast_logon(r)
    raise ValueError(f"unexpected message type {kind} at offset {r.position - 1}")


def _read_protocol(r: Reader) -> None:
    while r.u8():  # the versions it speaks
        pass
    r.null_terminated()  # the driver's name


def _data_types(r: Reader) -> DataTypes:
    r.skip(5)  # character sets, flags
    request = DataTypes("data_types", [], r.clr() or b"", r.clr() or b"")
    if request.runtime_capabilities[1] & 1:
        r.skip(11)  # the client's time zone
    while number := r.u16():
        conversion = r.u16()
        rest = (r.u16(), r.u16()) if conversion else ()
        request.types.append((number, conversion, *rest))
    return request


def _fast_logon(r: Reader) -> Logon:
    r.skip(3)  # version, flags
    if r.u8() != Message.PROTOCOL:
        raise ValueError("fast authentication without protocol message")
    _read_protocol(r)
    r.skip(6)  # character sets, field version
    if r.u8() != Message.DATA_TYPES:
        raise ValueError("fast authentication without data types message")
    types = _data_types(r)
    if FUNCTIONS.get(r.raw(2)[1]) != "logon_challenge":
        raise ValueError("fast authentication without log-on")
    r.skip(1)  # sequence number
    request = _logon(r, "fast_logon")
    request.fast = types
    return request


def _logon(r: Reader, operation: str) -> Logon:
    has_user = r.u8()
    r.ub()  # length of the user name
    r.ub()  # mode
    r.skip(1)
    count = r.ub()
    r.skip(2)
    request = Logon(operation, user=r.text() if has_user else "")
    for _ in range(count):
        key = (r.dalc() or b"").decode()
        request.pairs[key] = (r.dalc() or b"").decode("utf-8", "replace")
        r.ub()  # flags
    return request


def _execute(r: Reader, operation: str) -> Execute:
    request = Execute(operation, options=r.ub(), cursor_id=r.ub())
    has_sql = r.u8()
    r.ub()  # its length
    r.skip(1)
    details = r.ub()
    r.skip(2)
    r.ub()  # prefetch buffer size
    request.prefetch = r.ub()
    r.ub()  # maximum LONG size
    r.skip(1)
    binds = r.ub()
    r.skip(6)
    defines = r.ub()
    r.ub()  # registration id, low half
    r.skip(3)
    r.ub()
    r.skip(1)
    r.ub()
    r.ub()  # registration id, high half
    r.skip(1)
    r.ub()  # number of DML row counts
    r.skip(2)
    r.ub()  # SQL signature
    r.skip(1)
    r.ub()  # SQL id
    r.skip(2)
    r.ub()  # chunk ids
    if has_sql:
        request.sql = r.text()
    detail = [r.ub() for _ in range(details)]
    is_query = bool(detail[7])
    request.executions = 1 if is_query else max(1, detail[1])
    request.row_counts = bool(detail[9] & DML_ROW_COUNTS)
    request.autocommit = bool(request.options & Option.COMMIT)
    if defines:
        request.defines = [read_declaration(r, at + 1) for at in range(defines)]
    elif binds:
        request.binds = [read_declaration(r, at + 1) for at in range(binds)]
    return request


def _reexecute(r: Reader, operation: str) -> Execute:
    request = Execute(operation, cursor_id=r.ub())
    count = r.ub()
    request.options = r.ub() | Option.EXECUTE
    request.autocommit = bool(r.ub() & 1)
    if operation == "reexecute_fetch":
        request.prefetch = count
        request.options |= Option.FETCH
    else:
        request.executions = max(1, count)
    return request


def _fetch(r: Reader, operation: str) -> Fetch:
    return Fetch(operation, cursor_id=r.ub(), rows=r.ub())


def _lob_operation(r: Reader, _operation: str) -> LobOperation:
    r.skip(1)
    locator_size = r.ub()
    r.skip(1)
    r.ub()
    r.ub()
    r.ub()
    r.skip(3)
    number = r.ub()
    if number not in LOB_OPERATIONS:
        raise ValueError(f"unsupported LOB operation {number:#x}")
    r.skip(2)
    request = LobOperation(LOB_OPERATIONS[number], offset=r.ub(), target_offset=r.ub())
    has_amount = r.u8()
    r.skip(6)
    request.locator = r.raw(locator_size)
    if request.operation == "lob_create_temporary":
        r.ub()  # character set
    elif request.operation == "lob_write":
        if r.u8() != Message.LOB_DATA:
            raise ValueError("LOB data expected")
        request.data = r.clr() or b""
    if has_amount:
        request.amount = r.ub()
    return request


_READERS: dict[str, Callable[[Reader, str], Request]] = {
    "logon_challenge": _logon,
    "logon_proof": _logon,
    "execute": _execute,
    "reexecute": _reexecute,
    "reexecute_fetch": _reexecute,
    "fetch": _fetch,
    "lob": _lob_operation,
}
