"""From a query string to arguments."""

import datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.formats import CSV, KNOWN, Asked, Format
from app.contract.faults import BadArguments
from app.contract.procedure import Procedure
from app.contract.values import MAX_ID
from app.web.arguments import parse_arguments
from app.wells.catalogue import DIVISION_LIST, PROCEDURES, WELL_LIST, WELL_SUMMARY_BY_DAY

identifiers = st.integers(-MAX_ID, MAX_ID)


@given(identifiers, identifiers, st.dates(), st.dates())
def test_good(well_id: int, division_id: int, one: datetime.date, other: datetime.date) -> None:
    """What the route takes arrives as it was meant."""
    given_arguments = {
        "well_id": well_id,
        "division_id": division_id,
        "from_date": min(one, other),
        "to_date": max(one, other),
    }
    query = urlencode(given_arguments).encode()
    assert parse_arguments(WELL_SUMMARY_BY_DAY, query) == (given_arguments, Asked())


def test_optional() -> None:
    """An optional parameter that is not given is None."""
    arguments, _ = parse_arguments(WELL_SUMMARY_BY_DAY, b"division_id=1&well_id=2")
    assert arguments == {"well_id": 2, "division_id": 1, "from_date": None, "to_date": None}


@given(st.sampled_from(PROCEDURES), st.binary(max_size=60))
def test_any_bytes(procedure: Procedure, query: bytes) -> None:
    """Whatever is sent is either understood or refused with the fields named, in clean text."""
    try:
        arguments, _ = parse_arguments(procedure, query)
    except BadArguments as fault:
        assert fault.errors  # noqa: PT017 (either outcome is good)
        fault.detail.encode("utf-8")
    else:
        assert set(arguments) == {p.name for p in procedure.parameters}


@given(st.text().filter(lambda text: not text.isascii() or text.strip("-0123456789") != ""))
def test_not_an_integer(text: str) -> None:
    """An id is ASCII digits with a minus at most; nothing else is guessed at."""
    with pytest.raises(BadArguments) as caught:
        parse_arguments(WELL_LIST, f"division_id={quote(text, errors='replace')}".encode())
    assert [field for field, _ in caught.value.errors] == ["division_id"]


@pytest.mark.parametrize("number", [MAX_ID + 1, -MAX_ID - 1])
def test_beyond_the_database(number: int) -> None:
    """39 digits are more than NUMBER(38) holds."""
    with pytest.raises(BadArguments, match="division_id: has more than 38 digits"):
        parse_arguments(WELL_LIST, f"division_id={number}".encode())


def test_every_error_at_once() -> None:
    """A caller learns of all that is wrong, not of one thing after the other."""
    with pytest.raises(BadArguments) as caught:
        parse_arguments(WELL_SUMMARY_BY_DAY, b"well_id=x&well_id=y&from_date=2024-13-01&a=1&b=2")
    fields = [field for field, _ in caught.value.errors]
    assert fields == ["well_id", "division_id", "from_date", "a", "b"]


def test_many_unknown_parameters() -> None:
    """A flood of parameters does not come back as a flood of errors."""
    with pytest.raises(BadArguments) as caught:
        parse_arguments(DIVISION_LIST, "&".join(f"p{n}=" for n in range(5000)).encode())
    assert len(caught.value.errors) == 21
    assert "4980 more" in caught.value.errors[-1][1]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (b"", Asked()),
        (b"format=csv", Asked("csv")),
        (b"format=csv&bom=false", Asked("csv", bom=False)),
        (b"bom=true", Asked(bom=True)),
    ],
)
def test_format(query: bytes, asked: Asked) -> None:
    """The format, and whether it has a mark, stand beside the procedure's own."""
    assert parse_arguments(DIVISION_LIST, query) == ({}, asked)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_format_of_the_path(known: Format) -> None:
    """Where the path names the format, the query does not, and only CSV has a mark."""
    assert parse_arguments(DIVISION_LIST, b"", known) == ({}, Asked(known.name))
    with pytest.raises(BadArguments, match="format: is not a parameter of this route"):
        parse_arguments(DIVISION_LIST, b"format=csv", known)
    if known is CSV:
        assert parse_arguments(DIVISION_LIST, b"bom=false", known)[1] == Asked("csv", bom=False)
    else:
        with pytest.raises(BadArguments, match="bom: is not a parameter of this route"):
            parse_arguments(DIVISION_LIST, b"bom=false", known)


@pytest.mark.parametrize("bom", ["", "no", "True", "0"])
def test_bom(bom: str) -> None:
    """It is true or false, and nothing like it."""
    with pytest.raises(BadArguments, match="bom: is not true or false"):
        parse_arguments(DIVISION_LIST, f"format=csv&bom={bom}".encode())
