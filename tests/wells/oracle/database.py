"""The database behind the wire: it plays `Get_ODM_Data_Pkg` and the transport's blocks.

No PL/SQL is run here. What the blocks of `app/wells/oracle/transport.py` do is done in Python,
once, with a CLOB as an AL32UTF8 database has it: offsets and amounts count UTF-16 code units, and
half of a surrogate pair becomes a replacement character. `tests/plsql/test_chunks.py` executes the
blocks and holds that they cut as this does.
"""

import asyncio
import datetime
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from app.contract.faults import UnknownSubject
from app.contract.gateway import Call as ProcedureCall
from app.settings import Settings
from app.wells.catalogue import PROCEDURES
from app.wells.embedded.gateway import EmbeddedGateway
from app.wells.oracle.transport import GET_VERSION, NEXT, PACKAGE, VERSION_PROCEDURE
from tests.wire.oracle import Call, Clob, Lob, OraError
from tests.wire.oracle.calls import Result

BY_NAME = {procedure.name.upper(): procedure for procedure in PROCEDURES}

Arguments = Mapping[str, Any]
Documents = Callable[[str, Arguments], Awaitable[str | Clob | Lob | None]]
"""From a procedure's name and the arguments it was called with to its OUT CLOB."""

_CALL = re.compile(rf"{PACKAGE}\.(?!{VERSION_PROCEDURE}\b)(\w+)\((.*?)\);", re.DOTALL)
_NAMED = re.compile(rf'(?:("[^"]+"|[\w$#]+)\.)?\b{PACKAGE}\.')
_ARGUMENT = re.compile(r"p_(\w+) => :(\w+)")


VERSION = '[{"subject":"wells","change_count":1,"changed_at":"2026-11-21T06:00:00Z"}]'


class Package:
    """A handler for the wire server: the package, as far as the service can tell."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """The procedures that were called, with their arguments."""
        self.held: str | None = None
        """Procedures with this in their name take until a test sets it to None."""
        self.version: str | None = VERSION
        """What Get_Data_Version hands back; tests change it."""
        self.tells_version = True
        """Whether the package has Get_Data_Version: earlier ones did not."""
        self.has_synonym = True
        """Whether the account finds the package without naming its schema, which is ODM_OWNER."""

    async def __call__(self, call: Call) -> Result:
        if call.sql.startswith("ALTER SESSION"):
            return None
        sql = self._looked_up(call.sql)
        if sql == GET_VERSION:
            return {"version": self._version()}
        if call.procedure:  # a plain call, as by `callproc`
            return await self._plain(call)
        if call.sql == NEXT:
            return self._next(call)
        match = _CALL.search(sql)
        if not match:
            raise call.undeclared()
        arguments = {name: call[bind] for name, bind in _ARGUMENT.findall(match[2])}
        before = self._version()
        result = self._first(call, await self._clob(match[1], arguments))
        return {**result, "version": before if before == self._version() else None}

    def _looked_up(self, sql: str) -> str:
        """The statement without the package's schema, if the account finds the package so."""
        for schema in _NAMED.findall(sql):
            found = self.has_synonym if not schema else schema.strip('"').upper() == "ODM_OWNER"
            if not found:
                name = f"{schema}.{PACKAGE}" if schema else PACKAGE
                raise OraError(6550, _not_there(name.upper(), 201))
        return _NAMED.sub(f"{PACKAGE}.", sql)

    def _version(self) -> str | None:
        if not self.tells_version:
            raise OraError(6550, _not_there(VERSION_PROCEDURE.upper()))
        return self.version

    async def _plain(self, call: Call) -> Mapping[int, Any]:
        assert call.procedure
        name = call.procedure.name.rpartition(".")[2]
        *values, _out = call.values
        procedure = BY_NAME[name]
        arguments = {p.name: v for p, v in zip(procedure.parameters, values, strict=False)}
        return {len(call.values): await self._clob(name, arguments)}

    async def _clob(self, name: str, arguments: Arguments) -> Clob | Lob | None:
        if name.upper() not in BY_NAME:
            raise OraError(6550, _not_there(name))
        spelt = BY_NAME[name.upper()].name
        self.asked.append((spelt, dict(arguments)))
        while self.held is not None and self.held in spelt:  # noqa: ASYNC110 - set from outside
            await asyncio.sleep(0.005)
        text = await self._documents(spelt, arguments)
        return Clob(text) if isinstance(text, str) else text

    def _first(self, call: Call, document: Clob | Lob | None) -> Mapping[str, Any]:
        if document is None:
            return {"length": None, "chunks": [], "doc": None, "next_at": 1}
        clob = document.content if isinstance(document, Lob) else document
        at, chunks = cut(clob, 1, call["chunk_chars"], call["chunks_per_trip"])
        rest = None
        if at <= clob.size:
            rest = document if isinstance(document, Lob) else call.session.lobs.create(clob)
        return {"length": clob.size, "chunks": chunks, "doc": rest, "next_at": at}

    def _next(self, call: Call) -> Mapping[str, Any]:
        clob = call["doc"].content
        at, chunks = cut(clob, call["start_at"], call["chunk_chars"], call["chunks_per_trip"])
        return {"chunks": chunks, "next_at": at}


