"""What a request is owed, decided without a server."""

import asyncio
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.cache import Cache, Entry
from app.answers.formats import JSON
from app.answers.plan import (
    AtHand,
    Conditions,
    Failed,
    Join,
    Kept,
    Make,
    NotModified,
    Plan,
    Stale,
    UnderWay,
    Verdict,
    conditions_of,
    decide,
    judge,
    judge_any,
    stale,
)
from app.answers.representation import Representation
from app.answers.singleflight import Flight
from app.contract.gateway import Version
from app.wells.catalogue import DIVISION_LIST

AT = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)
VERSION = Version("0123456789abcdef", AT, {})
LATER = Version("fedcba9876543210", AT + datetime.timedelta(seconds=1), {})
PLAIN = Representation(DIVISION_LIST, {}, JSON)
ZIPPED = Representation(DIVISION_LIST, {}, JSON, "gzip")
TAG, ZIPPED_TAG = PLAIN.tag(VERSION), ZIPPED.tag(VERSION)
BEFORE, SAME = b"Thu, 01 Jan 2026 11:59:59 GMT", b"Thu, 01 Jan 2026 12:00:00 GMT"


def conditions(**given: bytes) -> Conditions:
    found = conditions_of({f"if-{n.replace('_', '-')}".encode(): v for n, v in given.items()})
    assert found is not None
    return found


def at_hand(*kept: tuple[Representation, Version, int], flight: Flight | None = None) -> AtHand:
    """Answers of so many bytes, and one that is on its way."""
    cache = Cache(1_000_000)
    for representation, version, size in kept:
        assert cache.room.take(size)
        cache.put(Entry.of(representation, version, [b"x" * size], size), size)
    return AtHand(cache, {PLAIN.key: UnderWay(flight, VERSION)} if flight else {})


def decided(
    wanted: Representation, there: AtHand, asked: Conditions | None = None, **state: Any
) -> type[Plan]:
    state = {"version": VERSION, "known": VERSION, **state}
    return type(decide(wanted, asked, at_hand=there, **state))


# -- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "holds"),
    [
        (SAME, True),
        (b"Thursday, 01-Jan-26 12:00:00 GMT", True),
        (b"Thu Jan  1 12:00:00 2026", True),  # as asctime writes it
        (b"Thu, 01 Jan 2026 14:00:00 +0200", True),
        (BEFORE, False),
        (b"Thu Jan  1 11:59:59 2026", False),
        (b"Thu, 01 Jan 2026 12:00:00", False),  # of no time zone
        (b"Thu, 01 Jan 2026 12:00:00 -0000", False),
        (b"Mon, 20 Nov 99999999999999999999 19:12:08 GMT", False),
    ],
)
def test_since(since: bytes, holds: bool) -> None:
    """Dates in each of HTTP's three forms are compared to the second; others say nothing."""
    verdict = Verdict.NOT_MODIFIED if holds else Verdict.SEND
    assert judge(conditions(modified_since=since), TAG, VERSION) is verdict
    both = conditions(none_match=b'"other"', modified_since=since)
    assert judge(both, TAG, VERSION) is Verdict.SEND  # tags decide where there are any


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"match": TAG}, Verdict.SEND),
        ({"match": b"*"}, Verdict.SEND),
        ({"match": b'"x", ' + TAG}, Verdict.SEND),
        ({"match": b'"x"'}, Verdict.FAILED),
        ({"match": b"W/" + TAG}, Verdict.FAILED),  # compared strongly
        ({"match": b""}, Verdict.FAILED),
        ({"unmodified_since": SAME}, Verdict.SEND),
        ({"unmodified_since": BEFORE}, Verdict.FAILED),
        ({"unmodified_since": b"yesterday"}, Verdict.SEND),
        ({"match": TAG, "unmodified_since": BEFORE}, Verdict.SEND),  # tags decide
        ({"match": b'"x"', "none_match": TAG}, Verdict.FAILED),  # the first to be judged
        ({"match": TAG, "none_match": TAG}, Verdict.NOT_MODIFIED),
        ({"none_match": b"W/" + TAG}, Verdict.NOT_MODIFIED),
        ({"none_match": b"*"}, Verdict.NOT_MODIFIED),
        ({"none_match": b'"x"'}, Verdict.SEND),
    ],
)
def test_verdicts(given: dict[str, bytes], verdict: Verdict) -> None:
    """Preconditions come to what RFC 9110 makes of them, in its order."""
    assert judge(conditions(**given), TAG, VERSION) is verdict


def test_conditions_without_a_version() -> None:
    """Nobody's copy is known to hold; whoever insists on a tag is told so."""
    for sent in ({"none_match": TAG}, {"modified_since": SAME}, {"unmodified_since": BEFORE}):
        assert judge(conditions(**sent), None, None) is Verdict.SEND
    assert judge(conditions(match=TAG), None, None) is Verdict.FAILED
    assert judge(conditions(match=b"*"), None, None) is Verdict.SEND


def test_either_copy() -> None:
    """Where an encoding is accepted, the plain copy is as good; the verdict tells which it is."""
    tags = (ZIPPED_TAG, TAG)
    for tag in tags:
        assert judge_any(conditions(none_match=tag), tags, VERSION) == (Verdict.NOT_MODIFIED, tag)
        assert judge_any(conditions(match=tag), tags, VERSION)[0] is Verdict.SEND
    assert judge_any(conditions(match=b'"x"'), tags, VERSION)[0] is Verdict.FAILED


