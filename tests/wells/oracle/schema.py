"""A schema behind the wire, as far as an installation can tell: what there is, and from which text.

It refuses what Oracle refuses: to make what is there, and to build on what is not.
"""

import re
from collections.abc import Callable

from app.wells.oracle.database import SET_UP
from tests.wire.oracle import Call, Column, OraError, Rows

Named = tuple[str, str]
"""Type and name of an object, as in USER_OBJECTS."""

THERE = OraError(955, "name is already used by an existing object")
MISSING = OraError(942, "table or view does not exist")


class Schema:
    """A handler that keeps a catalogue of what it was told to make."""

    def __init__(self) -> None:
        self.empty()
        self.errors: dict[str, OraError] = {}
        """What it answers to statements with these words."""

    def empty(self) -> None:
        """Begin with nothing."""
        self.objects: dict[Named, str] = {}
        self.comments: dict[str, str] = {}
        self.rows: set[str] = set()
        """The subjects of odm_data_version."""
        self.jobs: set[str] = set()
        self.ran: list[str] = []

    def catalogue(self) -> list[object]:
        """All that there is, each with the text that made it."""
        return [
            sorted(self.objects.items()),
            sorted(self.comments.items()),
            sorted(self.rows),
            sorted(self.jobs),
        ]

    def __call__(self, call: Call) -> Rows | None:
        if call.sql == SET_UP:
            return None
        if call.kind == "query":
            asked = (call["object_type"], str(call["object_name"]).upper())
            there = any(asked == each for each in self.objects)
            return Rows([Column("COUNT", "NUMBER")], [(int(there),)])
        self.ran.append(call.sql)
        for words, error in self.errors.items():
            if words in call.sql:
                raise error
        for pattern, execute in _STATEMENTS:
            if found := re.match(pattern, call.sql):
                execute(self, found)
                return None
        if not call.sql.startswith(("BEGIN", "DECLARE")):
            raise AssertionError(f"not known: {call.sql}")
        self._block(call.sql)
        return None

    # -- what the statements do ------------------------------------------------------------------

    def has(self, name: str, *kinds: str) -> bool:
        """Whether there is an object of that name and one of these types."""
        return any((kind, name.upper()) in self.objects for kind in kinds)

    def make(self, kind: str, name: str, text: str, *, replace: bool = False) -> None:
        """Note an object."""
        if not replace and self.has(name, kind):
            raise THERE
        self.objects[kind, name.upper()] = text

    def drop(self, names: list[str]) -> None:
        """Forget these objects, and what belongs to them."""
        for kind, name in list(self.objects):
            text = self.objects[kind, name]
            table = re.match(r"CREATE (?:UNIQUE )?INDEX \w+\s+ON (\w+)", text)
            if name in names or (table and table[1].upper() in names):
                del self.objects[kind, name]
        self.comments = {
            told: text
            for told, text in self.comments.items()
            if told.split(".")[0].upper() not in names
        }
        if "ODM_DATA_VERSION" in names:
            self.rows.clear()

    def _block(self, text: str) -> None:
        """A block is known by what it calls or looks at."""
        quoted = re.findall(r"'([A-Z_]{7,})'", text)
        if "INSERT INTO odm_data_version" in text:
            _needs(self, "odm_data_version", "TABLE")
            self.rows |= set(re.findall(r"SELECT '(\w+)' AS subject", text))
        elif "CREATE_JOB" in text:
            _needs(self, "odm_refresh_summaries", "PROCEDURE")
            self.jobs.add("ODM_REFRESH_SUMMARIES_JOB")
        elif "DROP_JOB" in text:
            self.jobs -= set(quoted)
        elif "'DROP " in text:
            self.drop(quoted)
        elif "odm_note_change(" in text:
            _needs(self, "odm_note_change", "PROCEDURE")
        elif "FROM user_tables" in text and not all(self.has(name, "TABLE") for name in quoted):
            raise OraError(20003, "ODM is not installed in this schema: run install.sql")


def _needs(schema: Schema, name: str, *kinds: str) -> None:
    if not schema.has(name, *kinds):
        raise MISSING


def _table(schema: Schema, found: re.Match[str]) -> None:
    for parent in re.findall(r"REFERENCES (\w+)", found.string):
        _needs(schema, parent, "TABLE")
    schema.make("TABLE", found[1], found.string)


def _index(schema: Schema, found: re.Match[str]) -> None:
    _needs(schema, found[2], "TABLE", "MATERIALIZED VIEW")
    schema.make("INDEX", found[1], found.string)


def _materialized_view(schema: Schema, found: re.Match[str]) -> None:
    _needs(schema, "odm_well_totals_vw", "VIEW")
    schema.make("MATERIALIZED VIEW", found[1], found.string)


def _replaced(schema: Schema, found: re.Match[str]) -> None:
    if table := re.search(r"\nFOR [A-Z ]+ ON (\w+)\n", found.string):
        _needs(schema, table[1], "TABLE")
    schema.make(found[1], found[2], found.string, replace=True)


def _partitions(schema: Schema, found: re.Match[str]) -> None:
    _needs(schema, found[1], "TABLE")
    if schema.has(found[1], "TABLE PARTITION"):
        raise OraError(14427, "table is already partitioned")
    schema.make("TABLE PARTITION", found[1], found.string)


def _comment(schema: Schema, found: re.Match[str]) -> None:
    _needs(schema, found[1].split(".")[0], "TABLE", "MATERIALIZED VIEW")
    schema.comments[found[1]] = found.string


def _grant(schema: Schema, found: re.Match[str]) -> None:
    if not schema.has(found[1], "PACKAGE"):
        raise OraError(4042, "procedure, function, package, or package body does not exist")


_REPLACED = r"(VIEW|PACKAGE BODY|PACKAGE|PROCEDURE|TRIGGER)"
_STATEMENTS: list[tuple[str, Callable[[Schema, re.Match[str]], None]]] = [
    (r"CREATE (?:GLOBAL TEMPORARY )?TABLE (\w+)", _table),
    (r"CREATE (?:UNIQUE )?INDEX (\w+)\s+ON (\w+)", _index),
    (r"CREATE MATERIALIZED VIEW (\w+)", _materialized_view),
    (rf"CREATE OR REPLACE {_REPLACED} (\w+)", _replaced),
    (r"ALTER TABLE (\w+)\nMODIFY PARTITION BY", _partitions),
    (r"COMMENT ON (?:TABLE|COLUMN|MATERIALIZED VIEW) ([\w.]+) IS", _comment),
    (r"GRANT EXECUTE ON (\w+) TO", _grant),
]
