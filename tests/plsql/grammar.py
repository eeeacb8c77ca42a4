"""The shipped files as trees of sqlfluff's Oracle grammar, for the rules that read them.

The rules see what the engines are blind to: RETURNING, ORDER BY inside the aggregates, what
ora2pg swallows, and what only SQL*Plus would trip over.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.linter import LintedFile
from sqlfluff.core.parser import BaseSegment
from sqlfluff.core.types import ConfigMappingType

from tests.plsql.scripts import SCRIPTS

BY_HAND = sorted(SCRIPTS.glob("*.sql"))
LOADER = sorted(SCRIPTS.glob("loader/**/*.sql"))
PLAIN = sorted(set(SCRIPTS.glob("*/*.*")) - set(LOADER))
# The grammar has no LOCK TABLE.
PARSED = [*PLAIN, *(path for path in LOADER if path.name != "lock.sql")]
SPECIFICATION = SCRIPTS / "packages" / "get_odm_data_pkg.pks"
BODY = SCRIPTS / "packages" / "get_odm_data_pkg.pkb"

MONTHS = "PARTITION BY RANGE (production_date) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))"
FIRST_MONTHS = "PARTITION before_2000 VALUES LESS THAN (DATE '2000-01-01')"
ONE_INDEX = "UPDATE INDEXES (odm_daily_production_pk GLOBAL)"
# What the grammar does not know yet, and what it is given instead.
_UNKNOWN = [
    (r"\bVARCHAR2\((\d+) CHAR\)", r"VARCHAR2(\1)"),
    (r"\nORGANIZATION INDEX;", "\n;"),
    (r"\nON COMMIT DELETE ROWS;", "\n;"),
    (
        re.escape(f"\nMODIFY {MONTHS}\n(\n    {FIRST_MONTHS}\n)\n{ONE_INDEX};"),
        "\nMODIFY (oil_bbl NUMBER(10,3));",
    ),
    (r"\bV\$OPTION\b", "some_options"),
    (r"\nBUILD IMMEDIATE\nREFRESH COMPLETE ON DEMAND\nAS\n", "\nAS\n"),
    (r"\bforce =>", "forced =>"),
    ("&service_account", "service_account"),
]
_LAYOUT: ConfigMappingType = {
    "core": {
        "dialect": "oracle",
        "rules": "core",
        # LT is about indentation, which sqlfluff wants otherwise; the CPs take the names of
        # procedures and of types for names of columns.
        "exclude_rules": "LT01,LT02,LT06,CP02,CP03,CP05",
        "max_line_length": 100,
    },
    "rules": {
        "capitalisation.keywords": {"capitalisation_policy": "upper"},
        "capitalisation.literals": {"capitalisation_policy": "upper"},
    },
}


def _known(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    for pattern, replacement in _UNKNOWN:
        text = re.sub(pattern, replacement, text)
    return text


@cache
def _read(text: str) -> LintedFile:
    return Linter(config=FluffConfig(configs=_LAYOUT)).lint_string(text)


def parsed(path: Path) -> BaseSegment:
    """The file as a tree; fails where the grammar stops following it."""
    read = _read(_known(path))
    unparsable = [fault.desc() for fault in read.get_violations() if fault.rule_code() == "PRS"]
    assert unparsable == []
    assert read.tree is not None
    return read.tree


def faults(path: Path) -> list[str]:
    """What the grammar and sqlfluff's core rules have against the file."""
    found = _read(_known(path)).get_violations()
    return [f"line {fault.line_no}: {fault.rule_code()} {fault.desc()}" for fault in found]


def functions(tree: BaseSegment, name: str) -> Iterator[list[str]]:
    """For each call of a function, the tokens between its own parentheses, not those deeper."""
    for call in tree.recursive_crawl("function"):
        if call.raw_upper.startswith(f"{name}("):
            depth, tokens = 0, []
            for segment in call.raw_segments[1:]:
                depth -= segment.raw == ")"
                if depth == 1 and segment.is_code:
                    tokens.append(segment.raw)
                depth += segment.raw == "("
            yield tokens


# Of Oracle's own subprograms: the places of the arguments that they write to.
_WRITTEN = {
    "DBMS_LOB.APPEND": {0},
    "DBMS_LOB.CREATETEMPORARY": {0},
    "DBMS_LOB.FREETEMPORARY": {0},
    "DBMS_LOB.READ": {1, 3},
}
_SUBPROGRAM = re.compile(
    r"^( *)(?:CREATE OR REPLACE )?(?:PROCEDURE|FUNCTION) (\w+)\s*(?:\(([^()]*)\))?(?=[^;]*\n)"
    r"([\s\S]*?)\n\1END \2;",
    re.MULTILINE,
)


def assigned_inputs(code: str) -> list[str]:
    """Parameters that are IN and yet written to, which Oracle does not compile (PLS-00363).

    Whether by an assignment, an INTO, or as an argument of what writes to it; the code is one
    without comments and literals.
    """
    found, written = [], dict(_WRITTEN)
    subprograms = _SUBPROGRAM.findall(code)
    modes = {
        name: re.findall(r"(\w+)\s+((?:IN|OUT)(?: OUT)?)\b", parameters)
        for _, name, parameters, _ in subprograms
    }
    for name, parameters in modes.items():
        written[name.upper()] = {n for n, (_, mode) in enumerate(parameters) if "OUT" in mode}
    for _, name, _, body in subprograms:
        targets = set(re.findall(r"\b(\w+) :=", body)) | set(re.findall(r"\bINTO (\w+)", body))
        for called in re.finditer(r"\b([\w.]+)\(", body):
            given = _arguments(body[called.end() :])
            places = written.get(called[1].upper(), set())
            targets |= {given[place] for place in places if place < len(given)}
        inputs = [parameter for parameter, mode in modes[name] if mode == "IN"]
        found += [f"{name}: {parameter}" for parameter in inputs if parameter in targets]
    return found


def _arguments(code: str) -> list[str]:
    """The arguments of a call whose opening parenthesis stands before the code."""
    depth, given = 0, [""]
    for character in code:
        if character == ")" and depth == 0:
            break
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            given.append("")
        else:
            given[-1] += character
    return [argument.strip() for argument in given]


def literals(tree: BaseSegment) -> list[str]:
    """The string literals of a file."""
    return [segment.raw for segment in tree.recursive_crawl("quoted_literal")]


def code_of(path: Path) -> str:
    """The text of a file without comments and without what stands between quotes."""
    return bare(path.read_text(encoding="utf-8"))


def bare(text: str) -> str:
    """A text without comments and without what stands between quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", text))
