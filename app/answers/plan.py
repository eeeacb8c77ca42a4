"""What a request is owed: a decision without effects, which `Answers` carries out.

It is made from what was asked, the version of the data, and what is at hand. The fast path
remembers the plan of a request that it has seen, and judges its conditions by the same rule.
"""

import datetime
import email.utils
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from app.answers.cache import Cache, Entry
from app.answers.representation import IDENTITY, Headers, Representation
from app.answers.singleflight import Flight
from app.contract.gateway import Version

WORTH_ENCODING = 1_000
"""Bytes below which an answer is not compressed: it fits into one packet anyway."""

_CONDITIONAL = frozenset(
    (b"if-match", b"if-unmodified-since", b"if-none-match", b"if-modified-since")
)
_TAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_ASCTIME = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}")


class Conditions(NamedTuple):
    """A request's preconditions: the values of their headers (RFC 9110, 13.1)."""

    match: bytes | None
    unmodified_since: bytes | None
    none_match: bytes | None
    modified_since: bytes | None

    @property
    def name_a_tag(self) -> bool:
        """Whether the client must have had an answer: `*` and a date could be anybody's."""
        return self.none_match is not None and self.none_match.strip() != b"*"


def conditions_of(headers: Mapping[bytes, bytes]) -> Conditions | None:
    """The preconditions among the headers, if there are any."""
    if _CONDITIONAL.isdisjoint(headers):
        return None
    return Conditions(
        headers.get(b"if-match"),
        headers.get(b"if-unmodified-since"),
        headers.get(b"if-none-match"),
        headers.get(b"if-modified-since"),
    )


class Verdict(Enum):
    """What the preconditions of a request come to."""

    SEND = 200
    NOT_MODIFIED = 304
    FAILED = 412


_PREFERRED = (Verdict.NOT_MODIFIED, Verdict.SEND, Verdict.FAILED)


def judge(conditions: Conditions, tag: bytes | None, version: Version | None) -> Verdict:
    """The verdict for the representation of that tag and version, in the order of RFC 9110, 13.2.2.

    Without a version (the data changed while the answer was made) there is no tag either: no copy
    is known to hold, and no date can be compared.
    """
    if conditions.match is not None:
        if not _names(conditions.match, tag, weak=False):
            return Verdict.FAILED
    elif conditions.unmodified_since is not None and version:
        date = read_date(conditions.unmodified_since)
        if date and version.changed_at > date:
            return Verdict.FAILED
    if version is None:
        return Verdict.SEND
    if conditions.none_match is not None:
        holds = _names(conditions.none_match, tag, weak=True)
    elif conditions.modified_since is not None:
        date = read_date(conditions.modified_since)
        holds = date is not None and version.changed_at <= date
    else:
        holds = False
    return Verdict.NOT_MODIFIED if holds else Verdict.SEND


def judge_any(
    conditions: Conditions, tags: Sequence[bytes], version: Version | None
) -> tuple[Verdict, bytes | None]:
    """The verdict where the client's copy may have any of these tags, and the tag that it has.

    A short answer goes out plain although an encoding is accepted, so either copy will do.
    """
    found = {judge(conditions, tag, version): tag for tag in reversed(tags or (None,))}
    best = min(found, key=_PREFERRED.index)
    return best, found[best]


def _names(header: bytes, tag: bytes | None, *, weak: bool) -> bool:
    """Whether a list of entity tags names this one, or whatever there is."""
    return (
        header == tag
        or header.strip() == b"*"
        or any(named == tag and (weak or not prefix) for prefix, named in _TAG.findall(header))
    )


def read_date(header: bytes) -> datetime.datetime | None:
    """An HTTP date in any of its three forms (RFC 9110, 5.6.7); None for what is none."""
    try:
        date = email.utils.parsedate_to_datetime(header.decode("ascii"))
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None and _ASCTIME.fullmatch(header):
        return date.replace(tzinfo=datetime.timezone.utc)
    return date if date.tzinfo else None


