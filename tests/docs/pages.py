"""The pages of the documentation, and their blocks of code."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(
    r"^(?:<!-- (?P<kind>not run|tried by): (?P<words>[^\n]+) -->\n)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)\n?((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block; what stands in a comment before it says why this suite does not run it."""

    language: str
    text: str
    line: int
    not_run: str
    tried_by: str

    @property
    def is_run(self) -> bool:
        """Whether it is for a shell or for Python, and nothing says that it isn't run."""
        return self.language in ("console", "python") and not self.not_run and not self.tried_by

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Of a console: commands and their output, which may be a command on several lines."""
        return [
            (command.replace("\n> ", "\n"), output)
            for command, output in _COMMAND.findall(self.text)
        ]


def read(name: str) -> str:
    """A page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[Block]:
    """A page's blocks, in their order."""
    text = read(name)
    return [
        Block(
            found["language"],
            found["text"],
            text.count("\n", 0, found.start()) + 1,
            (found["words"] or "") if found["kind"] == "not run" else "",
            (found["words"] or "") if found["kind"] == "tried by" else "",
        )
        for found in _FENCE.finditer(text)
    ]


def block_of(name: str, language: str) -> str:
    """The one block of that language on a page."""
    (found,) = [block.text for block in blocks(name) if block.language == language]
    return found
