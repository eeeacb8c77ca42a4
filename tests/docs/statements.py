"""Runs Python from a page: where a comment ends a statement, it is the statement's value."""

import ast
import sys
from pathlib import Path
from typing import Any


def run(source: str) -> None:
    """Run each statement. Raises AssertionError when a value is not the one beside it."""
    lines = source.splitlines()
    names: dict[str, Any] = {}
    for statement in ast.parse(source).body:
        text = ast.get_source_segment(source, statement)
        assert text is not None
        assert statement.end_lineno
        _, _, value = lines[statement.end_lineno - 1].partition("  # ")
        if value:
            found = repr(eval(text, names))  # noqa: S307 (the page's own)
            assert found == value, f"{text} is {found}, not {value}"
        else:
            exec(text, names)  # noqa: S102


if __name__ == "__main__":
    run(Path(sys.argv[1]).read_text(encoding="utf-8"))
