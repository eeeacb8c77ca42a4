"""Which coding a response gets, and what it is when taken apart again."""

import gzip
import tracemalloc

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from app.answers import compression
from app.answers.compression import Compressor, Encoding, choose_encoding
from app.contract.faults import NotAcceptable

CODINGS: list[Encoding] = ["gzip", "zstd"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (None, "identity"),
        (b"", "identity"),
        (b"identity", "identity"),
        (b"gzip", "gzip"),
        (b"x-gzip", "gzip"),
        (b"GZIP", "gzip"),
        (b"gzip, deflate", "gzip"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"zstd;q=0.5, gzip", "gzip"),
        (b"gzip;q=0.5", "gzip"),
        (b"gzip;q=0", "identity"),
        (b"gzip;q=0.5, identity", "identity"),
        (b"gzip, identity", "gzip"),
        (b"gzip;q=0.5, identity;q=0.4", "gzip"),
        (b"*", "gzip"),
        (b"*;q=0.1", "gzip"),
        (b"gzip;q=0, *", "identity"),
        (b"identity;q=0, *", "gzip"),
        (b"br", "identity"),
        (b"br, *;q=0, identity", "identity"),
        (b"*;q=0, gzip", "gzip"),
        (b"gzip;q=x, zstd", "zstd"),
    ],
)
def test_choice(header: bytes | None, encoding: str) -> None:
    """The highest quality, then the better coding; plain where nothing else is wanted."""
    assert choose_encoding(header) == encoding


@pytest.mark.parametrize(
    "header", [b"identity;q=0", b"*;q=0", b"br, *;q=0", b"br, identity;q=0", b"gzip;q=0, *;q=0"]
)
def test_nothing_left(header: bytes) -> None:
    """A header that rules out every coding, the plain one too, is a 406 that lists them."""
    with pytest.raises(NotAcceptable) as caught:
        choose_encoding(header)
    assert caught.value.available == ["zstd", "gzip", "identity"]


def test_without_zstd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is not there, zstd is not chosen."""
    monkeypatch.setattr(compression, "ENCODINGS", ("gzip",))
    assert choose_encoding(b"zstd, gzip;q=0.7, x-without-zstd") == "gzip"
    assert choose_encoding(b"zstd, x-without-zstd") == "identity"


@pytest.mark.parametrize("encoding", CODINGS)
@given(pieces=st.lists(st.binary(max_size=3000), max_size=6))
def test_round_trip(encoding: Encoding, pieces: list[bytes]) -> None:
    """What is compressed piece by piece is one whole body, an empty one included."""
    assert encoding != "identity"
    compressor = Compressor(encoding)
    body = b"".join([*map(compressor.feed, pieces), compressor.finish()])
    decompress = gzip.decompress if encoding == "gzip" else zstd.decompress
    assert decompress(body) == b"".join(pieces)


@pytest.mark.parametrize("encoding", CODINGS)
def test_memory(encoding: Encoding) -> None:
    """50 MB pass through a few hundred kilobytes of Python's memory, and come out smaller."""
    assert encoding != "identity"
    compressor = Compressor(encoding)
    piece = b'{"well_id":3001,"oil_produced":1067.955}\n' * 1500
    tracemalloc.start()
    size = sum(len(compressor.feed(piece)) for _ in range(50_000_000 // len(piece)))
    size += len(compressor.finish())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert size < 5_000_000
