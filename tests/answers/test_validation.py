"""The check of an answer's rows."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.validation import RowValidator
from app.contract.faults import InvalidAnswer
from app.contract.procedure import Procedure
from app.wells.catalogue import DIVISION_LIST, WELL_SUMMARY_BY_DAY

DAY = {
    "well_id": 1,
    "well_name": "Ø 🛢️",
    "division_id": 2,
    "division_name": "D",
    "date_value": "2024-02-29",
    "oil_produced": 1.125,
    "oil_price": None,
    "oil_sales": 0,
    "period": "day",
}


def check(procedure: Procedure, *pieces: bytes) -> None:
    validator = RowValidator(procedure)
    for n, piece in enumerate(pieces):
        validator.feed(piece, last=n == len(pieces) - 1)


@given(st.lists(st.integers(0, 500), max_size=6), st.integers(0, 4))
def test_cut_anywhere(cuts: list[int], rows: int) -> None:
    """Good rows pass wherever the text is cut, even inside a character."""
    text = json.dumps([DAY] * rows, ensure_ascii=False).encode()
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    check(WELL_SUMMARY_BY_DAY, *(text[a:b] for a, b in pairwise(places)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"oil_produced": 1.1255}, "oil_produced: .*3 decimals"),
        ({"oil_produced": "1.1"}, "oil_produced: .*not a JSON number"),
        ({"oil_produced": None}, "oil_produced"),
        ({"oil_sales": True}, "oil_sales: .*not a JSON number"),
        ({"well_id": 1.5}, "well_id"),
        ({"well_id": 10**38}, "well_id"),
        ({"well_name": None}, "well_name"),
        ({"date_value": "2023-02-29"}, "date_value"),
        ({"date_value": "2024-02-29T00:00:00"}, "date_value"),
        ({"extra": 1}, "extra"),
    ],
)
def test_bad_row(change: dict[str, object], reason: str) -> None:
    """A row that is not the model's is refused; the log learns which row and field."""
    text = json.dumps([DAY, DAY | change]).encode()
    with pytest.raises(InvalidAnswer) as caught:
        check(WELL_SUMMARY_BY_DAY, text)
    assert "row 2" in caught.value.cause
    assert re.search(reason, caught.value.cause)
    assert "row 2" not in caught.value.detail


def test_fields_out_of_order() -> None:
    """The order of the fields is part of the contract."""
    with pytest.raises(InvalidAnswer) as caught:
        check(DIVISION_LIST, b'[{"Division_Name":"D","Division_Id":1}]')
    assert "out of order" in caught.value.cause


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"  ",
        b"null",
        b"{}",
        b'{"item":[]}',
        b"[",
        b"[1]",
        b"[[]]",
        b"[null]",
        b"[]]",
        b"[] []",
        b"[{}",
        b'[{"Division_Id":1,"Division_Name":"D"},]',
        b'[{"Division_Id":1,"Division_Name":"D"}',
        b'[{"Division_Id":1,"Division_Name":"\xff"}]',
        b'[{"Division_Id":NaN,"Division_Name":"D"}]',
    ],
)
def test_not_an_array_of_rows(document: bytes) -> None:
    """Anything but one whole JSON array of rows is refused."""
    with pytest.raises(InvalidAnswer):
        check(DIVISION_LIST, document)
