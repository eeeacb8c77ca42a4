"""Rows cut apart."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.answers.formats import ndjson
from app.answers.formats.ndjson import RowSplitter
from app.contract.faults import InvalidAnswer
from tests.answers.formats.answers import BY_DAY, CUTS, DAY, TEXTS, array, cut, encode, peak_memory


def split(*pieces: bytes) -> bytes:
    return encode(RowSplitter(BY_DAY), *pieces)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
SEPARATORS = st.sampled_from([",\n", ",", ",\r\n", " ,\n ", "\n,\n", ",\n\n"])


@given(
    st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=6),
    st.sampled_from([None, 0, 1, "\t"]),
    st.booleans(),
    SEPARATORS,
    CUTS,
)
@example([{"a": [{"b": 1}, {"c": 2}]}, {"d": "},\n{"}], 0, False, ",\n", [])
def test_any_array(
    rows: list[dict[str, Any]], indent: Any, ascii_only: bool, between: str, cuts: list[int]
) -> None:
    """Any array of objects, printed in any way and cut anywhere, is its objects, one a line."""
    texts = [json.dumps(row, indent=indent, ensure_ascii=ascii_only) for row in rows]
    text = f" [\n{between.join(texts)} ]\n".encode()
    lines = split(*cut(text, *cuts))
    assert lines == b"".join(t.replace("\n", " ").encode() + b"\n" for t in texts)
    assert [json.loads(line) for line in lines.decode().split("\n")[:-1]] == rows


def test_every_cut() -> None:
    """A cut at every place, also in the middle of a character, an escape or a number."""
    odd = DAY | {"well_name": '"Ø 🛢️ \\" \\\\ \\u00e9 {[,]}"', "oil_sales": "1E+400"}
    text = array(DAY, odd, DAY, DAY)
    expected = text[1:-1].replace(b"},\n{", b"}\n{") + b"\n"
    for place in range(len(text) + 1):
        assert split(*cut(text, place)) == expected
    assert split(*(text[n : n + 1] for n in range(len(text)))) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b'[{"a":[{"b":1},\n{"c":2}]},\n{"d":3}]', b'{"a":[{"b":1}, {"c":2}]}\n{"d":3}\n'),
        (b'[{"a":\r1},\n{"a":2},\n{"a":3}]', b'{"a": 1}\n{"a":2}\n{"a":3}\n'),
        (b'[{"a":"{"},\n{"a":"}"},\n{"a":1}]', b'{"a":"{"}\n{"a":"}"}\n{"a":1}\n'),
    ],
)
def test_looks_like_a_boundary(text: bytes, lines: bytes) -> None:
    """What looks like the place between two rows, or hides one, does not lead astray."""
    assert split(text) == lines


@pytest.mark.parametrize("text", [b"[]", b" [ \n] \r\n\t"])
def test_no_rows(text: bytes) -> None:
    """An empty array has no line."""
    assert split(text) == b""


@pytest.mark.parametrize("number", ["1E+400", "0.10", "-0", "9" * 38, "1e-7", "-36.980"])
def test_digits(number: str) -> None:
    """A number is given as it is written."""
    assert b'"oil_sales":%b,' % number.encode() in split(array(DAY | {"oil_sales": number}))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"  ",
        b"[",
        b"[{}",
        b"[{},",
        b"[{},]",
        b"[{}{}]",
        b"[{}] []",
        b"[,{}]",
        b"{}",
        b"null",
        b"[1]",
        b"[[]]",
        b"\xef\xbb\xbf[]",
        b'[{"a":"',
        b'[{"a":"]}]',
        b'[{"a":[1}]]',
        b'[{"a":"line\nbreak"}]',
        array(DAY, DAY)[:-1],
        array(DAY, DAY)[:-3],
    ],
)
def test_not_a_whole_array(text: bytes) -> None:
    """What is no array of objects, or not all of it, is refused at the latest at its end."""
    with pytest.raises(InvalidAnswer):
        split(text)


def test_row_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that does not end is refused before it fills the memory."""
    monkeypatch.setattr(ndjson, "MOST_ROW_BYTES", 10_000)
    splitter = RowSplitter(BY_DAY)
    splitter.feed(b'[{"a":"')
    splitter.feed(b"x" * 9000)
    with pytest.raises(InvalidAnswer):
        splitter.feed(b"x" * 1000)


def test_long_row() -> None:
    """A row of megabytes in many pieces is one line."""
    row = {"a": "x" * 3_000_000, "b": [{"c": 1}] * 1000}
    text = json.dumps([row, row], indent=1).encode()
    lines = split(*(text[n : n + 4000] for n in range(0, len(text), 4000)))
    assert [json.loads(line) for line in lines.splitlines()] == [row, row]


def test_numbers_are_not_parsed() -> None:
    """What comes out is, number by number, what a reader with decimals reads in the array."""
    text = array(DAY, DAY | {"oil_produced": "0.1234567890123456789012345678901234567"})
    lines = split(text).splitlines()
    assert [json.loads(line, parse_float=Decimal) for line in lines] == json.loads(
        text, parse_float=Decimal
    )


@pytest.mark.slow
def test_memory() -> None:
    """50 MB of rows pass through a few hundred kilobytes of memory, one a line or not."""
    for between in (",\n", ","):
        block = array(*[DAY] * 400, between=between)[1:-1]
        assert peak_memory(RowSplitter(BY_DAY), block, between.encode()) < 1_000_000
