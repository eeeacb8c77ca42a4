"""The package as it is written: what makes its JSON right on Oracle, and what it tells a DBA."""

import re
from pathlib import Path

import pytest

from tests.plsql.grammar import BODY, SPECIFICATION, code_of, functions, literals, parsed
from tests.plsql.scripts import SCRIPTS, statements


def test_every_json_aggregate_is_whole() -> None:
    """Ordered inside, nulls kept, and a CLOB: without RETURNING it breaks off at 4000 bytes."""
    calls = list(functions(parsed(BODY), "JSON_ARRAYAGG"))
    assert len(calls) == 6
    for tokens in calls:
        clauses = " ".join(tokens)
        order = r"JSON_OBJECT \( \) FORMAT JSON ORDER BY \w+ \. (\w+_id|subject) "
        kind = "VARCHAR2 ( )" if "subject" in tokens else "CLOB"
        assert re.fullmatch(order + re.escape(f"NULL ON NULL RETURNING {kind}"), clauses), clauses


def test_every_json_object_is_whole() -> None:
    """Nulls kept, and a CLOB: a company's own names may take any length. Short days are none."""
    calls = [" ".join(tokens) for tokens in functions(parsed(BODY), "JSON_OBJECT")]
    assert len(calls) == 8
    short, long = (call for call in calls if "'date_value'" in call)
    for call in calls:
        kind = "VARCHAR2 ( )" if call == short or "'subject'" in call else "CLOB"
        assert call.endswith(f" NULL ON NULL RETURNING {kind}")
    assert short.removesuffix("VARCHAR2 ( )") == long.removesuffix("CLOB")


def test_no_value_is_concatenated_into_json() -> None:
    """Queries concatenate nothing; outside them only brackets, commas and whole rows are joined."""
    tree = parsed(BODY)
    for query in tree.recursive_crawl("select_statement"):
        assert "||" not in query.raw
    keys = {token for call in functions(tree, "JSON_OBJECT") for token in call if token[0] == "'"}
    dates = {"'YYYY-MM-DD'", '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\'', "'0001-01-01'", "'9999-12-31'"}
    assert set(literals(tree)) - keys - dates == {"'['", "']'", "'[]'", "','"}
    joined = re.findall(r".*\|\|.*", code_of(BODY))
    assert [line.strip() for line in joined] == [
        "l_buffer := l_buffer || l_separator;",
        "l_buffer := l_buffer || l_day.day_json;",
        "l_separator := '' || CHR(10);",
        "l_buffer := l_buffer || '';",
    ]


def test_lobs_are_appended_without_an_amount() -> None:
    """WRITEAPPEND counts in UTF-16 code units, LENGTH in characters; APPEND needs no count."""
    assert "WRITEAPPEND" not in code_of(BODY)
    for tokens in functions(parsed(BODY), "DBMS_LOB.APPEND"):
        assert tokens[:2] == ["p_json", ","]


@pytest.mark.parametrize("path", [SPECIFICATION, BODY], ids=lambda path: path.name)
def test_package_has_no_state(path: Path) -> None:
    """At package level stand procedures alone: ORA-04068 needs a variable to discard."""
    level = re.findall(r"(?m)^    (\S.*)", code_of(path))
    for line in level:
        assert re.match(r"PROCEDURE \w+\($|\)(;)?$|AS$|BEGIN$|END \w+;$", line), line


def test_rights() -> None:
    """Package and refresh run with their owner's rights; the package commits and writes nothing."""
    procedure = SCRIPTS / "procedures" / "odm_refresh_summaries.sql"
    for path in (SPECIFICATION, procedure):
        assert "\nAUTHID DEFINER\nAS\n" in path.read_text(encoding="utf-8")
    for word in ("COMMIT", "ROLLBACK", "INSERT", "UPDATE", "DELETE", "MERGE", "EXECUTE IMMEDIATE"):
        assert not re.search(rf"\b{word}\b", code_of(BODY)), word


def test_package_reads_only_the_six_objects() -> None:
    """What a company defines over its own tables is all that the package knows of."""
    tree = parsed(BODY)
    read = {table.raw for table in tree.recursive_crawl("table_reference")}
    assert read == {
        "odm_division",
        "get_division_summary_data_mv",
        "get_well_summary_data_mv",
        "get_well_reports_mv",
        "get_well_summary_by_day_vw",
        "get_data_version_vw",
    }


def test_refresh_is_complete_and_atomic() -> None:
    """All materialized views at once, in a transaction that hides them until it commits."""
    views = {path.stem for path in SCRIPTS.glob("materialized_views/*.sql")}
    path = SCRIPTS / "procedures" / "odm_refresh_summaries.sql"
    (procedure,) = statements(path.read_text(encoding="utf-8"))
    assert set(re.findall(r"l_owner \|\| '\.(\w+),?'", procedure)) == views
    assert re.search(r"method +=> 'CC'", procedure)
    assert re.search(r"atomic_refresh => TRUE\b", procedure)
    for view in views:
        text = (SCRIPTS / "materialized_views" / f"{view}.sql").read_text(encoding="utf-8")
        assert "\nBUILD IMMEDIATE\nREFRESH COMPLETE ON DEMAND\nAS\n" in text


def specified() -> dict[str, str]:
    """The comment above each procedure of the specification."""
    text = SPECIFICATION.read_text(encoding="utf-8")
    found = re.findall(r"((?:^    --.*\n)+)    PROCEDURE (\w+)", text, re.MULTILINE)
    return {name: comment for comment, name in found}


def produced() -> dict[str, list[str]]:
    """The fields of the rows of each procedure of the body."""
    bodies = re.split(r"(?m)^    PROCEDURE ", BODY.read_text(encoding="utf-8"))[1:]
    fields = {body.split("(")[0]: re.findall(r"'(\w+)' VALUE", body) for body in bodies}
    # A day is written in two ways, with the same fields.
    return {name: list(dict.fromkeys(keys)) for name, keys in fields.items() if keys}


def test_specification_tells_what_comes_back() -> None:
    """The comments list the fields in their order, with units, and say order and cost."""
    comments, fields = specified(), produced()
    assert set(comments) == set(fields)
    assert len(fields) == 7
    for name, comment in comments.items():
        described = re.findall(r"(?m)^    --     (\w+)  +(.*)", comment)
        assert [field for field, _ in described] == fields[name]
        for field, meaning in described:
            unit = "barrels" if "oil_produced" in field.lower() else "US dollars"
            if re.search("oil|budget|actual|(?<!un)price|sales", field, re.IGNORECASE):
                assert meaning.startswith(unit), field
            else:
                assert meaning.startswith(("number", "string")), field
        assert "ordered by" in comment or "one row" in comment
        assert "\n    -- Cost: " in comment


def test_specification_and_body_agree() -> None:
    """Each public procedure has the same parameters in both, and the range comes last."""
    signature = r"PROCEDURE (\w+)\(\s*([^)]*?)\s*\)"
    public = dict(re.findall(signature, SPECIFICATION.read_text(encoding="utf-8")))
    private = dict(re.findall(signature, BODY.read_text(encoding="utf-8")))
    assert {name: private[name] for name in public} == public
    assert set(private) - set(public) == {"flush_buffer"}
    by_day = re.findall(r"(p_\w+) +(.*?),?(?:\n|$)", public["get_well_summary_by_day"])
    assert by_day == [
        ("p_well_id", "IN NUMBER"),
        ("p_division_id", "IN NUMBER"),
        ("p_json", "OUT CLOB"),
        ("p_from_date", "IN DATE DEFAULT NULL"),
        ("p_to_date", "IN DATE DEFAULT NULL"),
    ]
