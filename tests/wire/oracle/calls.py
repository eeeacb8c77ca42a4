"""What a handler receives and what it returns.

A handler is called once for each execution of a statement, and so once for each row of an
executemany. It may be a coroutine function: a break or a kill then cancels it. What it
returns depends on the statement:

    PL/SQL   the OUT values by bind name, parameter name or 1-based position; None for none.
             A bind that it does not name is an IN bind, so it names the same ones each
             time. A bind that is both has to be declared (Out, or the router's `in_out`).
    query    Rows
    DML      the number of rows affected
    other    None

Out and Done say besides whether a transaction is open afterwards. It raises OraError to make
the database report an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from .codes import OraType
from .errors import OraError
from .statements import ProcedureCall
from .values import Value

if TYPE_CHECKING:
    from .session import Session

COLUMN_TYPES = {
    "VARCHAR2": OraType.VARCHAR,
    "CHAR": OraType.CHAR,
    "NUMBER": OraType.NUMBER,
    "DATE": OraType.DATE,
    "TIMESTAMP": OraType.TIMESTAMP,
    "CLOB": OraType.CLOB,
}


@dataclass
class Bind:
    """One bind variable of a statement, as the client declared it."""

    position: int  # from 1
    name: str
    ora_type: int = OraType.VARCHAR
    size: int = 0  # of the client's buffer, in bytes
    is_array: bool = False  # an index-by table
    max_elements: int = 0


@dataclass
class Column:
    """One column of a result: `type` is VARCHAR2, CHAR, NUMBER, DATE, TIMESTAMP or CLOB."""

    name: str
    type: str = "VARCHAR2"
    size: int = 4000  # bytes, for VARCHAR2 and CHAR
    precision: int = 0
    scale: int = -127
    nullable: bool = True
    temporary: bool = False  # CLOBs that a function made, not stored ones

    @property
    def ora_type(self) -> OraType:
        return COLUMN_TYPES[self.type]


@dataclass
class Rows:
    """A result set. The rows are taken from the iterable as the client fetches them."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


OutValues = Mapping[str, Value] | Mapping[int, Value]


@dataclass
class Out:
    """OUT values, and what else there is to say of a block.

    `in_out` names those of them that are IN OUT binds: the client sends a bind that is OUT
    only when it executes a statement for the first time, and never again.
    `in_transaction` says whether a transaction is open afterwards (None: as it was).
    """

    values: OutValues = field(default_factory=dict[str, Value])
    in_out: Collection[str | int] = ()
    in_transaction: bool | None = None


@dataclass
class Done:
    """Rows affected, and whether a transaction is open (None: as the statement's kind has it)."""

    rowcount: int = 0
    in_transaction: bool | None = None


Result = Rows | Out | Done | OutValues | int | None


class Call:
    """One execution of one statement, with the session it runs in.

    `row` counts the executions of an executemany from 0, `executions` is their number.
    """

    def __init__(
        self,
        session: Session,
        *,
        sql: str,
        kind: str,
        binds: Sequence[Bind],
        values: Sequence[Value],
        procedure: ProcedureCall | None = None,
        row: int = 0,
        executions: int = 1,
    ) -> None:
        self.session = session
        self.sql = sql
        self.kind = kind  # "plsql", "query", "dml", "ddl" or "other"
        self.binds = binds
        self.values = values
        self.procedure = procedure
        self.row = row
        self.executions = executions
        self._by_parameter: dict[str, str] = {}
        if procedure is not None:
            self._by_parameter = {name: bind for name, bind in procedure.arguments if name}

    def bind(self, key: str | int) -> Bind:
        """By 1-based position, bind name or parameter name. Raises KeyError or IndexError."""
        if isinstance(key, int):
            return self.binds[key - 1]
        name = key.upper()
        name = self._by_parameter.get(name, name)
        for bind in self.binds:
            if bind.name == name:
                return bind
        raise KeyError(key)

    def __getitem__(self, key: str | int) -> Value:
        """The value the client sent; None for NULL and for a bind that is OUT only."""
        position = self.bind(key).position
        return self.values[position - 1] if position <= len(self.values) else None

    def arguments(
        self, parameters: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Value]:
        """The values by parameter, from positional and named notation.

        `optional` are the parameters with a default: None where the call leaves them out.
        Raises OraError 6550 (PLS-00306) when the arguments are not the procedure's.
        """
        declared = {name.upper(): name for name in (*parameters, *optional)}
        order = list(declared)
        given: dict[str, str] = {}
        for at, (name, bind) in enumerate(self.procedure.arguments if self.procedure else ()):
            parameter = name or (order[at] if at < len(order) else "")
            if parameter not in declared or parameter in given:
                raise self.wrong_arguments()
            given[parameter] = bind
        if any(name.upper() not in given for name in parameters):
            raise self.wrong_arguments()
        self._by_parameter = given
        return {
            name: self[given[parameter]] if parameter in given else None
            for parameter, name in declared.items()
        }

    def wrong_arguments(self) -> OraError:
        name = self.procedure.name.rpartition(".")[2] if self.procedure else "?"
        return _compilation_error(
            f"PLS-00306: wrong number or types of arguments in call to '{name}'"
        )

    def undeclared(self) -> OraError:
        """Also what an account sees that lacks the privilege to execute a package."""
        name = self.procedure.name if self.procedure else "?"
        return _compilation_error(f"PLS-00201: identifier '{name}' must be declared")


def _compilation_error(text: str) -> OraError:
    where = "ORA-06550: line 1, column 7:\n"
    return OraError(6550, f"{where}{text}\n{where}PL/SQL: Statement ignored", offset=6)


Handler = Callable[[Call], Result | Awaitable[Result]]


@runtime_checkable
class Transactional(Protocol):
    """A handler that is told how transactions end. A session that ends rolls back."""

    def commit(self, session: Session) -> None: ...

    def rollback(self, session: Session) -> None: ...
