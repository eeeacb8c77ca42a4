"""Layout, names and grammar of every shipped file, and what each table must have."""

import re
from pathlib import Path

import pytest
from sqlfluff.core.dialects import dialect_selector

from tests.plsql.grammar import (
    BY_HAND,
    LOADER,
    MONTHS,
    ONE_INDEX,
    PARSED,
    PLAIN,
    assigned_inputs,
    code_of,
    faults,
    parsed,
)
from tests.plsql.scripts import SCRIPTS, plan, statements

RESERVED = dialect_selector("oracle").sets("reserved_keywords")
TABLES = sorted(SCRIPTS.glob("tables/*.sql"))


def name(path: Path) -> str:
    """How the tests' output calls a file."""
    return path.name


@pytest.mark.parametrize("path", PARSED, ids=name)
def test_grammar(path: Path) -> None:
    """Every file is Oracle's SQL and PL/SQL from beginning to end."""
    parsed(path)


@pytest.mark.parametrize("path", PARSED, ids=name)
def test_layout(path: Path) -> None:
    """Keywords in capitals, no unused alias, no ambiguous join: sqlfluff's core rules."""
    assert faults(path) == []


@pytest.mark.parametrize("path", [*PLAIN, *LOADER, *BY_HAND], ids=name)
def test_lines(path: Path) -> None:
    """At most 100 columns, no tabs, no blanks at the end, a line feed at the end of the file."""
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    for number, line in enumerate(text.split("\n"), 1):
        assert len(line) <= 100, f"line {number}"
        assert line == line.rstrip(), f"line {number}"
        assert "\t" not in line, f"line {number}"
        # SQL*Plus reads a hyphen at the end as "continued on the next line".
        assert not line.endswith("-"), f"line {number}"


@pytest.mark.parametrize("path", [*PLAIN, *LOADER], ids=name)
def test_names(path: Path) -> None:
    """Words are capitals (the language's) or lower snake case (ours, and not the language's)."""
    for word in re.findall(r"[A-Za-z]\w*", code_of(path)):
        assert word.isupper() or re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", word), word
        assert word.isupper() or word == "force" or word.upper() not in RESERVED, word


@pytest.mark.parametrize("path", [*PLAIN, *LOADER], ids=name)
def test_declarations(path: Path) -> None:
    """Parameters are p_, variables l_, constants and cursors c_; lengths are in characters."""
    code = code_of(path)
    assert re.search(r"VARCHAR2\((?!\d+ CHAR\))", code) is None
    for words in re.findall(r"(?m)^ +(\w+) +(?:IN\b|OUT\b)(?! \()", code):
        assert words.startswith("p_")
    for name, constant in re.findall(
        r"(?m)^ +(\w+) +(CONSTANT +)?(?:VARCHAR2|PLS_INTEGER|CLOB|NUMBER|DATE|BOOLEAN)\b.*;", code
    ):
        assert name.startswith("c_" if constant else "l_")
    for name in re.findall(r"\bCURSOR (\w+)", code):
        assert name.startswith("c_")
    for name in re.findall(r"\bFOR (\w+) IN\b", code):
        assert name.startswith("l_")


@pytest.mark.parametrize("path", PLAIN, ids=name)
def test_inputs_are_not_assigned(path: Path) -> None:
    """What is handed in stays as it is: the engines would take an assignment, Oracle does not."""
    assert assigned_inputs(code_of(path)) == []


