"""The rows of an answer by columns: each field as its JSON text, checked against the model."""

import datetime
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from app.answers.formats.ndjson import RowSplitter, refusal
from app.contract.procedure import Procedure
from app.contract.values import Row

Cells = list[bytes]
"""A column's fields: a number's JSON text, a text's JSON string with its quotes, a day's ten
characters; nothing for null."""

_PIECE = 256 * 1024
_NUMBER = rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_FIELD = {
    "integer": rb"(-?(?:0|[1-9][0-9]*))",
    "decimal": rb"(" + _NUMBER + rb")",
    "text": rb'("[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")',
    "day": rb'"([0-9]{4}-[0-9]{2}-[0-9]{2})"',
}


@dataclass(frozen=True)
class Column:
    """A field of a row's model."""

    name: str
    kind: Literal["integer", "decimal", "text", "day"]
    nullable: bool
    unit: str | None
    """Of a decimal: bbl, USD/bbl or USD."""
    places: int
    """Decimals that a decimal has at most."""
    description: str

    @property
    def pattern(self) -> bytes:
        """A regular expression of the field's JSON text; its group is the cell."""
        field = _FIELD[self.kind]
        return rb"(?:null|" + field + rb")" if self.nullable else field


@cache
def columns_of(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a row's model, in its order."""
    fields = row.model_json_schema()["properties"]
    return tuple(_column(name, schema) for name, schema in fields.items())


def _column(name: str, schema: dict[str, Any]) -> Column:
    choices = schema.get("anyOf", [schema])
    (value,) = (choice for choice in choices if choice["type"] != "null")
    kinds: dict[tuple[str, str | None], Literal["integer", "decimal", "text", "day"]] = {
        ("integer", None): "integer",
        ("number", None): "decimal",
        ("string", None): "text",
        ("string", "date"): "day",
    }
    return Column(
        name,
        kinds[value["type"], value.get("format")],
        len(choices) > 1,
        value.get("x-unit"),
        value.get("x-decimals", 0),
        schema["description"],
    )


class ColumnReader:
    """From the pieces of an answer to its rows' cells, column by column.

    A whole block of rows goes through one regular expression, made from the model: it finds the
    cells and proves their types at once. A row that is written otherwise (with white space between
    tokens, or its fields in another order) is parsed by itself.
    """

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self.columns = columns_of(procedure.row)
        self._splitter = RowSplitter(procedure)
        self._pattern = _row_pattern(procedure.row)
        self._days = [n for n, column in enumerate(self.columns) if column.kind == "day"]
        self._rows = 0

    def feed(self, piece: bytes) -> Iterator[list[Cells]]:
        """The cells of the rows that this piece completes, in blocks of bounded size.

        Raises InvalidAnswer for text that is not an array of objects, and for a row that has not
        exactly the model's fields, each of its type.
        """
        for start in range(0, len(piece), _PIECE):
            lines = self._splitter.feed(piece[start : start + _PIECE])
            if lines:
                yield self._cells(lines)

    def finish(self) -> None:
        """Raises InvalidAnswer if the array has not ended."""
        self._splitter.finish()

    def _cells(self, lines: bytes) -> list[Cells]:
        count = lines.count(b"\n")
        rows = self._pattern.findall(lines)
        if len(rows) != count:
            rows = [self._parse(n, line) for n, line in enumerate(lines.splitlines())]
        cells = [list(cells) for cells in zip(*rows, strict=True)]
        for n in self._days:
            self._check_days(n, cells[n])
        self._rows += count
        return cells

    def _parse(self, number: int, line: bytes) -> tuple[bytes, ...]:
        """The cells of one row, in the model's order."""
        try:
            row = json.loads(
                line,
                parse_int=_Number,
                parse_float=_Number,
                parse_constant=_refuse_constant,
                object_pairs_hook=_without_repetition,
            )
        except (ValueError, RecursionError) as error:
            raise self._refusal(number, f"not JSON: {error}") from None
        cells = []
        for column in self.columns:
            text = _as_json(row.pop(column.name, _MISSING))
            match = re.fullmatch(column.pattern, text)
            if not match:
                raise self._refusal(number, f"{column.name}: not {column.kind}: {text[:60]!r}")
            cells.append(match[1] or b"")
        if row:
            raise self._refusal(number, f"fields that the model has not: {', '.join(row)}")
        return tuple(cells)

    def _check_days(self, column: int, cells: Cells) -> None:
        days = filter(None, b"\n".join(cells).decode("ascii").split("\n"))
        try:
            deque(map(datetime.date.fromisoformat, days), maxlen=0)  # in C, nothing is kept
        except ValueError as error:
            raise refusal(self._procedure, f"{self.columns[column].name}: {error}") from None

    def _refusal(self, number: int, cause: str) -> Exception:
        return refusal(self._procedure, f"row {self._rows + number + 1}: {cause}")


@cache
def _row_pattern(row: type[Row]) -> re.Pattern[bytes]:
    fields = (
        re.escape(json.dumps(column.name).encode()) + b":" + column.pattern
        for column in columns_of(row)
    )
    return re.compile(rb"^\{" + b",".join(fields) + rb"\}\n", re.MULTILINE)


class _Number(str):
    """The text of a JSON number."""

    __slots__ = ()


_MISSING = object()


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a field stands there twice")
    return row


def _as_json(value: object) -> bytes:
    """A field's JSON text without white space; something else for what no column takes."""
    if isinstance(value, _Number):
        return value.encode()
    if value is None or isinstance(value, str):
        return json.dumps(value).encode()
    return b"missing" if value is _MISSING else b"neither a number nor text"
