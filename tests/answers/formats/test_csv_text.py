"""CSV, read back by the standard library, pandas and Polars."""

import csv
import dataclasses
import io
import json
import re
import sys
import tracemalloc
from typing import Any

import pandas
import polars
import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field

from app.answers.formats.arrow import arrow_encoder
from app.answers.formats.csv_text import BYTE_ORDER_MARK, CsvEncoder, disarmed
from app.contract.faults import InvalidAnswer
from app.contract.values import Identifier, Name, Row
from app.wells.catalogue import PROCEDURES
from tests.answers.formats.answers import (
    BY_DAY,
    CUTS,
    DAY,
    FIELDS,
    TEXTS,
    array,
    cut,
    encode,
    peak_memory,
)


def as_csv(*pieces: bytes) -> bytes:
    return encode(CsvEncoder(BY_DAY), *pieces)


def read(text: bytes) -> list[list[str]]:
    """The lines after the header."""
    assert text.startswith(BYTE_ORDER_MARK)
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True))
    assert lines[0] == FIELDS
    return lines[1:]


def test_a_day() -> None:
    """A row, to the byte."""
    header, line, rest = as_csv(array(DAY | {"oil_price": "null"})).decode().split("\r\n")
    assert header == "\ufeff" + ",".join(FIELDS)
    assert line == '3001,VM-01 ST2,30,"Vaca Muerta, Neuquén",2025-01-03,1067.955,,98102.35,day'
    assert rest == ""


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.name)
def test_no_rows(procedure: Any) -> None:
    """Without rows there is the header, whose names are the model's."""
    names = ",".join(procedure.row.model_fields)
    assert encode(CsvEncoder(procedure), b"[", b"]") == f"\ufeff{names}\r\n".encode()


def test_every_cut() -> None:
    """A cut at every place changes nothing."""
    text = array(DAY, DAY | {"well_name": '"Ø 🛢️ \\" \\\\ \\u00e9"', "oil_sales": "1E+400"})
    expected = as_csv(text)
    assert all(as_csv(*cut(text, place)) == expected for place in range(len(text) + 1))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.booleans(), CUTS)
@example([("\ud83d", "x")], True, [])
def test_any_text(texts: list[tuple[str, str]], ascii_only: bool, cuts: list[int]) -> None:
    """Any text can be read back, but for the apostrophes; half a character is refused."""
    rows = [
        DAY
        | {
            "well_name": json.dumps(well, ensure_ascii=ascii_only),
            "division_name": json.dumps(division, ensure_ascii=ascii_only),
        }
        for well, division in texts
    ]
    if re.search("[\ud800-\udfff]", "".join(map("".join, texts))):
        with pytest.raises(InvalidAnswer):
            as_csv(array(*rows))
        return
    text = as_csv(*cut(array(*rows), *cuts))
    if sys.version_info < (3, 11) and b"\0" in text:
        return  # its csv module does not read NUL
    assert [(line[1], line[3]) for line in read(text)] == [
        (disarmed(well), disarmed(division)) for well, division in texts
    ]


@given(TEXTS)
def test_disarming_adds_apostrophes_only(text: str) -> None:
    """What a cell loses by it is nothing, and no cell begins with a formula afterwards."""
    safe = disarmed(text)
    assert safe.replace("'", "") == text.replace("'", "")
    for start in re.split("[;\t\r\n]", safe):
        assert not start.lstrip().lstrip("\ufeff\0\x1f\x7f").startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a;=1", "a;'=1"),
        ('a; "=1"', 'a;\' "=1"'),
        ("a\n=1", "a\n'=1"),
        ("15/9-F-1 C", "15/9-F-1 C"),
        ("A=B", "A=B"),
        ("O'Brien", "O'Brien"),
        ("", ""),
    ],
)
def test_formulas(text: str, safe: str) -> None:
    """Text that a spreadsheet would compute gets an apostrophe; other text stays as it is."""
    assert disarmed(text) == safe
    assert read(as_csv(array(DAY | {"well_name": json.dumps(text)})))[0][1] == safe


@pytest.mark.parametrize("number", ["-5", "-36.980", "1E+400", "0.10", "9" * 38, "-0"])
def test_numbers_stay(number: str) -> None:
    """A number is never touched, not even a negative one."""
    assert read(as_csv(array(DAY | {"oil_sales": number})))[0][7] == number


def test_null_and_empty_text() -> None:
    """Null is nothing between the commas, an empty text is two quotes."""
    text = as_csv(array(DAY | {"well_name": '""', "oil_price": "null"}))
    assert b'\r\n3001,"",30,' in text
    assert b",1067.955,,98102.35,day\r\n" in text


@pytest.mark.parametrize(
    "name", ['"\\ud800"', '"\\udc00x"', '"\\x"', '"\\u12"'], ids=["high", "low", "escape", "short"]
)
def test_broken_text(name: str) -> None:
    """Half a surrogate pair or an unknown escape is refused, never replaced."""
    with pytest.raises(InvalidAnswer):
        as_csv(array(DAY | {"well_name": name}))


def test_bytes_that_are_not_utf8() -> None:
    """Bytes that are no characters are refused."""
    with pytest.raises(InvalidAnswer):
        as_csv(array(DAY).replace(b"VM-01", b"VM\xff01"))


def test_pandas_and_polars() -> None:
    """Both read the header without the byte order mark, numbers, nulls and accents."""
    text = as_csv(array(DAY, DAY | {"oil_price": "null"}))
    frame = pandas.read_csv(io.BytesIO(text))
    assert list(frame) == FIELDS
    assert frame["division_name"][0] == "Vaca Muerta, Neuquén"
    assert frame["oil_price"].isna().tolist() == [False, True]
    table = polars.read_csv(text)
    assert table.columns == FIELDS
    assert table["oil_produced"].to_list() == [1067.955] * 2
    assert table["oil_price"].to_list() == [91.86, None]


@pytest.mark.slow
def test_memory() -> None:
    """50 MB pass through a few megabytes of memory, even with a new name in every row."""
    names = ({"well_name": f'"{n}"'} for n in range(2000))
    block = array(*(DAY | name for name in names))[1:-1]
    assert peak_memory(CsvEncoder(BY_DAY), block) < 6_000_000


@pytest.mark.slow
def test_memory_of_names() -> None:
    """Tens of thousands of different names are not kept."""
    encoder = CsvEncoder(BY_DAY)
    encoder.feed(b"[" + array(DAY)[1:-1])
    tracemalloc.start()
    for block in range(40):
        names = ({"well_name": f'"{block} {n:0900}"'} for n in range(500))
        encoder.feed(b",\n" + array(*(DAY | name for name in names))[1:-1])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


class Remark(Row):
    """A row with a text that may be null."""

    number: Identifier = Field(description="A number.")
    remark: Name | None = Field(description="A text.")


def test_text_that_may_be_null() -> None:
    """Such a text is an empty cell, in Arrow a null."""
    procedure = dataclasses.replace(BY_DAY, row=Remark)
    rows = [{"number": "1", "remark": remark} for remark in ("null", '""', '"x"')]
    text = array(*rows)
    lines = encode(CsvEncoder(procedure), text).decode("utf-8-sig").splitlines()
    assert lines == ["number,remark", "1,", '1,""', "1,x"]
    table = pyarrow.ipc.open_stream(encode(arrow_encoder(procedure), text)).read_all()
    assert table["remark"].to_pylist() == [None, "", "x"]
