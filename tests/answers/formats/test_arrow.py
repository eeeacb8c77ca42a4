"""Arrow streams and Parquet files, read back by pyarrow, pandas, Polars and DuckDB."""

import datetime
import importlib.util
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.answers.formats import arrow as arrow_module
from app.answers.formats.arrow import TableEncoder, arrow_encoder, parquet_encoder
from app.contract.faults import InvalidAnswer, NotAcceptable
from app.contract.procedure import Procedure
from app.wells.catalogue import PROCEDURES, WELL_SUMMARY
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

ROOT = Path(__file__).parents[3]
ENCODERS = [arrow_encoder, parquet_encoder]
both = pytest.mark.parametrize("encoder", ENCODERS)


def table_of(data: bytes) -> Any:
    """What pyarrow reads, after a check of the whole."""
    if data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
    else:
        table = pa.ipc.open_stream(data).read_all()
    table.validate(full=True)
    return table


def rows_of(encoder: Any, *pieces: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table_of(encode(encoder(BY_DAY), *pieces)).to_pylist()
    return rows


@both
def test_a_day(encoder: Any) -> None:
    """Values are exact decimals, days and texts."""
    assert rows_of(encoder, array(DAY | {"oil_price": "null"})) == [
        {
            "well_id": 3001,
            "well_name": "VM-01 ST2",
            "division_id": 30,
            "division_name": "Vaca Muerta, Neuquén",
            "date_value": datetime.date(2025, 1, 3),
            "oil_produced": Decimal("1067.955"),
            "oil_price": None,
            "oil_sales": Decimal("98102.35"),
            "period": "day",
        }
    ]


@both
@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.name)
def test_no_rows(encoder: Any, procedure: Procedure) -> None:
    """Without rows there is the schema: the model's names, order and nulls."""
    table = table_of(encode(encoder(procedure), b"[]"))
    assert table.num_rows == 0
    assert table.schema.names == list(procedure.row.model_fields)
    assert table.schema.equals(arrow_module.schema_of(procedure))


def test_schema() -> None:
    """Decimals have the places of their unit; the metadata names the unit."""
    schema = arrow_module.schema_of(WELL_SUMMARY)
    assert schema.field("well_id").type == pa.int64()
    assert schema.field("total_oil_produced").type == pa.decimal128(38, 3)
    assert schema.field("total_oil_sales").type == pa.decimal128(38, 2)
    assert schema.field("total_budget").nullable
    assert not schema.field("total_oil_sales").nullable
    assert schema.field("total_oil_produced").metadata[b"unit"] == b"bbl"
    assert arrow_module.schema_of(BY_DAY).field("date_value").type == pa.date32()


@both
@given(
    texts=st.lists(TEXTS, max_size=5),
    sales=st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=2), min_size=5, max_size=5
    ),
    ascii_only=st.booleans(),
    cuts=CUTS,
)
@example(texts=["38"], sales=[Decimal("9" * 36 + ".99")] * 5, ascii_only=False, cuts=[])
@example(texts=["39"], sales=[Decimal("1" + "0" * 36 + ".00")] * 5, ascii_only=False, cuts=[])
def test_any_rows(
    encoder: Any, texts: list[str], sales: list[Decimal], ascii_only: bool, cuts: list[int]
) -> None:
    """Texts and numbers come back as they went in, wherever the answer is cut; a number of more
    than 38 digits, which the type has no place for, is refused."""
    rows = [
        DAY | {"well_name": json.dumps(text, ensure_ascii=ascii_only), "oil_sales": str(number)}
        for text, number in zip(texts, sales, strict=False)
    ]
    pieces = cut(array(*rows), *cuts)
    if any(number.copy_abs() >= 10**36 for number in sales[: len(rows)]):
        with pytest.raises(InvalidAnswer):
            encode(encoder(BY_DAY), *pieces)
        return
    read = rows_of(encoder, *pieces)
    assert [(row["well_name"], row["oil_sales"]) for row in read] == list(
        zip(texts, sales, strict=False)
    )


@both
def test_every_cut(encoder: Any) -> None:
    """A cut at every place changes nothing."""
    text = array(DAY, DAY | {"well_name": '"Ø 🛢️ \\" \\\\ \\u00e9"', "oil_sales": "-1.5E+3"})
    expected = rows_of(encoder, text)
    assert expected[1]["oil_sales"] == -1500
    places = range(0, len(text) + 1, 1 if encoder is arrow_encoder else 17)
    assert all(rows_of(encoder, *cut(text, place)) == expected for place in places)


@both
@pytest.mark.parametrize(
    "number", ["9" * 36 + ".99", "-0.01", "0.10", "1E+2", "123E-2", "5.000", "-0"]
)
def test_digits(encoder: Any, number: str) -> None:
    """A number is the decimal that was written, up to 38 digits."""
    (row,) = rows_of(encoder, array(DAY | {"oil_sales": number}))
    assert row["oil_sales"] == Decimal(number)


