"""The file of the rows that could not be taken, each with its line and the reason."""

import csv
import io
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from app.wells.load.source import FileFault

HEADER = ("file", "line", "column", "reason", "row")


class Rejects:
    """Writes rejected rows to a CSV file, which is made when the first one is met.

    Its rows are those of the database, so it is for its owner alone.

    Rejects of an earlier load at `path` are removed. Any other file there is left alone: FileFault.

    `row` is the row as it stood, as CSV in one cell; it is empty for a row that was refused when it
    was compared with the others (its line says where it is).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._mode = "x"  # what is put there meanwhile is not ours to overwrite
        self._remove_earlier()
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, file: str, line: int, column: str, reason: str, row: list[str]) -> None:
        """Write a rejected row. Raises FileFault when the file can't be written."""
        try:
            if self._writer is None:
                self._file = open(  # noqa: SIM115 (closed with the others, by `flush`)
                    self.path,
                    self._mode,
                    newline="",
                    encoding="utf-8",
                    errors="backslashreplace",
                    opener=_for_the_owner,
                )
                self._writer = csv.writer(self._file)
                self._writer.writerow(HEADER)
            self._writer.writerow((file, line, column, reason, _as_csv(row)))
        except OSError as error:
            raise self._fault(error) from None
        self.count += 1

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.flush(close=True)

    def flush(self, *, close: bool = False) -> None:
        """Write out what was added. Raises FileFault when that fails."""
        file = self._file
        if file is None:
            return
        try:
            if close:
                self._file = None
                file.close()
            else:
                file.flush()
        except OSError as error:
            raise self._fault(error) from None

    def _remove_earlier(self) -> None:
        try:
            if not self.path.exists():
                return
            if self.path.is_dir():
                raise FileFault(f"the file of rejects, {self.path}, is a folder")
            if not self.path.is_file():
                self._mode = "w"  # a device or a pipe
                return
            with self.path.open("rb") as earlier:
                beginning = earlier.readline(100)
            if beginning.strip() != ",".join(HEADER).encode():
                raise FileFault(
                    f"{self.path} is there and is not a file of rejects; "
                    "name another file with --rejects"
                )
            self.path.unlink()
        except OSError as error:
            raise self._fault(error) from None

    def _fault(self, error: OSError) -> FileFault:
        return FileFault(f"the file of rejects, {self.path}, can't be written: {error.strerror}")


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _as_csv(row: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(row)
    return line.getvalue()
