"""A database for the runner itself: it says what it is, and answers from an embedded database.

It keeps a catalogue of what is installed, and executes nothing. The checks that need that fail on
it, and must be told as failed.
"""

from collections.abc import Awaitable
from pathlib import Path

from app.wells.oracle.transport import NEXT, PACKAGE
from tests.plsql.engines.oracle import DROP_EVERYTHING
from tests.wells.oracle.counted import CountedLoads, name_of
from tests.wells.oracle.database import from_embedded
from tests.wells.oracle.real.test_installation import CATALOGUE
from tests.wells.oracle.schema import Schema
from tests.wire.oracle import Call, Column, OraError, Rows
from tests.wire.oracle.calls import Result

FACTS = {
    "product_component_version": "Oracle Database 19c Standard Edition 2 ",
    "CON_NAME": "ODMPDB",
    "'NLS_CHARACTERSET'": "AL32UTF8",
    "'NLS_NCHAR_CHARACTERSET'": "AL16UTF16",
    "SELECT value FROM V$OPTION": "FALSE",
}


class Played(CountedLoads):
    """A handler of the wire server."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._package = from_embedded(data)
        self._schema = Schema()
        self._schema.errors = {"FROM V$OPTION": OraError(20005, "Partitions cannot be had: SE2")}

    def __call__(self, call: Call) -> Result | Awaitable[Result]:
        if name_of(call.sql):
            return self.load(call.sql)
        if call.sql.strip() == DROP_EVERYTHING.strip():
            self._schema.empty()
            return None
        if call.kind == "query":
            return self._dictionary(call)
        plain = call.procedure is not None and call.procedure.name.startswith(PACKAGE.upper())
        if call.sql == NEXT or f"{PACKAGE}." in call.sql or plain:
            return self._package(call)
        if call.sql.startswith(("CREATE", "COMMENT", "GRANT", "ALTER TABLE", "BEGIN", "DECLARE")):
            return self._schema(call)
        return 1 if call.kind == "dml" else None

    def _dictionary(self, call: Call) -> Rows:
        columns = [Column("TOLD")]
        for words, value in FACTS.items():
            if words in call.sql:
                return Rows(columns, [(value,)])
        if call.sql.strip() == CATALOGUE.strip():
            told = [" ".join(named) for named in sorted(self._schema.objects)]
            told += [f"COMMENT {name} {text}" for name, text in self._schema.comments.items()]
            return Rows(columns, [(text,) for text in told])
        if "FROM odm_data_version" in call.sql:
            return Rows(columns, [(subject,) for subject in sorted(self._schema.rows)])
        there = 0
        if "user_objects" in call.sql:
            there = (str(call[1]), str(call[2]).upper()) in self._schema.objects
        if "COUNT(*)" in call.sql:
            return Rows([Column("COUNT", "NUMBER")], [(int(there),)])
        return Rows([Column("ONE", "NUMBER")], [(1,)] if there else [])
