"""The table from the driver's codes to errors."""

import re
from pathlib import Path

import oracledb
import pytest

from app.wells.oracle import errors
from app.wells.oracle.errors import fault_for, kind_of, one_line
from tests.wire.oracle import Control
from tests.wire.oracle.client import connect

KINDS = ["LOST", "STALE", "REFUSED", "UNREACHABLE", "TIMED_OUT", "NOT_OFFERED"]


def raised(oracle: Control, code: int, message: str) -> oracledb.Error:
    """What the driver makes of an error of the database's."""
    with connect(oracle) as connection, connection.cursor() as cursor:
        oracle.inject("error", operation="*execute*", code=code, message=message)
        with pytest.raises(oracledb.Error) as info:
            cursor.execute("BEGIN NULL; END;")
        return info.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (28, "LOST"),
        (3113, "LOST"),
        (1012, "LOST"),
        (2396, "LOST"),
        (4061, "STALE"),
        (1033, "UNREACHABLE"),
        (18, "UNREACHABLE"),
        (28000, "REFUSED"),
        (40, "TIMED_OUT"),
        (942, "NOT_OFFERED"),
        (4063, "NOT_OFFERED"),
        (20000, "RAISED"),
        (20999, "RAISED"),
        (21000, "FAILED"),
        (1555, "FAILED"),
        (1115, "LOST"),  # the driver calls it recoverable
    ],
)
def test_kinds(oracle: Control, code: int, kind: str) -> None:
    """Each code is of the kind that the table says, as the driver reports it."""
    assert kind_of(raised(oracle, code, "text")) is getattr(errors, kind)


def test_no_code_twice() -> None:
    """A code stands in one row."""
    codes = [code for name in KINDS for code in getattr(errors, name).codes]
    assert len(codes) == len(set(codes))


def test_words(oracle: Control) -> None:
    """One line: control characters and the driver's links to manuals are left out."""
    error = raised(oracle, 20001, "ORA-20001: first\x1b[31m\nORA-06512: at line 1\n")
    assert one_line(error) == "ORA-20001: first?[31m; ORA-06512: at line 1"
    fault = fault_for(error, "Get_Division_List")
    assert fault.cause == f"Get_Division_List: {one_line(error)}"
    assert "ORA" not in fault.detail


def test_documented() -> None:
    """docs/reference/oracle.md has every code of the table."""
    text = (Path(__file__).parents[3] / "docs/reference/oracle.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"\b(?:ORA|DPY)-\d+", text))
    missing = {code for name in KINDS for code in getattr(errors, name).codes} - documented
    assert not missing
