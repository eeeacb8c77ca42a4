from __future__ import annotations

import datetime
from decimal import Decimal

import oracledb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .codes import OraType
from .errors import OraError
from .values import Value, decode, encode, encode_number

NUMBERS = st.one_of(
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, max_value=10**30, min_value=-(10**30)
    ),
    st.sampled_from([Decimal("1e-120"), Decimal("-1e100"), Decimal("0.1"), Decimal("-0.00123")]),
)


@given(NUMBERS)
def test_numbers_keep_their_digits(value: int | Decimal) -> None:
    """A NUMBER comes back equal, and as an int where it is whole."""
    back = decode(OraType.NUMBER, encode_number(value))
    assert back == value
    assert isinstance(back, int) == (value == int(value))


@given(NUMBERS, NUMBERS)
def test_numbers_sort_as_their_bytes(a: int | Decimal, b: int | Decimal) -> None:
    """The format is made so that bytes compare as the numbers do."""
    assert (encode_number(a) < encode_number(b)) == (a < b)


@pytest.mark.parametrize("value", [10**127, Decimal("1e-140"), Decimal("1" * 41), Decimal("NaN")])
def test_numbers_beyond_the_type_are_refused(value: int | Decimal) -> None:
    """Rather than sent wrong."""
    with pytest.raises(ValueError, match="not representable"):
        encode_number(value)


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)))  # noqa: DTZ001
def test_dates_and_timestamps_come_back(value: datetime.datetime) -> None:
    """A DATE loses the fraction of the second, a TIMESTAMP nothing."""
    date = encode(OraType.DATE, value)
    timestamp = encode(OraType.TIMESTAMP, value)
    assert date is not None
    assert timestamp is not None
    assert decode(OraType.DATE, date) == value.replace(microsecond=0)
    assert decode(OraType.TIMESTAMP, timestamp) == value


def test_other_types_are_refused() -> None:
    """Both ways, with a word on which type it was."""
    with pytest.raises(OraError, match=r"ORA-00932.*type 101"):
        encode(101, 1.5)
    with pytest.raises(ValueError, match="type 101"):
        decode(101, b"")


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(
    NUMBERS,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400),
    st.datetimes(datetime.datetime(1, 1, 1)),  # noqa: DTZ001
    st.text("aé€\U0001f6e2", min_size=1, max_size=300),
)
def test_values_pass_the_wire(
    connection: oracledb.Connection, n: Value, v: str, t: datetime.datetime, c: str
) -> None:
    """The driver sends each type and gets back what it sent."""
    with connection.cursor() as cursor:
        outs = [
            cursor.var(Decimal),
            cursor.var(oracledb.DB_TYPE_VARCHAR),
            cursor.var(oracledb.DB_TYPE_DATE),
            cursor.var(oracledb.DB_TYPE_TIMESTAMP),
            cursor.var(oracledb.DB_TYPE_CLOB),
        ]
        timestamp = cursor.var(oracledb.DB_TYPE_TIMESTAMP)
        timestamp.setvalue(0, t)
        lob = connection.createlob(oracledb.DB_TYPE_CLOB, c)
        cursor.callproc("types.echo", [n, v, t, timestamp, lob, *outs])
        got = [out.getvalue() for out in outs]
        assert got[0] == n
        assert (got[1] or "") == v
        assert got[2:4] == [t.replace(microsecond=0), t]
        assert got[4].read() == c


def test_null_passes_the_wire(connection: oracledb.Connection) -> None:
    """NULL of each type, in and out."""
    with connection.cursor() as cursor:
        outs = [
            cursor.var(kind)
            for kind in (
                int,
                str,
                oracledb.DB_TYPE_DATE,
                oracledb.DB_TYPE_TIMESTAMP,
                oracledb.DB_TYPE_CLOB,
            )
        ]
        cursor.callproc("types.echo", [None] * 4 + [cursor.var(oracledb.DB_TYPE_CLOB), *outs])
        assert [out.getvalue() for out in outs] == [None] * 5
