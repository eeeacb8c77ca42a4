"""Rows by columns, checked against their model."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.formats.columns import ColumnReader, columns_of
from app.contract.faults import InvalidAnswer
from app.wells.catalogue import DIVISION_SUMMARY, PROCEDURES
from tests.answers.formats.answers import BY_DAY, CUTS, DAY, FIELDS, array, cut

Rows = list[list[bytes]]


def read(*pieces: bytes) -> Rows:
    reader = ColumnReader(BY_DAY)
    blocks = [block for piece in pieces for block in reader.feed(piece)]
    reader.finish()
    return [
        [unescaped(cell) for cell in row] for block in blocks for row in zip(*block, strict=True)
    ]


def unescaped(cell: bytes) -> bytes:
    """A text may be written with more or fewer escapes."""
    if not cell.startswith(b'"'):
        return cell
    return json.dumps(json.loads(cell), ensure_ascii=False).encode()


CELLS = [b"3001", b'"VM-01 ST2"', b"30", '"Vaca Muerta, Neuquén"'.encode(), b"2025-01-03"]


def test_columns_are_the_models() -> None:
    """Names and order, kinds, units and nulls come from the row models."""
    for procedure in PROCEDURES:
        columns = columns_of(procedure.row)
        assert [column.name for column in columns] == list(procedure.row.model_fields)
    columns = columns_of(DIVISION_SUMMARY.row)
    kinds = ["integer", "text", "integer"] + ["decimal"] * 4
    kinds += ["text", "day", "day", "integer", "integer"]
    assert [column.kind for column in columns] == kinds
    assert [column.places for column in columns] == [0, 0, 0, 3, 2, 2, 2, 0, 0, 0, 0, 0]
    nullable = [column.name for column in columns if column.nullable]
    assert nullable == ["Total_Budget", "Total_Actual", "Period", "First_Date", "Last_Date"]


@given(st.integers(0, 5), CUTS)
def test_cut_anywhere(count: int, cuts: list[int]) -> None:
    """Cells are the fields' text, wherever the answer is cut."""
    assert (
        read(*cut(array(*[DAY] * count), *cuts))
        == [[*CELLS, b"1067.955", b"91.86", b"98102.35", b'"day"']] * count
    )


@pytest.mark.parametrize("number", ["1E+400", "0.10", "-0", "9" * 38, "1e-7", "-36.980"])
@pytest.mark.parametrize("reverse", [False, True])
def test_digits(number: str, reverse: bool) -> None:
    """A number keeps its text on the fast way and, with its fields in another order, the slow."""
    row = DAY | {"oil_sales": number}
    row = dict(reversed(row.items())) if reverse else row
    assert read(array(row)) == [[*CELLS, b"1067.955", b"91.86", number.encode(), b'"day"']]


@given(st.permutations(FIELDS), st.sampled_from([None, 0, 2]))
def test_written_otherwise(order: list[str], indent: int | None) -> None:
    """White space and another order of the fields change nothing."""
    row = {name: json.loads(DAY[name]) for name in order}
    text = json.dumps([row, row], indent=indent, ensure_ascii=False).encode()
    assert read(text) == read(array(DAY, DAY))


def test_null() -> None:
    """Null is an empty cell, and an empty text is not."""
    row = DAY | {"oil_price": "null", "well_name": '""'}
    figures = [b"1067.955", b"", b"98102.35"]
    assert read(array(row))[0] == [CELLS[0], b'""', *CELLS[2:], *figures, b'"day"']


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"oil_produced": '"1.1"'}, "oil_produced: not decimal"),
        ({"oil_produced": "null"}, "oil_produced"),
        ({"oil_produced": "01"}, "not JSON"),
        ({"oil_produced": "NaN"}, "NaN"),
        ({"oil_produced": "٣"}, "not JSON"),
        ({"oil_sales": "true"}, "oil_sales"),
        ({"oil_sales": "[1]"}, "oil_sales"),
        ({"well_id": "1.5"}, "well_id"),
        ({"well_id": "1e2"}, "well_id"),
        ({"well_name": "null"}, "well_name"),
        ({"well_name": "7"}, "well_name"),
        ({"date_value": '"2023-02-29"'}, "date_value"),
        ({"date_value": '"0000-01-01"'}, "date_value"),
        ({"date_value": '"2024-02-29T00:00:00"'}, "date_value"),
        ({"extra": "1"}, "extra"),
    ],
)
def test_not_the_models(change: dict[str, str], reason: str) -> None:
    """A row that the model does not describe is refused; the log learns what is wrong with it."""
    with pytest.raises(InvalidAnswer) as caught:
        read(array(DAY, DAY | change))
    assert reason in caught.value.cause
    assert reason not in caught.value.detail


@pytest.mark.parametrize(
    "text",
    [
        array({name: DAY[name] for name in FIELDS[1:]}),
        array(DAY).replace(b'"well_id":3001', b'"well_id":3001,"well_id":3001'),
        array(DAY)[:-1],
        b"[{}]",
        b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
    ],
)
def test_fields(text: bytes) -> None:
    """A field that is missing or there twice, a row cut short or absurdly deep is refused."""
    with pytest.raises(InvalidAnswer):
        read(text)
