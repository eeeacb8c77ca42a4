"""Ranges of bytes (RFC 9110, 14): which part of an answer a request wants, and how it is cut.

One range at a time. A request for several gets the whole answer, as the RFC allows: no client of
data asks so, and many small or overlapping ranges would multiply what one request costs.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.answers.cache import Entry
from app.answers.plan import read_date
from app.answers.representation import Headers
from app.contract.faults import RangeNotSatisfiable

_MOST_BYTES = 60
_RANGE = re.compile(rb"[bB][yY][tT][eE][sS]=[ \t]*([0-9]*)-([0-9]*)[ \t]*")


class Part(NamedTuple):
    """A part of an answer; `stop` is the first byte that is not of it."""

    start: int
    stop: int
    headers: Headers
    """Which part it is."""
    headers_with_length: Headers


class Unsatisfiable(NamedTuple):
    """What was asked for has no byte in common with the answer."""

    size: int


def asks_for_part(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the request wants a part, as far as can be told without the answer."""
    wanted = headers.get(b"range")
    return wanted is not None and _part(wanted, 1) is not None


def part_of(headers: Mapping[bytes, bytes], entry: Entry) -> Part | Unsatisfiable | None:
    """The part of a kept answer that the request wants; None if it gets the whole.

    That is so without a range, with one that is not understood, and where `If-Range` names another
    version than the one that there is.
    """
    wanted = headers.get(b"range")
    if wanted is None or not entry.kept:
        return None
    condition = headers.get(b"if-range")
    if condition is not None and not _holds(condition, entry):
        return None
    return _part(wanted, entry.size)


def satisfied(part: Part | Unsatisfiable | None) -> Part | None:
    """The part. Raises RangeNotSatisfiable for one that there is not."""
    if isinstance(part, Unsatisfiable):
        raise RangeNotSatisfiable(part.size)
    return part


def cut(pieces: Sequence[bytes], start: int, stop: int) -> list[bytes]:
    """The bytes from `start` to `stop`; a piece that lies between them is not copied."""
    if len(pieces) == 1:
        return [pieces[0][start:stop]]
    found: list[bytes] = []
    at = 0
    for piece in pieces:
        end = at + len(piece)
        if end > start:
            found.append(piece[max(start - at, 0) : stop - at])
        at = end
        if at >= stop:
            break
    return found


def _holds(condition: bytes, entry: Entry) -> bool:
    """Whether `If-Range` names what there is: by its tag, or by exactly its date.

    A date will do because no two versions of the data have the same one.
    """
    if condition.startswith((b'"', b"W/")):
        return condition in entry.tags[:1]
    date = read_date(condition)
    told = any(name == b"last-modified" for name, _ in entry.head)
    return told and entry.version is not None and entry.version.changed_at == date


@lru_cache(maxsize=1024)
def _part(wanted: bytes, size: int) -> Part | Unsatisfiable | None:
    found = _RANGE.fullmatch(wanted) if len(wanted) <= _MOST_BYTES else None
    first, last = found.groups() if found else (b"", b"")
    if not first and not last:
        return None
    if first:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    elif not int(last):
        return Unsatisfiable(size)
    else:
        start, stop = max(size - int(last), 0), size
        if not size:
            return None  # the last bytes of nothing are all of it
    if start >= size:
        return Unsatisfiable(size)
    told = (b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, size))
    return Part(start, stop, [told], [told, (b"content-length", b"%d" % (stop - start))])
