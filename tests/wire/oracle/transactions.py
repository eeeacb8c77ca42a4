"""Transactions: whether one is open, and how it ends.

A handler that has `commit` and `rollback` (calls.Transactional) is told of the ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls import Done, Out, Result
from .cursors import Cursor
from .statements import is_alter_session

if TYPE_CHECKING:
    from .session import Session


def executed(session: Session, cursor: Cursor, result: Result) -> None:
    """Note what an execution did to the transaction. DDL commits."""
    if isinstance(result, (Out, Done)) and result.in_transaction is not None:
        session.in_transaction = result.in_transaction
    elif cursor.kind == "dml":
        session.in_transaction = True
    elif cursor.kind == "ddl" and not is_alter_session(cursor.sql):
        commit(session)


def commit(session: Session) -> None:
    """The client's commit, an autocommit, or DDL."""
    session.stats.commits += 1
    if session.in_transaction and session.server.transactional is not None:
        session.server.transactional.commit(session)
    session.in_transaction = False


def rollback(session: Session) -> None:
    """The client's rollback."""
    session.stats.rollbacks += 1
    abandon(session)


def abandon(session: Session) -> None:
    """Undo an open transaction, as when the session ends."""
    if session.in_transaction and session.server.transactional is not None:
        session.server.transactional.rollback(session)
    session.in_transaction = False
