"""Serving a session: its requests in, its answers out, errors and breaks included."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
import traceback
from collections.abc import Awaitable

from . import connecting, executing, fetching, lobs, piggybacks, transactions
from .answers import end_of_call, return_parameters, status
from .codes import Marker
from .encoding import Writer
from .errors import CallFailed, Gone, Interrupted, OraError, ora
from .faults import Fault
from .requests import (
    DataTypes,
    Execute,
    Fetch,
    LobOperation,
    Logon,
    Malformed,
    Parser,
    Request,
)
from .session import Session
from .stats import TracedCall

log = logging.getLogger(__name__)

KILLED = 28
CANCELLED = 1013
LONGEST_TRACED = 200  # characters of SQL


async def serve(session: Session) -> None:
    """Serve a session from its connect packet to its end."""
    try:
        await connecting.accept(session)
        while True:
            request = await _read(session)
            if request is None:
                await _break_and_reset(session, CallFailed(_cancelled()))
            elif not await _serve_one(session, request):
                break
    except (Gone, ConnectionError):
        pass
    except Exception:
        session.server.failures.append(traceback.format_exc())
        log.exception("session %s failed", session.sid)
    finally:
        session.connection.close()


async def _read(session: Session) -> Request | None:
    """The next whole request, or None if a break came instead."""
    connection = session.connection
    parser = Parser(connection.received, session)
    while not connection.break_pending:
        if connection.received:
            try:
                request = parser.request()
            except (ValueError, IndexError, KeyError) as error:
                session.server.failures.append(traceback.format_exc())
                connection.received.clear()
                return Malformed("malformed", reason=str(error))
            if request is not None:
                return request
        await connection.wait()
    return None


async def _serve_one(session: Session, request: Request) -> bool:
    """Answer one request. False once the session is over."""
    session.connection.calm()
    session.sequence = (session.sequence + 1) & 0xFFFF
    for piggyback in request.piggybacks:
        piggybacks.apply(session, piggyback)
    session.sql = _sql(session, request)
    traced = _trace(session, request)
    error: OraError | None = None
    try:
        error = await _answer(session, request, traced)
    finally:
        session.sql = ""
        traced.seconds = time.time() - traced.started_at
        traced.bytes_out = session.connection.bytes_out - traced.bytes_out
        traced.error = ora(error.code) if error else None
        session.stats.bytes_out_by_operation[request.operation] += traced.bytes_out
        session.server.trace.append(traced)
    if error is not None and error.code == KILLED:
        session.connection.drop()
        return False
    return True


async def _answer(session: Session, request: Request, traced: TracedCall) -> OraError | None:
    """Answer, as a fault has it if there is one. Returns the error that was reported."""
    fault = session.take_fault(request.operation, session.sql)
    traced.fault = fault.action if fault else None
    failure = None
    try:
        await _answer_well(session, request, fault)
    except Interrupted:
        if session.connection.ended:
            raise Gone from None
        failure = CallFailed(_killed() if session.killed else _cancelled())
    except CallFailed as failed:
        failure = failed
    except OraError as reported:
        failure = CallFailed(reported)
    except (Gone, ConnectionError):
        raise
    except Exception as bug:  # noqa: BLE001 - whatever a handler may raise
        session.server.failures.append(traceback.format_exc())
        text = f"internal error code, arguments: [handler], [{bug!r}]"
        failure = CallFailed(OraError(600, text))
    if failure is None:
        return None
    if isinstance(request, Execute):
        failure.cursor_id = request.cursor_id
    if not session.connection.break_pending:
        await session.delay()
    await _break_and_reset(session, failure)
    return failure.error


async def _answer_well(session: Session, request: Request, fault: Fault | None) -> None:
    """Carry the request out and send the answer. Raises what stands in the way."""
    if fault is not None:
        await _before_answer(session, fault)
    if session.killed:
        raise _killed()
    w = Writer()
    done = _perform(session, request, w)
    if inspect.isawaitable(done):
        await done
    await session.delay()
    session.stats.round_trips += 1
    if not await session.connection.send(w.buffer, fault):
        raise Interrupted
    if fault is not None and fault.action == "close_after":
        session.connection.drop(reset=fault.reset)


async def _before_answer(session: Session, fault: Fault) -> None:
    """Act on a fault that strikes before there is an answer."""
    connection = session.connection
    # errors cannot be told before there is a protocol to tell them in
    if fault.action == "close" or (not session.field_version and fault.action != "delay"):
        connection.drop(reset=fault.reset)
        raise Gone
    if fault.action == "kill":
        session.killed = True
    elif fault.action == "dead":
        await connection.until_gone()
    elif fault.action == "hang":
        await connection.until_break()
        raise Interrupted
    elif fault.action == "error":
        raise OraError(fault.code, fault.message)
    elif fault.action == "delay":
        await connection.interruptible(asyncio.sleep(fault.seconds))


def _perform(session: Session, request: Request, w: Writer) -> Awaitable[None] | None:
    """Carry the request out and write the answer. Raises OraError or CallFailed."""
    match request:
        case Execute():
            return executing.execute(session, request, w)
        case Fetch():
            fetching.fetch(session, request, w)
        case LobOperation():
            lobs.operate(session, request, w)
            end_of_call(session, w)
        case Logon():
            connecting.log_on(session, request, w)
        case DataTypes():
            connecting.data_types(session, request, w)
        case Malformed():
            text = f"malformed TTC packet from client rejected: [{request.reason}]"
            raise OraError(3137, text)
        case _:
            _perform_plain(session, request.operation, w)
    return None


def _perform_plain(session: Session, operation: str, w: Writer) -> None:
    if operation == "protocol":
        connecting.protocol(session, w)
        return
    if operation == "commit":
        transactions.commit(session)
    elif operation == "rollback":
        transactions.rollback(session)
    elif operation == "logoff":
        session.stats.logoffs += 1
        session.logged_on = False
    status(session, w)


async def _break_and_reset(session: Session, failure: CallFailed) -> None:
    """Break marker, the client's reset, reset marker, and then the error.

    The same exchange answers a client's break and reports every error (the wait event
    "SQL*Net break/reset to client"). It costs one more round trip.
    """
    connection, stats = session.connection, session.stats
    if not connection.break_pending:
        connection.reset_seen = False
    connection.send_marker(Marker.BREAK)
    stats.round_trips += 1
    stats.calls["break_reset"] += 1
    while not connection.reset_seen:
        await connection.wait()
    connection.reset_seen = connection.break_pending = False
    connection.calm()
    await session.delay()
    connection.send_marker(Marker.RESET)
    w = Writer()
    if failure.row_counts is not None:
        return_parameters(w, failure.row_counts)
    end_of_call(session, w, failure.error, cursor_id=failure.cursor_id, rowcount=failure.rowcount)
    stats.round_trips += 1
    await connection.send(w.buffer)


def _trace(session: Session, request: Request) -> TracedCall:
    """The entry for a call about to run; counts the call too."""
    connection, stats = session.connection, session.stats
    stats.calls[request.operation] += 1
    stats.calls_by_action[f"{session.module or ''}/{session.action or ''}"] += 1
    binds: list[str] = []
    executions = 0
    if isinstance(request, Execute):
        stats.statements[session.sql] += 1
        executions = request.executions
        binds = [repr(value)[:40] for row in request.rows[:1] for value in row]
    bytes_in, connection.bytes_in = connection.bytes_in, 0
    return TracedCall(
        sid=session.sid,
        operation=request.operation,
        sql=session.sql[:LONGEST_TRACED],
        module=session.module,
        action=session.action,
        client_identifier=session.client_identifier,
        client_info=session.client_info,
        binds=binds,
        executions=executions,
        error=None,
        fault=None,
        piggybacks=[piggyback.name for piggyback in request.piggybacks],
        bytes_in=bytes_in,
        bytes_out=connection.bytes_out,
        started_at=time.time(),
        seconds=0.0,
    )


def _sql(session: Session, request: Request) -> str:
    if isinstance(request, Execute) and request.sql:
        return request.sql
    if isinstance(request, (Execute, Fetch)):
        cursor = session.cursors.find(request.cursor_id)
        return cursor.sql if cursor else ""
    return ""


def _cancelled() -> OraError:
    return OraError(CANCELLED, "user requested cancel of current operation")


def _killed() -> OraError:
    return OraError(KILLED, "your session has been killed")