def _not_there(name: str, code: int = 302) -> str:
    what = "component" if code == 302 else "identifier"
    return f"ORA-06550: line 1, column 7:\nPLS-{code:05}: {what} '{name}' must be declared"


def cut(clob: Clob, at: int, chunk_chars: int, chunks_per_trip: int) -> tuple[int, list[str]]:
    """The local procedure of both blocks: the next position and the window's chunks."""
    chunks: list[str] = []
    while len(chunks) < chunks_per_trip and at <= clob.size:
        amount = min(chunk_chars, clob.size - at + 1)
        if at + amount <= clob.size and len(_units(clob, at + amount - 1, 2)) == 1:
            amount -= 1
        chunks.append(_units(clob, at, amount))
        at += amount
    return at, chunks


def _units(clob: Clob, at: int, amount: int) -> str:
    """What DBMS_LOB.READ gives: half a pair is no character of the database's character set."""
    if clob.is_ascii:
        return clob.text[at - 1 : at - 1 + amount]
    return clob.read(at, amount).decode("utf-16-be", "replace")


def from_embedded(path: Path) -> Package:
    """The package over the data of an embedded database: answers compare byte for byte."""
    gateway = EmbeddedGateway(Settings(odm_sqlite_path=path))
    opened = False

    async def documents(name: str, arguments: Arguments) -> str:
        nonlocal opened
        if not opened:
            await gateway.open()
            opened = True
        procedure = BY_NAME[name.upper()]
        values = {p.name: arguments.get(p.name) for p in procedure.parameters}
        for parameter in procedure.parameters:
            value = values[parameter.name]
            if isinstance(value, datetime.datetime):
                values[parameter.name] = value.date()
            elif value is not None:
                values[parameter.name] = int(value)
        try:
            answer = await gateway.call(ProcedureCall(procedure, values, "wire"))
        except UnknownSubject:
            return "[]"
        text = b""
        while not answer.complete:
            text += await answer.read()
        return text.decode()

    return Package(documents)


def always(text: str | Clob | None) -> Package:
    """Every procedure returns this."""
    clob = Clob(text) if isinstance(text, str) else text

    async def documents(_name: str, _arguments: Arguments) -> Clob | None:
        return clob

    return Package(documents)


class Endless:
    """A text of ASCII that is made where it is looked at: a CLOB of any size takes no memory."""

    _PATTERN = "".join(f"{n:09d}\n" for n in range(1000))

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> str:
        start, stop = part.start, min(part.stop, self._size)
        first = start % len(self._PATTERN)
        repeats = (first + stop - start) // len(self._PATTERN) + 1
        text: str = (self._PATTERN * repeats)[first : first + stop - start]
        return text

    def isascii(self) -> bool:
        return True
