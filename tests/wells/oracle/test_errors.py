"""The table from the driver's codes to errors."""

import re
from pathlib import Path

import oracledb
import pytest

from app.wells.oracle import errors
from app.wells.oracle.errors import explain, failure_of, fault_for, kind_of, one_line
from tests.wire.oracle import Control
from tests.wire.oracle.client import connect

KINDS = ["LOST", "STALE", "REFUSED", "UNFIT", "UNREACHABLE", "TIMED_OUT", "NOT_OFFERED"]


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


def test_no_secrets() -> None:
    """The driver quotes a descriptor that it cannot read; what is secret in it is left out."""
    descriptor = "(DESCRIPTION=(SECURITY=(WALLET_PASSWORD=s3cret)(MY_WALLET=/w)"
    with pytest.raises(oracledb.Error) as info:
        oracledb.ConnectParams().parse_connect_string(descriptor)
    assert "WALLET_PASSWORD=s3cret" in str(info.value)
    assert "s3cret" not in one_line(info.value)
    assert "(WALLET_PASSWORD=***)(MY_WALLET=/w)" in one_line(info.value)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (28000, "REFUSED", "the account is locked"),
        (28001, "REFUSED", "password has expired"),
        (65162, "REFUSED", "password of this common account has expired"),
        (28040, "UNFIT", "ORACLE_CLIENT_LIB_DIR"),
    ],
)
def test_remedies(oracle: Control, code: int, kind: str, said: str) -> None:
    """What only a person can mend says how, in the log and to whoever started a command."""
    error = raised(oracle, code, f"ORA-{code}: text")
    assert kind_of(error) is getattr(errors, kind)
    failure = failure_of(error)
    assert (failure.detail, failure.refused) == (kind_of(error).detail, kind == "REFUSED")
    for text in (failure.cause, explain(error), fault_for(error, "P").cause):
        assert said in text
        assert f"ORA-{code}" in text
    assert fault_for(error, "P").status == 503
    assert said not in fault_for(error, "P").detail


@pytest.mark.parametrize(
    ("text", "full_code", "said"),
    [
        ("DPY-3015: password verifier type 0x939 is not supported", "DPY-3015", "verifier"),
        ("DPY-3001: Native Network Encryption is only in thick mode", "DPY-3001", "native network"),
        (
            "DPY-6005: cannot connect to database\nDPY-3001: Native Network Encryption",
            "DPY-6005",
            "native network",
        ),
        ("DPY-3010: connections to this database server version", "DPY-3010", "older"),
    ],
)
def test_needs_the_client(text: str, full_code: str, said: str) -> None:
    """What the driver cannot do alone is told as such, and counts as no refused password."""

    class Told:
        def __str__(self) -> str:
            return text

    told = Told()
    told.full_code = full_code  # type: ignore[attr-defined]
    error = oracledb.NotSupportedError(told)
    assert kind_of(error) is errors.UNFIT
    assert said in explain(error)
    assert said in fault_for(error, "P").cause
    assert not failure_of(error).refused


def test_no_grant(oracle: Control) -> None:
    """A package that the account does not see: who grants what; another name says no such thing."""
    text = "ORA-06550: line 28, column 3:\nPLS-00201: identifier '{}' must be declared"
    error = raised(oracle, 6550, text.format("GET_ODM_DATA_PKG.GET_DATA_VERSION"))
    assert "grants EXECUTE" in fault_for(error, "P").cause
    assert fault_for(error, "P").status == 500
    assert "grants EXECUTE" in explain(error)
    other = raised(oracle, 6550, text.format("DBMS_LOB"))
    assert "grants EXECUTE" not in fault_for(other, "P").cause


def test_documented() -> None:
    """docs/reference/oracle.md has every code of the table."""
    text = (Path(__file__).parents[3] / "docs/reference/oracle.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"\b(?:ORA|DPY)-\d+", text))
    missing = {code for name in KINDS for code in getattr(errors, name).codes} - documented
    assert not missing