@both
@pytest.mark.parametrize(
    "change",
    [
        {"oil_sales": "0.001"},
        {"oil_produced": "0.0001"},
        {"oil_sales": "1E+400"},
        {"oil_sales": "9" * 37},
        {"oil_sales": "null"},
        {"well_name": '"\\ud800"'},
        {"date_value": '"2025-02-29"'},
        {"well_name": '"\\x"'},
    ],
)
def test_what_does_not_fit(encoder: Any, change: dict[str, str]) -> None:
    """More places or digits than the schema has, a null or half a character: refused."""
    with pytest.raises(InvalidAnswer):
        encode(encoder(BY_DAY), array(DAY, DAY | change))


@both
def test_large_ids(encoder: Any) -> None:
    """An id of 64 bits is exact; for a larger one the other formats are named."""
    (row,) = rows_of(encoder, array(DAY | {"well_id": str(2**63 - 1)}))
    assert row["well_id"] == 2**63 - 1
    with pytest.raises(NotAcceptable) as caught:
        encode(encoder(BY_DAY), array(DAY | {"well_id": str(2**63)}))
    assert "well_id" in caught.value.detail
    assert caught.value.available == ["json", "ndjson", "csv"]


@both
def test_cut_short(encoder: Any) -> None:
    """Half an array never becomes a whole file."""
    with pytest.raises(InvalidAnswer):
        encode(encoder(BY_DAY), array(DAY)[:-1])


def test_several_batches() -> None:
    """Rows go out in batches of bounded size, in order."""
    text = array(*(DAY | {"well_id": str(n)} for n in range(20_000)))
    pieces = [text[n : n + 60_000] for n in range(0, len(text), 60_000)]
    stream = pa.ipc.open_stream(encode(arrow_encoder(BY_DAY), *pieces))
    batches = list(stream)
    assert len(batches) == 3
    assert pa.Table.from_batches(batches)["well_id"].to_pylist() == list(range(20_000))
    group = TableEncoder(BY_DAY, pq.ParquetWriter, 8192)
    assert pq.ParquetFile(io.BytesIO(encode(group, *pieces))).num_row_groups == 3


@both
def test_other_readers(encoder: Any) -> None:
    """Polars, pandas and DuckDB read both formats."""
    data = encode(encoder(BY_DAY), array(DAY, DAY | {"oil_price": "null"}))
    parquet = encoder is parquet_encoder
    read = polars.read_parquet if parquet else polars.read_ipc_stream
    frame = read(io.BytesIO(data))
    assert frame.columns == FIELDS
    assert frame["oil_price"].to_list() == [Decimal("91.86"), None]
    days = table_of(data)
    pandas_frame = pandas.read_parquet(io.BytesIO(data)) if parquet else days.to_pandas()
    assert pandas_frame["oil_sales"].sum() == Decimal("196204.70")
    (total,) = duckdb.sql("SELECT sum(oil_sales) FROM days").fetchall()
    assert total == (Decimal("196204.70"),)


@pytest.mark.slow
@both
def test_memory(encoder: Any) -> None:
    """50 MB pass through, in Python and in Arrow, some megabytes of memory."""
    block = array(*[DAY] * 400)[1:-1]
    before = pa.total_allocated_bytes()
    most = 0

    class Watched:
        """The encoder, with an eye on Arrow's own memory."""

        def __init__(self) -> None:
            self._encoder = encoder(BY_DAY)
            self.finish = self._encoder.finish

        def feed(self, piece: bytes) -> bytes:
            nonlocal most
            out: bytes = self._encoder.feed(piece)
            most = max(most, pa.total_allocated_bytes() - before)
            return out

    assert peak_memory(Watched(), block) < 4_000_000
    assert most < 20_000_000


def test_imported_late() -> None:
    """The service starts without importing pyarrow; the first encoder does it."""
    code = (
        "import sys, app.answers.formats as f; from app.wells.catalogue import DIVISION_LIST as d;"
        "assert 'pyarrow' not in sys.modules; f.FORMATS[3].encoder(d);"
        "assert 'pyarrow' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@both
def test_equal_rows_give_equal_bytes(encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the text was cut: an answer's tag stands for its bytes."""
    for name in ("ROWS_OF_A_BATCH", "ROWS_OF_A_GROUP"):
        monkeypatch.setattr(arrow_module, name, 64)
    text = array(*[{**DAY, "oil_price": "null" if n % 100 < 50 else "80.5"} for n in range(1_000)])
    cuts = [[text], cut(text, 1_000), cut(text, 20_001), cut(text, 70_000)]
    assert len({encode(encoder(BY_DAY), *pieces) for pieces in cuts}) == 1


def test_imports_ahead() -> None:
    """What writes Arrow and Parquet is there before it is asked for, and pandas stays out of it."""
    code = """
import sys
from app.answers.formats import FORMATS, import_ahead
from app.wells.catalogue import DIVISION_LIST
assert "pyarrow" not in sys.modules
import_ahead().join()
assert "pyarrow.parquet" in sys.modules
for known in FORMATS[1:]:
    encoder = known.encoder(DIVISION_LIST)
    encoder.feed(b'[{"Division_Id":1,"Division_Name":"A"}]')
    encoder.finish()
assert "pandas" not in sys.modules
"""
    assert importlib.util.find_spec("pandas")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
