"""CSV files as rows, and what a bad file is told."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wells.load.source import LONGEST_RECORD, FileFault, Record, open_source

text_cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


def read(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[Record]:
    with open_source(str(path), encoding, delimiter, lambda _: None) as source:
        return list(source)


def fault(path: Path, encoding: str = "utf-8") -> str:
    with pytest.raises(FileFault) as caught:
        read(path, encoding)
    return str(caught.value)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def _write(content: bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content)
        return path

    return _write


@given(st.lists(st.lists(text_cells, min_size=2, max_size=2), max_size=8), st.booleans())
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], zipped: bool
) -> None:
    """Whatever the csv module can write, plain or gzip, is read back cell by cell."""
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b"], *rows])
    content = text.getvalue().encode()
    path = tmp_path_factory.mktemp("csv") / "f"
    path.write_bytes(gzip.compress(content) if zipped else content)
    assert [record.cells for record in read(path)] == rows


def test_line_numbers(write: Callable[[bytes], Path]) -> None:
    """A record is known by its first line; empty lines and line ends within quotes count."""
    path = write(b'a,b\r\n1,"x\ny"\r\n\r\n2,z')
    assert read(path) == [Record(2, ["1", "x\ny"]), Record(5, ["2", "z"])]


def test_byte_order_mark_and_spaces(write: Callable[[bytes], Path]) -> None:
    """A mark before the header, and spaces around its names, do not count."""
    path = write("\ufeffa , b\n1,2\n".encode())
    with open_source(str(path), "utf-8", ",", lambda _: None) as source:
        assert source.header == ["a", "b"]
        assert source.pick(["b"])(["1", "2"]) == ["2"]


def test_other_encoding_and_delimiter(write: Callable[[bytes], Path]) -> None:
    """Latin-1 and semicolons are read when they are named."""
    path = write("a;b\nMÆRSK;2\n".encode("latin-1"))
    assert read(path, "latin-1", ";") == [Record(2, ["MÆRSK", "2"])]


def test_latin_1_unnamed(write: Callable[[bytes], Path]) -> None:
    """A file in Latin-1 is refused with the line, the byte and the way out."""
    text = fault(write("a,b\n1,2\nMÆRSK,2\n".encode("latin-1")))
    assert text.startswith("line 3: byte 0xC6 is not utf-8")
    assert "--encoding latin-1" in text


@pytest.mark.parametrize("cut", [1, 5, 12, 30])
def test_truncated_gzip(write: Callable[[bytes], Path], cut: int) -> None:
    """A gzip file that ends too early is refused, however little of it is missing."""
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(1000)))
    assert "cut off" in fault(write(whole[:-cut]))


def test_damaged_gzip(write: Callable[[bytes], Path]) -> None:
    """A gzip file with a wrong byte is refused."""
    whole = bytearray(gzip.compress(b"a,b\n" + b"".join(b"%d,1\n" % n for n in range(1000))))
    whole[len(whole) // 2] ^= 0xFF
    assert "damaged" in fault(write(bytes(whole)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfea\x00,\x00", "UTF-16"),
        (b'a,b\n"1,2\n3,4\n', "not CSV"),
        (b'a,b\n"1"x,2\n', "not CSV"),
        (b"a,b\n" + b"x" * (1 << 20), "longer than"),
    ],
)
def test_unreadable(write: Callable[[bytes], Path], content: bytes, said: str) -> None:
    """Each is one sentence."""
    text = fault(write(content))
    assert said in text
    assert "\n" not in text


LONG = "line 3: the row is longer than 1,048,576 bytes; up to line "
LARGE = "line 3: a cell is larger than 131,072 characters; up to line "


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"x" * (1 << 20), f"{LONG}3 its longest cell is number 1 of 1 ('a'), with 1,048,576"),
        (b'1,"' + b"\n" * (1 << 20), f"{LARGE}131075 its longest cell is number 2 of 2 ('b'), wi"),
        (b'1,2,"\n"",\n",' + b'"\n",' * (1 << 20), f"{LONG}262146 its longest cell is number 3 of"),
        (
            "Ā,".encode() * (1 << 19),
            f"{LONG}3 its longest cell is number 1 of 349,526 ('a'), with 1",
        ),
        (b"1," + b"x" * 200_000 + b",1\n", f"{LARGE}3 its longest cell is number 2 of 3 ('b')"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_record_without_an_end(
    write: Callable[[bytes], Path], row: bytes, said: str, zipped: bool
) -> None:
    """A row that is too long is refused; told are its first line, and its longest cell and name."""
    content = b"a,b\n1,2\n" + row + b"\n3,4\n"
    text = fault(write(gzip.compress(content) if zipped else content))
    assert text.startswith(said)
    assert text.endswith("; is a quote left open?")


def test_longest_record(write: Callable[[bytes], Path]) -> None:
    """A row of many lines is read up to the limit, and no row counts for the next."""
    row = b'"' + b"x\n" * 50_000 + b'"' + b',"y\n"' * 100_000 + b"\n"
    assert len(row) < LONGEST_RECORD < 2 * len(row)
    assert [len(record.cells) for record in read(write(b"a\n" + 5 * row))] == [100_001] * 5


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A file that is not there, and a folder."""
    assert fault(tmp_path / "none.csv") == "No such file or directory"
    assert fault(tmp_path) == "Is a directory"


def test_columns(write: Callable[[bytes], Path]) -> None:
    """A missing or doubled column is named, and what there is instead; a short row is refused."""
    path = write(b"a,b,b\n1,2,3\n")
    with open_source(str(path), "utf-8", ",", lambda _: None) as source:
        with pytest.raises(FileFault, match="no column c, d; it has: a, b, b"):
            source.pick(["a", "c", "d"])
        with pytest.raises(FileFault, match="names the column b twice"):
            source.pick(["b"])
        with pytest.raises(ValueError, match="has 2 cells and the header 3"):
            source.pick(["a"])(["1", "2"])


def test_progress(write: Callable[[bytes], Path]) -> None:
    """The bytes reported are those of the file, not of what it unzips to."""
    path = write(gzip.compress(b"a,b\n" + b"1,2\n" * 10_000))
    counts: list[int] = []
    with open_source(str(path), "utf-8", ",", counts.append) as source:
        assert sum(1 for _ in source) == 10_000
    assert sum(counts) == path.stat().st_size
