"""The loader's statements, for a database that only counts the rows."""

from app.wells.oracle.scripts import SCRIPTS, read_statement
from tests.wire.oracle import Column, Rows, Session

LOADER = {
    read_statement(path.relative_to(SCRIPTS).with_suffix("").as_posix()): path.stem
    for path in SCRIPTS.glob("loader/**/*.sql")
}
"""Their names, by their text."""

_NUMBERS = [Column(name, "NUMBER") for name in ("KEYS", "INSERTED", "UPDATED")]
_REFUSED = [Column("LINE", "NUMBER"), Column("COLUMN"), Column("REASON")]


class CountedLoads:
    """What a handler of the wire server answers them with: no row is refused, every row is new."""

    def __init__(self) -> None:
        self.staged = self.loaded = 0

    def load(self, sql: str) -> Rows | int | None:
        """The answer to a statement of the loader's."""
        name = LOADER[sql]
        if name == "stage":
            self.staged += 1
            return 1
        if name == "count":
            return Rows(_NUMBERS, [(self.staged, self.staged, 0)])
        if name == "refused":
            return Rows(_REFUSED, [])
        return self.staged if name.startswith(("merge", "set")) else None

    def commit(self, _: Session) -> None:
        self.loaded += self.staged
        self.staged = 0

    def rollback(self, _: Session) -> None:
        self.staged = 0
