"""A handler put together from procedures and statements."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from .calls import Call, Handler, Out, OutValues, Result
from .errors import OraError
from .statements import is_alter_session
from .values import Value

if TYPE_CHECKING:
    from .session import Session

ProcedureResult = OutValues | Out | None
ProcedureHandler = Callable[[Call, dict[str, Value]], ProcedureResult | Awaitable[ProcedureResult]]
TransactionHook = Callable[["Session"], None]


class _Procedure(NamedTuple):
    handler: ProcedureHandler
    parameters: Sequence[str]
    optional: Sequence[str]
    in_out: Sequence[str]


class _Statement(NamedTuple):
    pattern: re.Pattern[str]
    handler: Handler
    in_out: Sequence[str]


class Router:
    """Sends each call to what was registered for it.

    A block that is no more than one call goes to its procedure; any other statement to the
    first pattern found in its text. What matches nothing does not exist: ORA-06550 with
    PLS-00201 for PL/SQL, ORA-00942 for the rest. ALTER SESSION needs no registering.
    """

    def __init__(self) -> None:
        self._procedures: dict[str, _Procedure] = {}
        self._statements: list[_Statement] = []
        self._on_commit: list[TransactionHook] = []
        self._on_rollback: list[TransactionHook] = []

    def procedure(
        self,
        name: str,
        *parameters: str,
        optional: Sequence[str] = (),
        in_out: Sequence[str] = (),
    ) -> Callable[[ProcedureHandler], ProcedureHandler]:
        """Register `handler(call, arguments)`; arguments are by parameter, as spelt here.

        `optional` are trailing parameters with a default, `in_out` the parameters that are
        IN OUT.
        """

        def register(handler: ProcedureHandler) -> ProcedureHandler:
            self._procedures[name.upper()] = _Procedure(handler, parameters, optional, in_out)
            return handler

        return register

    def statement(
        self, pattern: str, *, in_out: Sequence[str] = ()
    ) -> Callable[[Handler], Handler]:
        """Register `handler(call)` for statements in which the regular expression is found.

        `in_out` are the binds of a block that are IN OUT.
        """
        compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)

        def register(handler: Handler) -> Handler:
            self._statements.append(_Statement(compiled, handler, in_out))
            return handler

        return register

    def on_commit(self, hook: TransactionHook) -> TransactionHook:
        self._on_commit.append(hook)
        return hook

    def on_rollback(self, hook: TransactionHook) -> TransactionHook:
        self._on_rollback.append(hook)
        return hook

    def commit(self, session: Session) -> None:
        for hook in self._on_commit:
            hook(session)

    def rollback(self, session: Session) -> None:
        for hook in self._on_rollback:
            hook(session)

    def __call__(self, call: Call) -> Result | Awaitable[Result]:
        procedure = call.procedure and self._procedures.get(call.procedure.name)
        if procedure:
            arguments = call.arguments(procedure.parameters, procedure.optional)
            return _declare(procedure.handler(call, arguments), procedure.in_out)
        for statement in self._statements:
            if statement.pattern.search(call.sql):
                return _declare(statement.handler(call), statement.in_out)
        if is_alter_session(call.sql):
            return None
        if call.kind == "plsql":
            raise call.undeclared()
        raise OraError(942, "table or view does not exist")


def _declare(
    result: Result | Awaitable[Result], in_out: Sequence[str]
) -> Result | Awaitable[Result]:
    if not in_out:
        return result
    if inspect.isawaitable(result):
        return _declared_later(result, in_out)
    return _declared(result, in_out)


async def _declared_later(result: Awaitable[Result], in_out: Sequence[str]) -> Result:
    return _declared(await result, in_out)


def _declared(result: Result, in_out: Sequence[str]) -> Out:
    """The result with a word on which of its binds are IN OUT."""
    if isinstance(result, Out):
        return replace(result, in_out=in_out)
    return Out(result if isinstance(result, Mapping) else {}, in_out=in_out)
