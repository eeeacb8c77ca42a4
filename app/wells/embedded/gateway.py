"""The gateway to the embedded database.

It reads on the event loop: a read of one window takes tens of microseconds from the page cache,
less than a worker thread would cost. Readers never wait for a writer (WAL).
"""

import sqlite3
from collections.abc import Callable
from functools import lru_cache

from app.contract.gateway import Call, Version, read_version
from app.contract.procedure import Arguments
from app.contract.values import Value
from app.wells.catalogue import PROCEDURES, WELL_SUMMARY_BY_DAY
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.errors import fault_for
from app.wells.embedded.pool import Session, SessionPool
from app.wells.embedded.sql import read_sql
from app.wells.embedded.version import READ as READ_VERSION
from app.wells.settings import WellsSettings

WINDOW = 64 * 1024
"""Bytes after which a piece goes out; it exceeds them by less than the days of one year."""

ROWS_AT_ONCE = 200
"""Rows taken from SQLite at once where a row is one line; days come by years, one at a time."""

SESSIONS = 64
"""Answers that may be under way at once; a session costs about 100 kB, most of it once used."""

VERSION_WAIT_SECONDS = 1
"""How long a look at the version waits for the one before it."""

_FIRST_WELL = "SELECT well_id, division_id FROM get_well_summary_data_mv LIMIT 1"
_INT64 = range(-(2**63), 2**63)
_version = lru_cache(8)(read_version)  # hardly ever another one than the last


class EmbeddedGateway:
    """Answers calls from the SQLite file that the settings name.

    `fill` loads data into a new database, or into one without data, while the gateway opens.
    """

    def __init__(
        self, settings: WellsSettings, fill: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        self._path = settings.odm_sqlite_path
        self._fill = fill
        self._statements = {p.name: read_sql(p.name.lower()) for p in PROCEDURES}
        self._wait_seconds = settings.odm_pool_wait_seconds
        self.kind = "SQLite"
        self.name = f"SQLite {self._path}"

    async def open(self) -> None:
        connect_for_writing(self._path, self._fill).close()
        self._pool = SessionPool(self._path, SESSIONS, self._wait_seconds)
        self._version_pool = SessionPool(self._path, 1, VERSION_WAIT_SECONDS)

    @property
    def at_once(self) -> bool:
        return self._pool.one_is_free

    async def call(self, call: Call) -> "EmbeddedAnswer":
        session = await self._pool.take()
        try:
            # The version's row is fetched after the rows' statement has begun: until then its own
            # holds the transaction open that both read in, and so both see one state of the data.
            session.version.execute(READ_VERSION)
            rows = session.connection.execute(
                self._statements[call.procedure.name], _binds(call.arguments)
            )
            seen = _version(session.version.fetchone()[0])
            answer = EmbeddedAnswer(self._pool, session, rows, call, seen)
        except sqlite3.Error as error:
            self._pool.drop(session)
            raise fault_for(error) from error
        except BaseException:
            self._pool.give_back(session)
            raise
        return answer

    async def check(self) -> None:
        """Call every procedure, as a request for the first well would."""
        async with self._pool.lent() as session:
            pair = session.connection.execute(_FIRST_WELL).fetchone() or (None, None)
            binds = {"well_id": pair[0], "division_id": pair[1], "from_date": None, "to_date": None}
            for statement in self._statements.values():
                session.connection.execute(statement, binds).fetchone()

    async def version(self) -> Version:
        """Read the version on a session of its own, which is never an answer's."""
        async with self._version_pool.lent() as session:
            (text,) = session.connection.execute(READ_VERSION).fetchone()
        return _version(text)

    async def close(self) -> None:
        self._pool.close()
        self._version_pool.close()


class EmbeddedAnswer:
    """Joins the rows of one statement into a JSON array of one row a line.

    The statement's rows are pairs of `head` and `lines`; each line makes one JSON object with the
    head before it. One statement sees one state of the database, however long the client reads.
    """

    def __init__(
        self,
        pool: SessionPool,
        session: Session,
        rows: sqlite3.Cursor,
        call: Call,
        version: Version,
    ) -> None:
        self.version = version
        self.size_hint = None  # to count would be to read all of it
        self._pool = pool
        self._session: Session | None = session
        self._rows = rows
        self._rows.arraysize = 1 if call.procedure is WELL_SUMMARY_BY_DAY else ROWS_AT_ONCE
        self._next: list[tuple[bytes, bytes | None]] = rows.fetchmany()
        if not self._next and call.procedure.subject:
            raise call.procedure.unknown(call.arguments)
        self._first_day = _iso(call.arguments.get("from_date"))
        self._last_day = _iso(call.arguments.get("to_date"))
        self._separator = b"["
        self.complete = False

    async def read(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while self._next and size < WINDOW:
                for head, lines in self._next:
                    wanted = self._within_range(lines) if lines else None
                    if wanted:
                        rows = wanted.replace(b"\n", b",\n" + head)
                        parts += (self._separator, head, rows)
                        self._separator = b",\n"
                        size += len(rows)
                self._next = self._rows.fetchmany()
        except sqlite3.Error as error:
            self._give_back(broken=True)
            raise fault_for(error) from error
        if not self._next:
            parts.append(b"]" if self._separator != b"[" else b"[]")
            self.complete = True
            self._give_back()
        return b"".join(parts)

    async def close(self) -> None:
        self._give_back()

    def _within_range(self, lines: bytes) -> bytes:
        """The lines of a year without the days outside of the range; a line begins with its day."""
        if not self._first_day and not self._last_day:
            return lines
        first, last = self._first_day or b"0001", self._last_day or b"9999-12-31"
        if lines[:10] >= first and lines[lines.rfind(b"\n") + 1 :][:10] <= last:
            return lines
        return b"\n".join(line for line in lines.split(b"\n") if first <= line[:10] <= last)

    def _give_back(self, *, broken: bool = False) -> None:
        if self._session:
            self._rows.close()
            end = self._pool.drop if broken else self._pool.give_back
            end(self._session)
            self._session = None


def _binds(arguments: Arguments) -> dict[str, int | str | None]:
    return {name: _bind(value) for name, value in arguments.items()}


def _bind(value: Value) -> int | str | None:
    """A value as SQLite takes it: a day as text; NULL, which no id equals, for over 64 bits."""
    if isinstance(value, int):
        return value if value in _INT64 else None
    return value.isoformat() if value else None


def _iso(day: object) -> bytes | None:
    return str(day).encode() if day else None