def test_no_conditions() -> None:
    """A request without any is not judged at all."""
    assert conditions_of({b"accept": b"*/*"}) is None


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_header(none_match: bytes, since: bytes) -> None:
    """Nothing that a client sends fails; a tag behind anything that is no tag is still found."""
    later = b"Mon, 20 Nov 2100 19:12:08 " + since
    for sent in ({"none_match": none_match}, {"modified_since": later}, {"match": none_match}):
        assert judge(conditions(**sent), TAG, VERSION) in Verdict
    found = judge(conditions(none_match=none_match + b"," + TAG), TAG, VERSION)
    assert found is Verdict.NOT_MODIFIED or b'"' in none_match


# -- plans ----------------------------------------------------------------------------------------


def test_kept_and_current() -> None:
    """What is kept of the current version is sent; what is out of date is made anew."""
    there = at_hand((PLAIN, VERSION, 10))
    assert decided(PLAIN, there) is Kept
    assert decided(PLAIN, there, version=LATER, known=LATER) is Make
    assert decided(PLAIN, there, version=None) is Make  # nobody knows whether it is current
    assert decided(PLAIN, at_hand()) is Make


def test_short_answers_go_plain() -> None:
    """A short answer serves whoever would take it compressed; a long one does not."""
    assert decided(ZIPPED, at_hand((PLAIN, VERSION, 999))) is Kept
    assert decided(ZIPPED, at_hand((PLAIN, VERSION, 1_000))) is Make
    assert decided(PLAIN, at_hand((ZIPPED, VERSION, 10))) is Make


def test_for_whom() -> None:
    """What is kept for one is nothing for somebody for whom other data exists."""
    other = Representation(DIVISION_LIST, {}, JSON, sees="a part")
    assert decided(other, at_hand((PLAIN, VERSION, 10))) is Make
    assert decided(other, at_hand((PLAIN, VERSION, 10)), conditions(none_match=b"*")) is Make
    assert decided(other, at_hand((PLAIN, VERSION, 10)), conditions(none_match=TAG)) is Make


def test_not_modified() -> None:
    """A tag that names the version is answered without a look at the data."""
    assert decided(PLAIN, at_hand(), conditions(none_match=TAG)) is NotModified
    plan = decide(ZIPPED, conditions(none_match=TAG), VERSION, VERSION, at_hand())
    assert isinstance(plan, NotModified)
    assert dict(plan.validators)[b"etag"] == TAG  # that of the copy which the client has


@pytest.mark.parametrize("asked", [{"none_match": b"*"}, {"modified_since": SAME}])
def test_anybodys_conditions(asked: dict[str, bytes]) -> None:
    """What anybody could send proves nothing: there must be such an answer, and not a 404."""
    assert decided(PLAIN, at_hand(), conditions(**asked)) is Make
    assert decided(PLAIN, at_hand((PLAIN, VERSION, 10)), conditions(**asked)) is NotModified


def test_failed() -> None:
    """412 as soon as it is sure that there is another answer; before, it has to be made."""
    assert decided(PLAIN, at_hand((PLAIN, VERSION, 10)), conditions(match=b'"x"')) is Failed
    assert decided(PLAIN, at_hand(), conditions(match=b'"x"')) is Make
    there = at_hand((PLAIN, VERSION, 10))
    assert decided(PLAIN, there, conditions(match=b'"x"'), version=None) is Make


async def _flight(version: Version | None) -> Flight:
    flight = Flight(PLAIN, asyncio.sleep, lambda _: None, Cache(1_000), 100)  # type: ignore[arg-type]
    flight.version = version
    return flight


def test_join() -> None:
    """What is on its way is joined, unless another version has become known since it began."""
    flight = asyncio.run(_flight(None))
    assert decided(PLAIN, at_hand(flight=flight)) is Join
    assert decided(PLAIN, at_hand(flight=flight), version=None) is Join
    assert decided(PLAIN, at_hand(flight=flight), version=LATER, known=LATER) is Make
    flight.version = LATER
    assert decided(PLAIN, at_hand(flight=flight), version=LATER, known=LATER) is Join
    assert decided(ZIPPED, at_hand(flight=flight)) is Make
    flight.failure = RuntimeError()
    assert decided(PLAIN, at_hand(flight=flight)) is Make


def test_stale() -> None:
    """The last good answer, as old as it has not been confirmed, and within the limit."""
    there = at_hand((PLAIN, VERSION, 10))
    entry = there.cache.get(PLAIN.key)
    assert entry is not None
    made_at = entry.made_at
    plan = stale(ZIPPED, there, LATER, made_at + 50, 60)
    assert plan == Stale(entry, 0)
    entry.made_at -= 50
    assert stale(PLAIN, there, LATER, made_at, 60) == Stale(entry, 50)
    assert stale(PLAIN, there, VERSION, made_at, 60) == Stale(entry, 0)  # confirmed since
    assert stale(PLAIN, there, LATER, made_at, 40) is None
    other = Representation(DIVISION_LIST, {}, JSON, sees="a part")
    assert stale(other, there, LATER, made_at, 60) is None
