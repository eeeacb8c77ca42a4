"""One session, as the database knows it."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import transactions
from .authentication import Exchange
from .connection import Connection
from .cursors import Cursors
from .errors import Gone
from .faults import Fault
from .lobs import Lobs

if TYPE_CHECKING:
    from .server import OracleWireServer


@dataclass
class SessionInfo:
    """One row of V$SESSION, with what V$OPEN_CURSOR and V$TEMPORARY_LOBS add to it."""

    sid: int
    serial: int
    user: str
    program: str
    machine: str
    os_user: str
    service: str
    current_schema: str | None
    module: str | None
    action: str | None
    client_identifier: str | None
    client_info: str | None
    altered: list[str]
    sql: str  # running now; "" when the session is idle
    in_transaction: bool
    cursors: int
    temporary_lobs: int


class Session:
    """Handlers get it as `call.session`; `state` is theirs, to keep package state in."""

    _sids = itertools.count(1)

    def __init__(self, server: OracleWireServer, connection: Connection) -> None:
        self.server = server
        self.connection = connection
        self.stats = server.stats
        self.sid = next(Session._sids)
        self.serial = 1000 + self.sid
        self.user = self.program = self.machine = self.os_user = self.service = ""
        self.current_schema: str | None = None
        self.module: str | None = None
        self.action: str | None = None
        self.client_identifier: str | None = None
        self.client_info: str | None = None
        self.dbop: str | None = None
        self.altered: list[str] = []  # ALTER SESSION statements
        self.state: dict[str, Any] = {}
        self.in_transaction = False
        self.logged_on = False
        self.killed = False
        self.sql = ""

        self.field_version = 0  # until it is negotiated
        self.client_ends_responses = False
        self.exchange: Exchange | None = None
        self.sequence = 0  # of the call
        self.lobs = Lobs(self.stats)
        self.cursors = Cursors(self.stats, self.lobs, server.open_cursors)
        self.task: asyncio.Task[None] | None = None  # that serves it

    def end(self) -> None:
        """Undo and free what the session leaves behind."""
        transactions.abandon(self)
        self.cursors.clear()
        self.lobs.clear()

    def info(self) -> SessionInfo:
        return SessionInfo(
            sid=self.sid,
            serial=self.serial,
            user=self.user,
            program=self.program,
            machine=self.machine,
            os_user=self.os_user,
            service=self.service,
            current_schema=self.current_schema,
            module=self.module,
            action=self.action,
            client_identifier=self.client_identifier,
            client_info=self.client_info,
            altered=list(self.altered),
            sql=self.sql,
            in_transaction=self.in_transaction,
            cursors=len(self.cursors),
            temporary_lobs=self.lobs.temporary,
        )

    def kill(self) -> None:
        """ORA-00028 for the running call, or else the next."""
        self.killed = True
        self.connection.interrupt()

    async def delay(self) -> None:
        """The network's latency, once for each round trip."""
        seconds = self.server.latency_s
        if seconds > 0:
            self.stats.delay_s += seconds
            await self.think(seconds)

    async def think(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self.connection.ended:
            raise Gone

    def take_fault(self, operation: str, text: str) -> Fault | None:
        fault = self.server.faults.take(operation, text, self.sid)
        if fault is not None:
            self.stats.faults[fault.action] += 1
        return fault
