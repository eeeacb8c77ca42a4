"""Rows as CSV (RFC 4180) that a spreadsheet opens without harm.

A byte order mark tells Excel that this is UTF-8; it can be left out. Numbers are the database's
text. Null is an empty cell, an empty text is `""`. Text that a spreadsheet would take for a formula
gets an apostrophe.
"""

import csv
import io
import json
import re

from app.answers.formats.columns import Cells, ColumnReader
from app.answers.formats.ndjson import refusal
from app.contract.procedure import Procedure

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_TEXTS = 1000
_LONGEST_KEPT = 1000
_FORMULA = r"[=+\-@＝＋－＠]"
_UNSEEN = r"\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff"

# Where a spreadsheet might see the start of a cell: at the text's own start and, since in many
# countries Excel separates cells by semicolons and then misses the quotes, after one and on a new
# line.
_CELL_START = re.compile(
    rf"\A(?=[\t\r\n]|[{_UNSEEN}]*{_FORMULA})|(?<=[;\t\r\n])(?=[{_UNSEEN}\"]*{_FORMULA})"
)


def disarmed(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin to read a formula.

    Formulas begin with `=`, `+`, `-` or `@`, also in full width or after white space. (OWASP, "CSV
    Injection"; so does it advise against a tab or line break at the start.)
    """
    return _CELL_START.sub("'", text)


class CsvEncoder:
    """Writes the header line, then a line a row; lines end in CR LF."""

    def __init__(self, procedure: Procedure, *, bom: bool = True) -> None:
        """`bom`: whether a byte order mark stands before the header."""
        self._reader = ColumnReader(procedure)
        self._texts = [
            _Texts(procedure, column.name) if column.kind == "text" else None
            for column in self._reader.columns
        ]
        names = ",".join(_cell(column.name) for column in self._reader.columns)
        mark = BYTE_ORDER_MARK if bom else b""
        self._header = mark + names.encode() + b"\r\n"

    def feed(self, piece: bytes) -> bytes:
        """The lines of the rows that this piece completes. Raises InvalidAnswer."""
        lines = [self._lines(cells) for cells in self._reader.feed(piece)]
        header, self._header = self._header, b""
        return header + b"".join(lines)

    def finish(self) -> bytes:
        """What is left: the header if there was no piece. Raises InvalidAnswer."""
        self._reader.finish()
        return self._header

    def _lines(self, columns: list[Cells]) -> bytes:
        for n, texts in enumerate(self._texts):
            if texts is not None:
                columns[n] = [texts[cell] for cell in columns[n]]
        return b"\r\n".join([*map(b",".join, zip(*columns, strict=True)), b""])


class _Texts(dict[bytes, bytes]):
    """From a text's JSON to its CSV cell; most texts are those of the row before."""

    def __init__(self, procedure: Procedure, field: str) -> None:
        super().__init__({b"": b""})
        self._procedure = procedure
        self._field = field

    def __missing__(self, token: bytes) -> bytes:
        try:
            cell = _cell(disarmed(json.loads(token))).encode()
        except ValueError as error:  # an unknown escape, bytes that are not UTF-8, half a character
            raise refusal(self._procedure, f"{self._field}: {error}") from None
        if len(self) > _MOST_TEXTS:
            self.clear()
            self[b""] = b""
        if len(token) <= _LONGEST_KEPT:
            self[token] = cell
        return cell


def _cell(text: str) -> str:
    if "\0" in text:  # which the csv module of Python 3.10 refuses
        return '"' + text.replace('"', '""') + '"'
    line = io.StringIO(newline="")
    csv.writer(line).writerow([text])
    return line.getvalue().removesuffix("\r\n")
