"""The loader's statements, for a database that only counts the rows."""

import re

from app.wells.oracle.scripts import SCRIPTS, read_statement
from tests.wire.oracle import Column, Rows, Session

LOADER = {
    read_statement(path.relative_to(SCRIPTS).with_suffix("").as_posix()): path.stem
    for path in SCRIPTS.glob("loader/**/*.sql")
}
"""Their names, by their text."""

_PLANNED = re.compile(r"CARDINALITY\(staged \d+\)")
"""For how many rows the loader has a statement planned."""

_NUMBERS = [Column(name, "NUMBER") for name in ("KEYS", "INSERTED", "UPDATED")]
_REFUSED = [Column("LINE", "NUMBER"), Column("COLUMN"), Column("REASON")]


def name_of(sql: str) -> str | None:
    """The name of a statement of the loader's; None for any other."""
    return LOADER.get(_PLANNED.sub("CARDINALITY(staged 1)", sql))


class CountedLoads:
    """What a handler of the wire server answers them with: no row is refused, every row is new."""

    def __init__(self) -> None:
        self.staged = self.loaded = 0

    def load(self, sql: str) -> Rows | int | None:
        """The answer to a statement of the loader's."""
        name = name_of(sql)
        if name == "stage":
            self.staged += 1
            return 1
        if name == "count":
            return Rows(_NUMBERS, [(self.staged, self.staged, 0)])
        if name == "refused":
            return Rows(_REFUSED, [])
        return self.staged if name and name.startswith(("merge", "set")) else None

    def commit(self, _: Session) -> None:
        self.loaded += self.staged
        self.staged = 0

    def rollback(self, _: Session) -> None:
        self.staged = 0
