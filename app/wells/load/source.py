"""A CSV file as rows: plain or gzip, from a path or from standard input, never held as a whole."""

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from app.wells.load.cells import shown

STDIN = "-"
LONGEST_RECORD = 1 << 20
"""Bytes of one record. A quote that is left open makes one of the rest of the file, and 50 kB of
gzip can hold gigabytes of it."""

_GZIP = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class FileFault(Exception):
    """A file that can't be read as what it should be; nothing of it is loaded."""


class Record(NamedTuple):
    """One row: the number of its first line in the file, and its cells."""

    line: int
    cells: list[str]


class Source:
    """One CSV file. `header` is read at once, the records when iterated.

    Raises FileFault, naming the line, for what is not readable text in CSV form.
    """

    def __init__(self, stream: BinaryIO, encoding: str, delimiter: str) -> None:
        self.header: list[str] = []
        self._line = 0
        self._first = 1
        self._texts: list[str] = []
        """The lines of the record that is being read, the first of which is `_first`."""
        self._encoding = encoding
        self._delimiter = delimiter
        self._reader = csv.reader(self._lines(stream), delimiter=delimiter, strict=True)
        first = next(self._records(), None)
        if first is None:
            raise FileFault("the file is empty: there is no header line")
        self.header = [name.strip() for name in first.cells]

    def __iter__(self) -> Iterator[Record]:
        return (record for record in self._records() if record.cells)

    def _records(self) -> Iterator[Record]:
        while True:
            line = self._first = self._reader.line_num + 1
            self._texts.clear()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                text = str(error)
                if "universal-newline" in text:
                    text = "its lines end in carriage returns alone; save it with other line ends"
                elif "field limit" in text:
                    raise FileFault(
                        f"line {self._first}: a cell is larger than {csv.field_size_limit():,} "
                        f"characters; {self._longest_cell()}"
                    ) from None
                raise FileFault(f"line {self._line}: not CSV: {text}") from None
            except EOFError:
                raise FileFault(
                    f"the gzip file is cut off after line {self._line}; fetch it again"
                ) from None
            except (gzip.BadGzipFile, zlib.error) as error:
                raise FileFault(
                    f"the gzip file is damaged after line {self._line}: {error}"
                ) from None
            except OSError as error:
                raise FileFault(f"reading failed after line {self._line}: {error}") from None
            yield Record(line, cells)

    def _lines(self, stream: BinaryIO) -> Iterator[str]:
        length = 0
        while raw := stream.readline(LONGEST_RECORD):
            if not self._line:
                if raw.startswith(_UTF16_BOMS):
                    raise FileFault("the file is UTF-16; save it as UTF-8")
                raw = raw.removeprefix(_UTF8_BOM)
            self._line += 1
            length = len(raw) + (length if self._texts else 0)
            if length >= LONGEST_RECORD:
                self._texts.append(raw.decode(self._encoding, "replace"))
                raise FileFault(
                    f"line {self._first}: the row is longer than {LONGEST_RECORD:,} bytes; "
                    f"{self._longest_cell()}"
                )
            try:
                text = raw.decode(self._encoding)
            except UnicodeDecodeError as error:
                raise FileFault(
                    f"line {self._line}: byte 0x{raw[error.start]:02X} is not {self._encoding}; "
                    "if the file is in another encoding, name it, as in --encoding latin-1"
                ) from None
            self._texts.append(text)
            yield text

    def _longest_cell(self) -> str:
        """Which cell makes the record that is being read so long."""
        lengths = [0]
        quoted = False
        for part in "".join(self._texts).split('"'):
            first, *others = [part] if quoted else part.split(self._delimiter)
            lengths[-1] += len(first)
            lengths += map(len, others)
            quoted = not quoted
        length = max(lengths)
        number = lengths.index(length)
        name = f" ({shown(self.header[number])})" if number < len(self.header) else ""
        return (
            f"up to line {self._line} its longest cell is number {number + 1:,} of "
            f"{len(lengths):,}{name}, with {length:,} characters; is a quote left open?"
        )

    def pick(self, columns: Sequence[str]) -> Callable[[list[str]], list[str]]:
        """A function that takes these columns out of a record's cells, in this order.

        It raises ValueError for a record of another length than the header. Raises FileFault when
        the header lacks a column or names one twice.
        """
        missing = [name for name in columns if name not in self.header]
        if missing:
            found = ", ".join(self.header).encode("unicode_escape").decode("ascii")
            found = found if len(found) <= 300 else found[:300] + "..."
            raise FileFault(f"the header has no column {', '.join(missing)}; it has: {found}")
        for name in columns:
            if self.header.count(name) > 1:
                raise FileFault(f"the header names the column {name} twice")
        places = [self.header.index(name) for name in columns]
        width = len(self.header)

        def picked(cells: list[str]) -> list[str]:
            if len(cells) != width:
                raise ValueError(f"the row has {len(cells)} cells and the header {width}")
            return [cells[place] for place in places]

        return picked


class _Counted(io.RawIOBase):
    """A raw stream that reports how many bytes were read of it."""

    def __init__(self, stream: BinaryIO, report: Callable[[int], object]) -> None:
        self._stream = stream
        self._report = report

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._report(len(data))
        return len(data)


def open_file(name: str) -> BinaryIO:
    """The file of this name, for reading bytes. Raises FileFault."""
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise FileFault(str(error.strerror)) from None
    except ValueError as error:
        raise FileFault(str(error)) from None


@contextmanager
def open_source(
    name: str, encoding: str, delimiter: str, report: Callable[[int], object]
) -> Iterator[Source]:
    """The CSV file of this name (`-`: standard input), gunzipped if it is gzip.

    `report` is called with the number of bytes read of the file, again and again. Raises FileFault.
    """
    if name == STDIN and sys.stdin is None:
        raise FileFault("standard input is closed")
    stream = sys.stdin.buffer if name == STDIN else open_file(name)
    try:
        counted = io.BufferedReader(_Counted(cast("BinaryIO", stream), report), 1 << 16)
        try:
            zipped = counted.peek(2)[:2] == _GZIP
        except OSError as error:
            raise FileFault(str(error.strerror)) from None
        content = gzip.GzipFile(fileobj=counted) if zipped else counted
        yield Source(cast("BinaryIO", content), encoding, delimiter)
    finally:
        if name != STDIN:
            stream.close()
