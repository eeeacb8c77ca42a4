"""The files of database/oracle, read by the convention that its install.sql states."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parents[3] / "database" / "oracle"

_BLOCK = re.compile(
    r"(?:DECLARE|BEGIN|CREATE(?:\s+OR\s+REPLACE)?\s+"
    r"(?:PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^@@(\S+)(.*)$", re.MULTILINE)
_ONCE = re.compile(r'\s*(?:"([A-Z ]+)"|([A-Z]+))\s+(\w+)\s+(\w+)\s*')


@dataclass(frozen=True)
class Step:
    """A file to run; `creates` is the (type, name) whose presence makes it superfluous."""

    path: Path
    creates: tuple[str, str] | None = None

    @property
    def is_check(self) -> bool:
        """Whether it looks for what is missing, before anything is changed."""
        return self.path.parent.name == "checks" and self.path.stem != "check_compiled"


def plan(script: str, folder: Path = SCRIPTS) -> list[Step]:
    """The plain files that a script run by hand lists, in order.

    Raises ValueError for what the convention does not know.
    """
    steps = []
    for name, arguments in _LISTED.findall((folder / script).read_text(encoding="utf-8")):
        path = folder / name
        if name == "create_once.sql":
            once = _ONCE.fullmatch(arguments)
            if once is None:
                raise ValueError(f"{script}: @@create_once.sql{arguments}")
            quoted, bare, directory, created = once.groups()
            steps.append(Step(folder / directory / f"{created}.sql", (quoted or bare, created)))
        elif _LISTED.search(path.read_text(encoding="utf-8")):
            steps.extend(plan(name, folder))
        else:
            steps.append(Step(path))
    return steps


def statements(text: str) -> Iterator[str]:
    """The statements of a plain file, without terminators and leading comments.

    Raises ValueError when the last one does not end.
    """
    lines: list[str] = []
    for line in text.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        if _BLOCK.match(lines[0] if lines else line):
            if line.strip() == "/":
                yield "\n".join(lines)
                lines = []
                continue
        elif line.rstrip().endswith(";"):
            yield "\n".join([*lines, line.rstrip()[:-1]])
            lines = []
            continue
        lines.append(line)
    if lines:
        raise ValueError(f"unfinished statement: {lines[0]}")


def read_statement(name: str) -> str:
    """The one statement of a file of database/oracle, named without its suffix."""
    (statement,) = statements((SCRIPTS / f"{name}.sql").read_text(encoding="utf-8"))
    return statement
