"""The databases that execute the shipped files in the tests, behind one small interface."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.plsql.scripts import SCRIPTS

# What a procedure is given: ids and days.
Argument = int | dt.date | None

TABLES = (
    "odm_division",
    "odm_well",
    "odm_daily_production",
    "odm_daily_price",
    "odm_monthly_budget",
)
# A time of the database's host in UTC: the dictionaries that are made up for the engines have no
# other.
HOST_TIME = (
    r"\bCAST\(SYS_EXTRACT_UTC\(FROM_TZ\(\s+CAST\((.*) AS TIMESTAMP\),"
    r"\s+TO_CHAR\(SYSTIMESTAMP, 'TZH:TZM'\)\s+\)\) AS DATE\)"
)


class EngineMissing(Exception):
    """This machine has not what the engine needs; the message says what."""


class StatementRefused(Exception):
    """The database answered a statement with an error."""


class Engine(Protocol):
    """A database that runs the files of database/oracle."""

    name: str
    installed: str | None

    def install(self, script: str, before: str = "", scripts: Path = SCRIPTS) -> None:
        """Empties the schema, runs the statements of `before`, then what the script lists.

        The script is what `installed` then says.
        """

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Adds rows, given in the order of the table's columns."""

    def clear(self) -> None:
        """Deletes the rows of all tables of ODM."""

    def refresh(self, view: str | None = None) -> None:
        """Calls odm_refresh_summaries, or refreshes one materialized view."""

    def call(self, procedure: str, *arguments: Argument) -> str:
        """The p_json of a procedure of get_odm_data_pkg; the arguments are those beside it.

        The date range of the by-day procedure may be left out.
        """

    def appended(self) -> list[int] | None:
        """Bytes of each piece that the last call appended, where they are known."""

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement that every engine understands."""

    def another(self) -> "Engine":
        """A further session in the same schema; `close_session` ends it."""

    def close_session(self) -> None:
        """Ends the session, and leaves the schema."""

    def close(self) -> None:
        """Gives back what the engine took of the machine."""
