"""The bytes of each format and coding, pinned beside its revision.

When a test here fails, the same rows are written otherwise than before: then the revision of the
format must be raised, since it is what tells clients that their copy is another. The new bytes are
pinned under the new revision.
"""

import asyncio
import hashlib
from pathlib import Path

import pytest

from app.answers.compression import ENCODINGS, REVISIONS, Compressor, Encoding
from app.answers.formats import FORMATS, JSON, Format
from app.contract.gateway import Call
from app.settings import Settings
from app.wells.backends import make_gateway
from app.wells.catalogue import DIVISION_SUMMARY, WELL_LIST, WELL_SUMMARY_BY_DAY
from tests.answers.formats.answers import BY_DAY, DAY, array, encode

DAYS = {"well_id": 11, "division_id": 7, "from_date": None, "to_date": None}
CALLS = [
    Call(DIVISION_SUMMARY, {}, "golden"),
    Call(WELL_LIST, {"division_id": 7}, "golden"),
    Call(WELL_SUMMARY_BY_DAY, DAYS, "golden"),
]
ROWS = array(
    DAY,
    DAY
    | {"oil_price": "null", "oil_sales": "0", "oil_produced": "1e2", "date_value": '"1999-12-31"'},
    DAY | {"well_name": '"=1+1; \\"Ø\\",\\n🛢️"', "well_id": "-7"},
    DAY | {"well_name": '""'},
)

TEXT = ROWS.replace(b',"period":"day"', b"")
"""What the codings are pinned on, whatever fields rows have."""

GOLDEN = {
    "json 2": "e3b9e9efb68c4a14",
    "ndjson 2": "a00eebddc16c26e6",
    "csv 2": "4abe18953dfd1416",
    "arrow 2 pyarrow 25.0.1": "26074b8386f94a19",
    "parquet 2 pyarrow 25.0.1": "6a85af7ea6389015",
    "feather 2 pyarrow 25.0.1": "adc9882df98cdf9c",
    "gzip 1 zlib 1.2.13": "faeea048440d605e",
    "zstd 1 zstd 1.5.7": "245e7ae626a3782b",
}
"""Digests by name and revision. Older revisions may stay: they are never given again."""

EXACT_ONLY = ("gzip", "zstd")
"""What other machines may have another release of, whose bytes are not pinned here."""


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def assert_golden(name: str, revision: str, data: bytes) -> None:
    key = f"{name} {revision}"
    if name in EXACT_ONLY and key not in GOLDEN and revision.startswith("1 "):
        pytest.skip(f"the bytes of {key} are not pinned")
    assert digest(data) == GOLDEN.get(key), f"{key} writes other bytes: raise its revision"


@pytest.mark.parametrize("known", FORMATS[1:], ids=lambda known: known.name)
def test_formats(known: Format) -> None:
    """The same rows give the bytes that they always gave under this revision."""
    assert known.encoder
    assert_golden(known.name, known.revision, encode(known.encoder(BY_DAY), ROWS))


def test_json(database: Path) -> None:
    """So does the embedded database, which writes the JSON itself."""

    async def answered() -> bytes:
        gateway = make_gateway(Settings(odm_sqlite_path=database))
        await gateway.open()
        text = b""
        for call in CALLS:
            answer = await gateway.call(call)
            while not answer.complete:
                text += await answer.read()
        await gateway.close()
        return text

    assert_golden(JSON.name, JSON.revision, asyncio.run(answered()))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings(encoding: Encoding) -> None:
    """A coding gives the same bytes, too, for as long as its level, window and library stay."""
    assert encoding != "identity"
    compressor = Compressor(encoding)
    data = compressor.feed(TEXT * 50) + compressor.feed(TEXT) + compressor.finish()
    assert_golden(encoding, REVISIONS[encoding], data)
