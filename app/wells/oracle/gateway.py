"""The gateway to Oracle Database."""

import asyncio
import json
import logging
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeVar

import oracledb

from app.contract.breaker import Breaker, Schedule
from app.contract.faults import InvalidAnswer
from app.contract.gateway import Call, Version, read_version
from app.contract.procedure import Arguments, Procedure
from app.wells.catalogue import DIVISION, DIVISION_LIST, WELL_SUMMARY
from app.wells.oracle.database import place
from app.wells.oracle.errors import kind_of, one_line
from app.wells.oracle.lease import Lease
from app.wells.oracle.pool import SessionPool
from app.wells.oracle.transport import VERSION_PROCEDURE, Document, get_version, package_of
from app.wells.settings import WellsSettings

log = logging.getLogger("odm.oracle")

_version = lru_cache(8)(read_version)  # hardly ever another one than the last

_T = TypeVar("_T")

CHECK_WAIT_SECONDS = 1
CHECK_SECONDS = 3
"""Limits of the readiness check: for a session, and for the database's answer."""

VERSION_WAIT_SECONDS = 1
VERSION_SECONDS = 2
"""Limits of a look at the version of the data: for the look before it, and for the database."""


class OracleGateway:
    """Answers calls by `Get_ODM_Data_Pkg` in the database that the settings name."""

    at_once = False
    kind = "Oracle"

    def __init__(self, settings: WellsSettings, schedule: Schedule | None = None) -> None:
        """`schedule` says how long nobody dials a database that has refused a log-on."""
        self._settings = settings
        self._package = package_of(settings.oracle_schema)
        self.name = place(settings)
        patience = settings.oracle_connect_timeout_seconds + 1
        breaker = Breaker(self.name, schedule, patience=patience)
        self._pool = SessionPool(settings, breaker)
        # A session of its own for the version: while every other one is busy, answers that are kept
        # may still be given, as long as their version is known to be the current one.
        self._version_pool = SessionPool(
            settings.model_copy(update={"oracle_pool_size": 1}), breaker
        )

    async def open(self) -> None:
        await self._pool.open()

    async def call(self, call: Call) -> "OracleAnswer":
        await self._pool.admission.enter()
        return await self._begin(call, self._settings.odm_call_timeout_seconds)

    async def check(self) -> None:
        """Call the package's smallest procedure, as a request would."""
        await self._pool.admission.enter(CHECK_WAIT_SECONDS)
        answer = await self._begin(Call(DIVISION_LIST, {}, "readyz"), CHECK_SECONDS)
        try:
            while not answer.complete:
                await answer.read()
        finally:
            await answer.close()

    async def version(self) -> Version:
        """Ask the package, in one round trip on the session that is kept for it."""
        await self._version_pool.admission.enter(VERSION_WAIT_SECONDS)
        lease = Lease(self._version_pool, VERSION_PROCEDURE, "version", "", VERSION_SECONDS)
        try:
            ask = partial(get_version, package=self._package)
            text = await lease.run(lambda: _with_retry(lease, "version", ask))
        finally:
            lease.end()
        version = _version_of(text)
        if version is None:
            raise InvalidAnswer(
                "The database does not tell the version of its data.",
                f"{VERSION_PROCEDURE}: {text!r:.200}",
            )
        return version

    async def close(self) -> None:
        await asyncio.gather(self._pool.close(), self._version_pool.close())

    async def _begin(self, call: Call, seconds: float) -> "OracleAnswer":
        """The answer with its first window read. The pool's admission has been entered for it."""
        lease = Lease(
            self._pool, call.procedure.name, call.request_id, call.principal.subject, seconds
        )
        document = self._document(call.procedure, call.arguments)
        try:
            piece = await lease.run(lambda: self._first(lease, call, document))
        except BaseException:
            lease.end()
            raise
        if document.complete:
            lease.end()
        return OracleAnswer(lease, document, piece, _version_of(document.version))

    def _document(self, procedure: Procedure, arguments: Arguments) -> Document:
        return Document(
            procedure,
            arguments,
            self._settings.oracle_chunk_chars,
            self._settings.oracle_chunks_per_trip,
            self._package,
        )

    # -- in a worker thread -------------------------------------------------------------------

    def _first(self, lease: Lease, call: Call, document: Document) -> bytes:
        """The first window. Raises UnknownSubject."""
        piece = _with_retry(lease, call.request_id, document.first)
        if document.complete and _has_no_rows(piece) and not self._subject_exists(lease, call):
            raise call.procedure.unknown(call.arguments)
        return piece

    def _subject_exists(self, lease: Lease, call: Call) -> bool:
        """Whether an answer without rows is about something that there is."""
        if call.procedure.subject is None:
            return True
        if call.procedure.subject is DIVISION:
            rows = json.loads(self._whole(lease, DIVISION_LIST, {}))
            return any(row["Division_Id"] == call.arguments["division_id"] for row in rows)
        if call.procedure is WELL_SUMMARY:
            return False
        arguments = {p.name: call.arguments[p.name] for p in WELL_SUMMARY.parameters}
        return not _has_no_rows(self._whole(lease, WELL_SUMMARY, arguments))

    def _whole(self, lease: Lease, procedure: Procedure, arguments: Arguments) -> bytes:
        document = self._document(procedure, arguments)
        text = document.first(lease.connection())
        while not document.complete:
            text += document.next(lease.connection())
        if document.in_database:
            document.free(lease.connection())
        return text


class OracleAnswer:
    """Reads the windows of one document; the lease lasts until the last has come."""

    def __init__(
        self, lease: Lease, document: Document, first: bytes, version: Version | None
    ) -> None:
        self.version = version
        self.size_hint = document.length
        self._lease = lease
        self._document = document
        self._first: bytes | None = first

    @property
    def complete(self) -> bool:
        return self._first is None and self._document.complete

    async def read(self) -> bytes:
        if self._first is not None:
            piece, self._first = self._first, None
            return piece
        return await self._lease.run(self._next)

    async def close(self) -> None:
        self._lease.end(self._free if self._document.in_database else None)

    def _next(self) -> bytes:
        return self._document.next(self._lease.connection())

    def _free(self) -> None:
        self._document.free(self._lease.connection())


def _with_retry(lease: Lease, identifier: str, work: Callable[[oracledb.Connection], _T]) -> _T:
    """Do the work, with one more attempt where the first one's error allows for it."""
    try:
        return work(lease.connection())
    except (oracledb.Error, OSError) as error:
        if not kind_of(error).retried:
            raise
        log.warning("%s trying again: %s", identifier, one_line(error))
        lease.drop_if_broken(error)
        return work(lease.connection())


def _version_of(text: str | None) -> Version | None:
    """The version that the package tells with this text.

    None for no text, and for one that is not a version: tables of your own may tell another.
    """
    try:
        return _version((text or "").encode())
    except ValueError:
        return None


def _has_no_rows(piece: bytes) -> bool:
    return b"".join(piece.split()) == b"[]" if len(piece) < 100 else False
