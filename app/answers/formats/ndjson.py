"""Cuts the rows of a JSON array apart, without parsing them."""

import re

from app.contract.faults import InvalidAnswer
from app.contract.procedure import Procedure

MOST_ROW_BYTES = 16 * 1024 * 1024
"""A row that is longer is refused: one row at a time is held in memory."""

_SHOWN = 200

_BOUNDARY = b"},\n{"
_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = rb'"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"'
_FLAT_ROW = re.compile(rb'\{[^"{}\[\]]*(?:' + _STRING + rb'[^"{}\[\]]*)*\}')
_FLAT_ROW_BYTES = 16 * 1024
_BRACKET_OR_STRING = re.compile(rb'["{}\[\]]')
_END_OF_STRING = re.compile(rb'["\\\x00-\x1f]')
_CLOSERS = {b"{": b"}", b"[": b"]"}
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
_EXPECTED_AFTER = {b"[": b"{]", b",": b"{", b"]": b""}


def refusal(procedure: Procedure, cause: str) -> InvalidAnswer:
    """What an encoder raises; `cause` is for the log."""
    return InvalidAnswer(
        "The database returned data that this format cannot give as it is.",
        f"{procedure.name}: {cause[:_SHOWN]}",
    )


class RowSplitter:
    """From the pieces of a JSON array of objects to its objects as they are, one a line.

    Nothing inside a row changes, except that a line break between two tokens becomes a space. Three
    ways lead to the end of a row, the fastest first:

    - All rows up to the last `},` newline `{` at once, if they hold no other `{` and no other line
      break. In JSON a raw line break never stands in a string, so the `}` before each is a token;
      it closes the one object that was opened since the row began; so the row ends there.
    - A row without brackets inside, by a regular expression.
    - Any other row, token by token; where a piece ends is remembered, so that even a row of many
      pieces is read once.
    """

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._text = bytearray()
        """What is not given out yet. While a row is being read, it begins with that row."""
        self._expected = b"["
        """The characters one of which comes next, outside of a row; none after the array."""
        self._in_row = False
        self._tokens: _TokenReader | None = None

    def feed(self, piece: bytes) -> bytes:
        """The rows that this piece completes, each ending in LF.

        Raises InvalidAnswer where the text is not that of an array of objects.
        """
        text = self._text
        text += piece
        lines: list[bytes] = []
        at = 0
        tried = False
        while True:
            if not self._in_row:
                at = self._to_next_row(at)
                if not self._in_row:
                    break
            if not tried and not self._tokens:
                tried = True
                at = self._take_many(at, lines)
            end = self._end_of_row(at)
            if end < 0:
                break
            row = bytes(text[at:end])
            lines += (row.translate(_ONE_LINE) if b"\n" in row or b"\r" in row else row, b"\n")
            self._in_row = False
            self._expected = b",]"
            at = end
        del text[:at]
        if len(text) > MOST_ROW_BYTES:
            raise refusal(self._procedure, f"a row of more than {MOST_ROW_BYTES} bytes")
        if self._tokens:
            self._tokens.at -= at
        return b"".join(lines)

    def finish(self) -> bytes:
        """Nothing more to give. Raises InvalidAnswer if the array has not ended."""
        if self._expected:  # so it is in a row, too
            raise refusal(self._procedure, "the text ends before the array does")
        return b""

    def _to_next_row(self, at: int) -> int:
        """Pass over what stands between rows; where the next row begins, or the text ends."""
        text = self._text
        while True:
            at = _end_of_match(_SPACE, text, at, len(text))
            found = bytes(text[at : at + 1])
            if not found:
                return at
            if found not in self._expected:
                shown = found.decode("ascii", "backslashreplace")
                raise refusal(self._procedure, f"not an array of objects: {shown!r} out of place")
            if found == b"{":
                self._in_row = True
                return at
            self._expected = _EXPECTED_AFTER[found]
            at += 1

    def _take_many(self, start: int, lines: list[bytes]) -> int:
        """Take all rows but the last, if that can be done at once; where the last one begins."""
        last = self._text.rfind(_BOUNDARY, start)
        if last < 0:
            return start
        rows = bytes(self._text[start : last + 1])
        boundaries = rows.count(_BOUNDARY)
        if rows.count(b"{") != boundaries + 1 or rows.count(b"\n") != boundaries or b"\r" in rows:
            return start
        lines += (rows.replace(_BOUNDARY, b"}\n{"), b"\n")
        return last + len(_BOUNDARY) - 1

    def _end_of_row(self, start: int) -> int:
        """Where the row that begins at `start` ends; -1 if it is not all there."""
        if not self._tokens:
            end = _end_of_match(_FLAT_ROW, self._text, start, start + _FLAT_ROW_BYTES)
            if end >= 0:
                return end
            self._tokens = _TokenReader(start)
        try:
            end = self._tokens.read(self._text)
        except ValueError as error:
            raise refusal(self._procedure, str(error)) from None
        if end >= 0:
            self._tokens = None
        return end


class _TokenReader:
    """Reads one value that begins with a bracket, up to its end."""

    def __init__(self, at: int) -> None:
        self.at = at
        """Where to go on reading."""
        self._closers: list[bytes] = []
        """What will close the brackets that are open."""
        self._in_string = False

    def read(self, text: bytearray) -> int:
        """Where the value ends; -1 if it does not yet. Raises ValueError if it is not JSON."""
        while found := (_END_OF_STRING if self._in_string else _BRACKET_OR_STRING).search(
            text, self.at
        ):
            token = found[0]
            self.at = found.end()
            if self._in_string:
                if token == b"\\":
                    if self.at == len(text):  # what is escaped comes with the next piece
                        self.at -= 1
                        return -1
                    self.at += 1
                elif token == b'"':
                    self._in_string = False
                else:
                    raise ValueError("a control character in a string")
            elif token == b'"':
                self._in_string = True
            elif token in _CLOSERS:
                self._closers.append(_CLOSERS[token])
            elif token != self._closers.pop():
                raise ValueError("brackets that do not match")
            elif not self._closers:
                return self.at
        self.at = len(text)
        return -1


def _end_of_match(pattern: re.Pattern[bytes], text: bytearray, start: int, end: int) -> int:
    """Where the pattern's match at `start` ends, or -1.

    (A function of its own, since a match that lives on would keep the text from being cut.)
    """
    match = pattern.match(text, start, end)
    return match.end() if match else -1
