"""The embedded database, for writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from app.wells.embedded.errors import startup_faults
from app.wells.embedded.loads import BudgetLoad, EmbeddedLoad, PriceLoad, ProductionLoad
from app.wells.store import Period

_CACHE_KIB = 32 * 1024
_JOURNAL_BYTES = 64 << 20
"""What the write-ahead log is cut back to after a large load."""

_AnyLoad = TypeVar("_AnyLoad", bound=EmbeddedLoad[Any])


class EmbeddedStore:
    """Loads over one connection. Its faults become StartupFault with one sentence."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._path = path
        self.name = f"SQLite {path}"
        self._connection = connection
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA temp.cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")

    def production(
        self, benchmark: str | None, period: Period = "day"
    ) -> AbstractContextManager[ProductionLoad]:
        return self._begun(ProductionLoad(self._connection, benchmark, period))

    def prices(self, benchmark: str) -> AbstractContextManager[PriceLoad]:
        return self._begun(PriceLoad(self._connection, benchmark))

    def budgets(self) -> AbstractContextManager[BudgetLoad]:
        return self._begun(BudgetLoad(self._connection))

    @contextmanager
    def _begun(self, load: _AnyLoad) -> Iterator[_AnyLoad]:
        with startup_faults(self._path), load.staged():
            yield load

    def close(self) -> None:
        self._connection.close()