@pytest.mark.parametrize(
    ("parameter", "statement", "refused"),
    [
        ("p_a IN NUMBER", "p_a := 1", True),
        ("p_a IN OUT NUMBER", "p_a := 1", False),
        ("p_a OUT NUMBER", "SELECT 1 INTO p_a FROM dual", False),
        ("p_a IN NUMBER", "SELECT 1 INTO p_a FROM dual", True),
        ("p_a IN CLOB", "DBMS_LOB.APPEND(p_a, TO_CLOB(l_b))", True),
        ("p_a IN CLOB", "DBMS_LOB.APPEND(l_b, p_a)", False),
        ("p_a IN NUMBER", "other(p_a, 1)", False),
        ("p_a IN NUMBER", "other(1, p_a)", True),
    ],
)
def test_assigned_inputs_are_found(parameter: str, statement: str, refused: bool) -> None:
    """An assignment, an INTO and an argument that is written to are told from those that read."""
    other = "PROCEDURE other(p_x IN NUMBER, p_y OUT NUMBER) IS\nBEGIN\n  p_y := p_x;\nEND other;\n"
    code = f"{other}PROCEDURE it({parameter}) IS\nBEGIN\n  {statement};\nEND it;\n"
    assert assigned_inputs(code) == (["it: p_a"] if refused else [])


@pytest.mark.parametrize("path", PLAIN, ids=name)
def test_convention_of_plain_files(path: Path) -> None:
    """One object, named as the file; nothing for SQL*Plus; what ends a statement ends it."""
    text = path.read_text(encoding="utf-8")
    assert ("&" in text) == (path.name == "execute_package.sql")
    assert text.startswith("--") or path.suffix in {".pks", ".pkb"}
    for statement in statements(text):
        first = statement.split(None, 1)[0]
        if re.match(r"DECLARE|BEGIN|CREATE OR REPLACE (PACKAGE|PROCEDURE|TRIGGER)", statement):
            assert re.search(r"\nEND( \w+)?;$", statement)
        assert first in {"CREATE", "ALTER", "COMMENT", "DECLARE", "BEGIN", "GRANT"}
        if first in {"DECLARE", "BEGIN"}:
            continue
        if not re.match(r"CREATE (OR REPLACE )?(PACKAGE|PROCEDURE|TRIGGER)", statement):
            assert "\n\n" not in statement
            assert "--" not in statement
        if first != "GRANT" and not re.match(r"CREATE (UNIQUE )?INDEX", statement):
            assert re.search(rf"\b{path.stem}\b", statement.split("\n")[0])


@pytest.mark.parametrize("path", LOADER, ids=name)
def test_files_of_the_loader(path: Path) -> None:
    """A comment that says what it is for, and one statement."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert len(list(statements(text))) == 1


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_tables(path: Path) -> None:
    """Constraints with names that tell, and a comment for each column."""
    table = path.stem
    (definition,) = statements(path.read_text(encoding="utf-8"))
    text = (SCRIPTS / "comments" / path.name).read_text(encoding="utf-8")
    columns = re.findall(r"(?m)^    ([a-z]\w*) ", definition)
    assert columns
    for column in columns:
        assert f"COMMENT ON COLUMN {table}.{column} IS\n" in text
    assert f"COMMENT ON TABLE {table} IS\n" in text
    kinds = {"PRIMARY KEY": "pk", "FOREIGN KEY": "fk", "CHECK": "ck"}
    constraints = re.findall(r"CONSTRAINT (\w+) (PRIMARY KEY|FOREIGN KEY|CHECK)", definition)
    assert len(constraints) == len(re.findall("PRIMARY KEY|FOREIGN KEY|CHECK", definition))
    assert definition.count("REFERENCES") == definition.count("FOREIGN KEY")
    for name, kind in constraints:
        assert re.fullmatch(rf"{table}(_\w+)?_{kinds[kind]}", name)
        assert len(name) <= 30


def test_partitions_are_months_and_only_by_request() -> None:
    """Months without rows cost nothing, new ones come by themselves, and the key's index is one.

    Nothing else is partitioned: that is a licensed option, and Standard Edition has none.
    """
    text = (SCRIPTS / "partitions" / "odm_daily_production.sql").read_text(encoding="utf-8")
    (statement,) = statements(text)
    assert f"\nMODIFY {MONTHS}\n" in statement
    assert statement.endswith(ONE_INDEX)
    for script in ("install.sql", "upgrade.sql", "install_package.sql"):
        for step in plan(script):
            text = step.path.read_text(encoding="utf-8")
            assert not re.search(r"PARTITION (?:BY (?:RANGE|LIST|HASH)|\w+ VALUES)", text), step
