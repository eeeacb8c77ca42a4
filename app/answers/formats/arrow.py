"""Rows as an Apache Arrow stream, an Arrow file or a Parquet file, written by pyarrow.

The schema is made from the row's model alone, so it is the same for every answer of a procedure:

    integer   int64, which is what pandas and Polars join on
    decimal   decimal128(38, places of its unit)
    text      string
    day       date32

The contract allows integers of 38 digits. One beyond 64 bits is refused, with a hint at the formats
that can hold it: never cut short.
"""

import io
import json
from array import array
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from app.answers.formats.columns import Cells, Column, ColumnReader, columns_of
from app.answers.formats.ndjson import refusal
from app.contract.faults import NotAcceptable
from app.contract.procedure import Procedure

ROWS_OF_A_BATCH = 8192
"""Rows that an Arrow stream gives at once: about a megabyte of JSON."""

ROWS_OF_A_GROUP = 65_536
"""Rows of a Parquet row group, all of which are held until it is written: some 8 MB."""


class TableWriter(Protocol):
    """What pyarrow's writers of both formats have in common."""

    def write_batch(self, batch: Any) -> None: ...
    def close(self) -> None: ...


class TableEncoder:
    """Gathers rows into record batches and has them written."""

    def __init__(
        self, procedure: Procedure, open_writer: Callable[[Any, Any], TableWriter], rows: int
    ) -> None:
        """`open_writer` is given the file to write into and the schema; `rows`: of a batch."""
        self._procedure = procedure
        self._reader = ColumnReader(procedure)
        self._schema = schema_of(procedure)
        self._file = _Outlet()
        self._writer = open_writer(self._file, self._schema)
        self._rows_of_a_batch = rows
        self._blocks: list[Any] = []
        self._rows = 0

    def feed(self, piece: bytes) -> bytes:
        """What of the file is ready.

        Raises InvalidAnswer for what the schema does not hold, NotAcceptable for an integer beyond
        64 bits.
        """
        for cells in self._reader.feed(piece):
            arrays = [
                self._array(column, values)
                for column, values in zip(self._reader.columns, cells, strict=True)
            ]
            self._blocks.append(pa.record_batch(arrays, schema=self._schema))
            self._rows += len(cells[0])
            if self._rows >= self._rows_of_a_batch:
                self._write(whole_batches_only=True)
        return self._file.take()

    def finish(self) -> bytes:
        """The rest of the file. Raises InvalidAnswer if the array has not ended."""
        self._reader.finish()
        self._write()
        self._writer.close()
        return self._file.take()

    def _write(self, *, whole_batches_only: bool = False) -> None:
        """Write batches of the same size however the pieces were cut: equal rows, equal bytes."""
        if not self._blocks:
            return
        rows = pa.concat_batches(self._blocks)
        while rows and (not whole_batches_only or len(rows) >= self._rows_of_a_batch):
            places = array("q", range(min(len(rows), self._rows_of_a_batch)))
            indices = pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(places)])
            self._writer.write_batch(rows.take(indices))  # a slice's buffers are longer
            rows = rows[self._rows_of_a_batch :]
        self._blocks = [rows] if rows else []
        self._rows = len(rows)

    def _array(self, column: Column, cells: Cells) -> Any:
        is_null = [not cell for cell in cells] if column.nullable else []
        try:
            if column.kind == "text":
                unquoted = _Unquoted()
                cells = [unquoted[cell] for cell in cells]
            return _strings(cells, is_null).cast(type_of(column))
        except (ValueError, pa.ArrowException) as error:
            if column.kind == "integer":
                raise NotAcceptable(
                    f"This answer's {column.name} is beyond 64 bits, which Arrow and Parquet are "
                    "given here; json, ndjson and csv hold it.",
                    ["json", "ndjson", "csv"],
                ) from None
            raise refusal(self._procedure, f"{column.name}: {error}") from None


def _strings(cells: Cells, is_null: list[bool]) -> Any:
    """A column of strings, straight from Arrow's own buffers.

    `pa.array` would do, but it imports pandas where that is installed, only to look whether it is
    given something of it: 50 MB, and up to two seconds of a process's first answer.
    """
    offsets = array("i", accumulate(map(len, cells), initial=0))
    valid = None
    if any(is_null):
        bits = "".join("0" if null else "1" for null in reversed(is_null))
        valid = pa.py_buffer(int(bits, 2).to_bytes((len(bits) + 7) // 8, "little"))
    data = pa.py_buffer(b"".join(cells))
    return pa.StringArray.from_buffers(len(cells), pa.py_buffer(offsets), data, valid)


class _Unquoted(dict[bytes, bytes]):
    """From a text's JSON to the text in UTF-8; most texts of a block are the same."""

    def __missing__(self, token: bytes) -> bytes:
        text = self[token] = json.loads(token).encode() if token else b""
        return text


class _Outlet(io.RawIOBase):
    """A file whose content is taken away while it is being written."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def arrow_encoder(procedure: Procedure) -> TableEncoder:
    """An encoder to the Arrow IPC streaming format."""
    return TableEncoder(procedure, pa.ipc.new_stream, ROWS_OF_A_BATCH)


def feather_encoder(procedure: Procedure) -> TableEncoder:
    """An encoder to the Arrow IPC file format, which readers take parts of."""
    return TableEncoder(procedure, pa.ipc.new_file, ROWS_OF_A_BATCH)


def parquet_encoder(procedure: Procedure) -> TableEncoder:
    """An encoder to Parquet, compressed inside with zstd."""
    return TableEncoder(
        procedure,
        lambda file, schema: pq.ParquetWriter(file, schema, compression="zstd"),
        ROWS_OF_A_GROUP,
    )


def schema_of(procedure: Procedure) -> Any:
    """The Arrow schema of a procedure's rows; each field's metadata has its unit and meaning."""
    return pa.schema([_field(column) for column in columns_of(procedure.row)])


def _field(column: Column) -> Any:
    metadata = {"description": column.description}
    if column.unit:
        metadata["unit"] = column.unit
    return pa.field(column.name, type_of(column), nullable=column.nullable, metadata=metadata)


def type_of(column: Column) -> Any:
    """The Arrow type of a column."""
    if column.kind == "decimal":
        return pa.decimal128(38, column.places)
    return {"integer": pa.int64(), "text": pa.string(), "day": pa.date32()}[column.kind]
