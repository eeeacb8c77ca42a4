"""Content codings: which one a response gets (RFC 9110, 12.5.3), and what compresses it.

Levels were chosen on 20,000 days of well data (3.7 MB; `make bench-formats`). The next higher level
of gzip that is worth its name, 4, makes the answer 13 % smaller for twice the time, which pays only
below some 25 Mbit/s. zstd at level 1 is smaller than gzip at level 4 and takes a tenth of its time;
higher levels gain nothing before they cost as much as gzip. Brotli is no better at either.
"""

import zlib
from functools import lru_cache
from typing import Any, Literal

from app.answers.formats.preferences import MOST_BYTES, read_preferences
from app.contract.faults import NotAcceptable

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # before Python 3.14
    try:
        from backports import zstd
    except ImportError:  # it is an optional extra
        zstd = None

Encoding = Literal["identity", "gzip", "zstd"]

GZIP_LEVEL = 1
ZSTD_LEVEL = 1
ZSTD_WINDOW_LOG = 17
"""128 kB: rows resemble their neighbours, and a larger window only costs memory."""

ENCODINGS: tuple[Encoding, ...] = ("zstd", "gzip") if zstd else ("gzip",)
"""The codings that this process can give, the best first."""

REVISIONS: dict[Encoding, str] = {
    "identity": "",
    "gzip": f"1 zlib {zlib.ZLIB_RUNTIME_VERSION}",
    "zstd": f"1 zstd {zstd.zstd_version}" if zstd else "",
}
"""What the bytes of a coding depend on; the number is raised when what is set here changes them."""

_GZIP_HEADER = 16
_MEMORY_LEVEL = 8


def choose_encoding(
    accept_encoding: bytes | None, offered: tuple[Encoding, ...] | None = None
) -> Encoding:
    """The coding wanted most; the better one where it is all the same; identity if none is named.

    `*` alone is taken for gzip: who sends it rarely means codings that are younger than itself.
    Raises NotAcceptable when the header rules out everything, `identity` too.
    """
    if not accept_encoding:
        return "identity"
    return _chosen(accept_encoding[:MOST_BYTES], offered or ENCODINGS)


@lru_cache(maxsize=128)
def _chosen(accept_encoding: bytes, offered: tuple[Encoding, ...]) -> Encoding:
    said = {wanted.name: wanted.quality for wanted in read_preferences(accept_encoding)}
    if "x-gzip" in said:
        said.setdefault("gzip", said["x-gzip"])
    any_other = said.get("*")
    qualities: dict[Encoding, float] = {known: said.get(known, 0) for known in offered}
    if any_other is not None and "gzip" not in said:
        qualities["gzip"] = any_other
    best = max(qualities, key=lambda known: qualities[known])  # the first of equals
    plain = said.get("identity", any_other)
    if qualities[best] and qualities[best] >= (plain if "identity" in said and plain else 0):
        return best
    if plain == 0:
        raise NotAcceptable(
            "The Accept-Encoding header rules out every coding that there is: "
            f"{', '.join(offered)}, identity.",
            [*offered, "identity"],
        )
    return "identity"


class Compressor:
    """Compresses one body piece by piece; it holds a few hundred kilobytes at most.

    It blocks its thread: 20 ms for 3.7 MB with gzip, 4 ms with zstd.
    """

    def __init__(self, encoding: Literal["gzip", "zstd"], level: int | None = None) -> None:
        """`level`: another than the usual one, for measuring."""
        self._stream: Any
        if encoding == "gzip":
            self._stream = zlib.compressobj(
                level or GZIP_LEVEL, zlib.DEFLATED, _GZIP_HEADER + zlib.MAX_WBITS, _MEMORY_LEVEL
            )
        else:
            parameter = zstd.CompressionParameter
            self._stream = zstd.ZstdCompressor(
                options={
                    parameter.compression_level: level or ZSTD_LEVEL,
                    parameter.window_log: ZSTD_WINDOW_LOG,
                }
            )

    def feed(self, piece: bytes) -> bytes:
        """What can go out once this piece is known; perhaps nothing."""
        compressed: bytes = self._stream.compress(piece)
        return compressed

    def finish(self) -> bytes:
        """The rest of the body."""
        rest: bytes = self._stream.flush()
        return rest