# -- plans --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: the client's copy is of the current version."""

    validators: Headers


@dataclass(frozen=True, slots=True)
class Failed:
    """412: the request is only meant for another version than the current one."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The answer is kept, and current."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Stale:
    """The answer is kept and may be out of date; the database cannot be asked."""

    entry: Entry
    seconds: int
    """Since it was last known to be current."""


@dataclass(frozen=True, slots=True)
class Join:
    """The answer is on its way to somebody else."""

    flight: Flight


@dataclass(frozen=True, slots=True)
class Make:
    """The database has to be asked, or another representation converted."""


Plan = NotModified | Failed | Kept | Stale | Join | Make


class UnderWay(NamedTuple):
    """An answer that is being made."""

    flight: Flight
    known: Version | None
    """The version last learnt when it was begun."""


@dataclass(frozen=True)
class AtHand:
    """What there is without a call: answers that are kept, and answers on their way."""

    cache: Cache
    flights: Mapping[object, UnderWay]

    def kept(self, wanted: Representation, version: Version | None) -> Entry | None:
        """The answer that is kept, if it is of that version."""
        if version is None:
            return None
        entry = self.cache.get(wanted.key)
        if entry and entry.version == version:
            return entry
        if wanted.encoding != IDENTITY:
            entry = self.cache.get(wanted.plain.key)
            if entry and entry.version == version and entry.size < WORTH_ENCODING:
                return entry
        return None

    def on_its_way(self, wanted: Representation, known: Version | None) -> Flight | None:
        """The answer that can be joined, if it was begun or made while `known` was the version."""
        under_way = self.flights.get(wanted.key)
        if under_way is None or not under_way.flight.can_be_joined:
            return None
        still_current = known in (under_way.known, under_way.flight.version)
        return under_way.flight if still_current else None

    def exists(self, wanted: Representation, version: Version | None) -> bool:
        """Whether it is known without a call that there is such an answer, and not a 404."""
        return any(self.kept(each, version) for each in (wanted, wanted.plain, wanted.in_json))


def source(
    wanted: Representation, version: Version | None, known: Version | None, at_hand: AtHand
) -> Kept | Join | Make:
    """Where the whole answer comes from, whatever the client has of it.

    `version` is the current one, if that is certain; `known` the one last learnt.
    """
    if entry := at_hand.kept(wanted, version):
        return Kept(entry)
    if flight := at_hand.on_its_way(wanted, known):
        return Join(flight)
    return Make()


def decide(
    wanted: Representation,
    conditions: Conditions | None,
    version: Version | None,
    known: Version | None,
    at_hand: AtHand,
) -> NotModified | Failed | Kept | Join | Make:
    """What the request is owed. What has to be made is judged again when its version is known."""
    if conditions and version:
        kept = at_hand.kept(wanted, version)
        asked = kept.representation if kept else wanted
        verdict, tag = judge_any(conditions, asked.tags(version), version)
        if verdict is Verdict.NOT_MODIFIED:
            if conditions.name_a_tag or at_hand.exists(wanted, version):
                return NotModified(asked.validators_of(tag, version))
        elif verdict is Verdict.FAILED and at_hand.exists(wanted, version):
            return Failed()
    return source(wanted, version, known, at_hand)


def stale(
    wanted: Representation,
    at_hand: AtHand,
    known: Version | None,
    confirmed_at: float,
    limit: float,
) -> Stale | None:
    """The last good answer in place of none, if there is one no older than `limit` seconds.

    `known` is the version last learnt, and `confirmed_at` when it was last found to be current
    (monotonic seconds).
    """

    def good_at(entry: Entry) -> float:
        return max(entry.made_at, confirmed_at if entry.version == known else 0)

    found = [at_hand.cache.get(each.key) for each in (wanted, wanted.plain)]
    entry = max((entry for entry in found if entry), key=good_at, default=None)
    if entry is None:
        return None
    seconds = int(time.monotonic() - good_at(entry))
    return Stale(entry, seconds) if seconds <= limit else None
