"""Judges bodies: whether each is what it must be, and of a generation that may be given.

A tag has one body and a body has one tag, for as long as the soak lasts.
"""

import datetime
import hashlib
import io
import threading
import time
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.soak.company import Asked, body, cells_of, generation_in

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # before Python 3.14
    from backports import zstd

OLDEST_SECONDS = 1.0
"""No answer is older: twice ODM_VERSION_POLL_SECONDS as it is shipped."""
SLACK_SECONDS = 0.5
"""For a machine that is busy."""


class Wrong(Exception):
    """What the service has said is not true."""


class What(NamedTuple):
    """A representation: what a tag stands for, together with the generation."""

    asked: Asked
    format_name: str
    encoding: str


class Known(NamedTuple):
    """A body that has been judged."""

    what: What
    generation: int
    digest: bytes
    size: int


class Moves:
    """When each generation of the data began to be loaded, and when it was there."""

    def __init__(self) -> None:
        self._begun: dict[int, float] = {}
        self._done: dict[int, float] = {}

    def load(self, generation: int, work: Callable[[], None]) -> None:
        """Have the work done that brings the data to that generation."""
        self._begun[generation] = time.monotonic()
        work()
        self._done[generation] = time.monotonic()

    @property
    def count(self) -> int:
        return len(self._done)

    def done_between(self, start: float, end: float) -> list[tuple[float, float]]:
        """Beginning and end of each load that lies, as a whole, within that time."""
        loads = [(self._begun[g], at) for g, at in list(self._done.items())]
        return [(begun, done) for begun, done in loads if start < begun and done < end]

    def check(self, generation: int, start: float, end: float) -> None:
        """Raise Wrong if a request of that time may not have been answered from that one."""
        if self._begun.get(generation, end + 1) > end:
            raise Wrong(f"generation {generation} before it was loaded")
        replaced = self._done.get(generation + 1)
        if replaced is not None and start - replaced > OLDEST_SECONDS + SLACK_SECONDS:
            late = start - replaced
            raise Wrong(f"generation {generation}, {late:.2f} s after the next one was there")


class Ledger:
    """What has been seen of one service."""

    def __init__(self) -> None:
        self._by_tag: dict[str, Known] = {}
        self._tags: dict[tuple[What, int], str] = {}
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Tags that are known."""
        return len(self._by_tag)

    def known(self, tag: str) -> Known | None:
        return self._by_tag.get(tag)

    def judge(self, what: What, tag: str | None, sent: bytes) -> int:
        """The generation of a body. Raises Wrong if it is not what it must be."""
        digest = hashlib.blake2b(sent, digest_size=16).digest()
        if tag and (known := self._by_tag.get(tag)):
            if known.what != what:
                raise Wrong(f"the tag {tag} is that of {known.what}, too")
            if known.digest != digest:
                raise Wrong(f"another body of {len(sent)} bytes under the same tag {tag}")
            return known.generation
        generation = judge_body(what, sent)
        if tag:
            with self._lock:
                other = self._tags.setdefault((what, generation), tag)
                if other != tag:
                    raise Wrong(f"generation {generation} has the tags {other} and {tag}")
                self._by_tag[tag] = Known(what, generation, digest, len(sent))
        return generation


def judge_body(what: What, sent: bytes) -> int:
    """The generation of a body; raises Wrong if it differs from what that one holds."""
    plain = _decoded(sent, what.encoding)
    if what.format_name in ("arrow", "parquet"):
        return _judge_table(what, plain)
    generation = generation_in(plain[:2000].decode("utf-8", "replace"))
    if not generation:
        raise Wrong(f"{len(plain)} bytes that tell of no generation: {plain[:60]!r}")
    right = body(what.asked, what.format_name, generation)
    if plain != right:
        at = next((n for n, (a, b) in enumerate(zip(plain, right, strict=False)) if a != b), -1)
        said = plain[max(at - 20, 0) : at + 60] if at >= 0 else plain[-60:]
        raise Wrong(
            f"{len(plain)} bytes where generation {generation} has {len(right)}; "
            f"they part at {at}: {said!r}"
        )
    return generation


def _decoded(sent: bytes, encoding: str) -> bytes:
    try:
        if encoding == "gzip":
            stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            plain = stream.decompress(sent)
            if not stream.eof or stream.unused_data:
                raise Wrong("gzip that does not end where the body ends")
            return plain
        if encoding == "zstd":
            return bytes(zstd.decompress(sent))
    except (zlib.error, zstd.ZstdError) as error:
        raise Wrong(f"{encoding} that cannot be read: {error}") from None
    return sent


def _judge_table(what: What, plain: bytes) -> int:
    try:
        if what.format_name == "arrow":
            table = pa.ipc.open_stream(plain).read_all()
        else:
            table = pq.read_table(io.BytesIO(plain))
    except (pa.ArrowException, OSError) as error:
        raise Wrong(f"{what.format_name} that cannot be read: {error}") from None
    columns = [column.to_pylist() for column in table.columns]
    generation = generation_in(" ".join(map(str, table.slice(0, 1).to_pylist())))
    right = cells_of(what.asked, generation) if generation else []
    if table.num_rows != len(right):
        raise Wrong(f"{table.num_rows} rows where generation {generation} has {len(right)}")
    for cells, texts in zip(columns, zip(*right, strict=True), strict=True):
        for cell, text in zip(cells, texts, strict=True):
            if not _same(cell, text):
                raise Wrong(f"{cell!r} where generation {generation} has {text}")
    return generation


def _same(cell: Any, text: str) -> bool:
    if isinstance(cell, Decimal):
        return cell == Decimal(text)
    if isinstance(cell, datetime.date):
        return cell.isoformat() == text
    return ("" if cell is None else str(cell)) == text
