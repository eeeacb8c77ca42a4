"""The Oracle database, for writing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeVar

import oracledb

from app.wells.oracle.database import LONGEST_CALL_SECONDS, close_quietly, connect, place
from app.wells.oracle.loads import BudgetLoad, OracleLoad, PriceLoad, ProductionLoad
from app.wells.settings import WellsSettings
from app.wells.store import CommitInDoubt, Period

MODULE = "ODM load"

_AnyLoad = TypeVar("_AnyLoad", bound=OracleLoad[Any])


class OracleStore:
    """Loads over one connection. Its faults become StartupFault with one sentence."""

    def __init__(self, settings: WellsSettings, longest_call: float = LONGEST_CALL_SECONDS) -> None:
        self.name = place(settings)
        self._connection = connect(settings, MODULE, longest_call)
        self._abandoned = False

    def production(
        self, benchmark: str | None, period: Period = "day"
    ) -> AbstractContextManager[ProductionLoad]:
        return self._begun(ProductionLoad(self._connection, self.name, benchmark, period))

    def prices(self, benchmark: str) -> AbstractContextManager[PriceLoad]:
        return self._begun(PriceLoad(self._connection, self.name, benchmark))

    def budgets(self) -> AbstractContextManager[BudgetLoad]:
        return self._begun(BudgetLoad(self._connection, self.name))

    @contextmanager
    def _begun(self, load: _AnyLoad) -> Iterator[_AnyLoad]:
        try:
            load.begin()
            yield load
        except (CommitInDoubt, KeyboardInterrupt):
            # In the middle of a call, it may be: to say any more could wait for its answer.
            self._abandoned = True
            raise
        except BaseException:
            self._undo()
            raise
        self._undo()  # (nothing is left to undo after a commit)

    def _undo(self) -> None:
        with suppress(oracledb.Error, OSError):  # a session that is lost undoes by itself
            self._connection.rollback()

    def close(self) -> None:
        if not self._abandoned:
            close_quietly(self._connection)
