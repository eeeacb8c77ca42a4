"""The cursors of a session."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from .calls import Bind, Column
from .codes import OraType
from .errors import OraError
from .lobs import Lobs
from .statements import bind_names, procedure_call, statement_kind
from .stats import Stats
from .values import Value


class Cursor:
    """A parsed statement, its binds and, for a query, the rows still to be fetched."""

    def __init__(self, cursor_id: int, sql: str) -> None:
        self.id = cursor_id
        self.sql = sql
        self.kind = statement_kind(sql)
        self.names = bind_names(sql, self.kind)
        self.procedure = procedure_call(sql) if self.kind == "plsql" else None
        self.binds: list[Bind] = []
        self.directions: list[int] = []  # of a block's binds, once it was executed
        self.wants_row_counts = False
        self.columns: Sequence[Column] | None = None  # None: a query not yet executed
        self.defines: list[Bind] | None = None
        self.rows: Iterator[Sequence[Value]] = iter(())
        self.fetched = 0
        self.stored_lobs: list[int] = []  # handed out by the current execution

    @property
    def needs_define(self) -> bool:
        """CLOB columns are not fetched before the client has said how it wants them."""
        return self.defines is None and any(
            column.ora_type == OraType.CLOB for column in self.columns or ()
        )

    def bind(self, binds: list[Bind]) -> None:
        """Take what the client declares. Raises OraError 1008 when binds are missing."""
        if len(binds) != len(self.names):
            raise OraError(1008, "not all variables bound")
        for bind, name in zip(binds, self.names, strict=True):
            bind.name = name
        self.binds = binds
        self.directions = []


class Cursors:
    """The open cursors of one session, counted."""

    def __init__(self, stats: Stats, lobs: Lobs, limit: int) -> None:
        self._stats = stats
        self._lobs = lobs
        self._limit = limit
        self._ids = itertools.count(1)
        self._by_id: dict[int, Cursor] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, cursor_id: int) -> Cursor | None:
        return self._by_id.get(cursor_id)

    def get(self, cursor_id: int) -> Cursor:
        """Raises OraError 1001 for a cursor that is not open."""
        try:
            return self._by_id[cursor_id]
        except KeyError:
            raise OraError(1001, "invalid cursor") from None

    def open(self, sql: str) -> Cursor:
        """Raises OraError 1000 when there are too many."""
        if len(self._by_id) >= self._limit:
            raise OraError(1000, "maximum open cursors exceeded")
        cursor = Cursor(next(self._ids), sql)
        self._by_id[cursor.id] = cursor
        self._stats.cursors_opened += 1
        self._stats.open_cursors += 1
        return cursor

    def close(self, cursor_id: int) -> None:
        cursor = self._by_id.pop(cursor_id, None)
        if cursor is not None:
            self._stats.cursors_closed += 1
            self._stats.open_cursors -= 1
            self.forget_lobs(cursor)

    def forget_lobs(self, cursor: Cursor) -> None:
        """Stored LOBs need no freeing: their locators end with the result set."""
        for lob_id in cursor.stored_lobs:
            self._lobs.free(lob_id)
        cursor.stored_lobs.clear()

    def clear(self) -> None:
        """The session is over."""
        self._stats.open_cursors -= len(self._by_id)
        self._by_id.clear()
