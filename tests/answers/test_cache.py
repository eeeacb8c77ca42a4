"""What is kept, what has to make way, and that the room's account is always right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.cache import (
    MOST_REQUESTS,
    OVERHEAD,
    REQUEST_BYTES,
    REQUEST_OVERHEAD,
    Cache,
    Entry,
    RequestKey,
    Room,
    request_key,
)
from app.answers.formats import JSON
from app.answers.representation import Representation
from app.contract.gateway import Version, read_version
from app.wells.catalogue import WELL_LIST

VERSION: Version = read_version(
    b'[{"subject":"wells","change_count":1,"changed_at":"2026-01-01T00:00:00Z"}]'
)


def entry(number: int, size: int) -> Entry:
    wanted = Representation(WELL_LIST, {"division_id": number}, JSON)
    return Entry.of(wanted, VERSION, [b"x" * size], size)


def keep(cache: Cache, number: int, size: int) -> Entry:
    kept = entry(number, size)
    if cache.room.take(size):
        cache.put(kept, size)
    return kept


def in_use(cache: Cache, entries: list[Entry]) -> int:
    """What the room's account should say."""
    kept = [each for each in entries if each.kept]
    held = [each for each in entries if each.kept or each.senders]
    return (
        OVERHEAD * len(kept)
        + REQUEST_OVERHEAD * len(cache.by_request)
        + sum(each.room for each in held)
    )


def test_room() -> None:
    """Bytes are taken while there are any, and then only for others that make way."""
    others = [30, 30]

    def make_way() -> bool:
        if others:
            room.give_back(others.pop())
            return True
        return False

    room = Room(100, make_way)
    assert room.take(100)
    assert room.used == 100
    assert room.take(50)
    assert (room.used, others) == (90, [])
    assert not room.take(20)
    assert room.used == 90


def test_nobody_makes_way_for_what_never_fits() -> None:
    """An answer larger than all of the room does not empty the cache."""
    cache = Cache(10_000)
    kept = keep(cache, 1, 1_000)
    assert not cache.room.take(10_001)
    assert kept.kept


def test_the_one_not_used_goes_first() -> None:
    """An answer that was sent since it was last looked at stays for one more round."""
    cache = Cache(3 * (OVERHEAD + 1_000))
    first, second, third = (keep(cache, n, 1_000) for n in range(3))
    cache.begin_sending(first)
    cache.end_sending(first)
    fourth = keep(cache, 4, 1_000)
    assert [each.kept for each in (first, second, third, fourth)] == [True, False, True, True]
    assert cache.get(second.representation.key) is None
    assert cache.room.used == cache.room.limit


def test_what_is_being_sent_does_not_make_way() -> None:
    """It would stay in memory all the same; nothing else is thrown away for it in vain."""
    cache = Cache(2 * (OVERHEAD + 1_000))
    sent, idle = keep(cache, 1, 1_000), keep(cache, 2, 1_000)
    cache.begin_sending(sent)
    third = keep(cache, 3, 1_000)
    assert (sent.kept, idle.kept, third.kept) == (True, False, True)
    cache.begin_sending(third)
    fourth = keep(cache, 4, 1_000)  # ends, though nothing can make way
    assert not fourth.kept
    assert cache.room.used == cache.room.limit


def test_replaced_while_it_is_sent() -> None:
    """The bytes count until the last one who is sent them has done with it, and once."""
    cache = Cache(100_000)
    old = keep(cache, 1, 10_000)
    cache.begin_sending(old)
    cache.begin_sending(old)
    new = keep(cache, 1, 20_000)
    assert cache.room.used == OVERHEAD + 30_000
    cache.end_sending(old)
    assert cache.room.used == OVERHEAD + 30_000
    cache.end_sending(old)
    assert cache.room.used == OVERHEAD + 20_000
    assert cache.get(new.representation.key) is new


def test_few_requests() -> None:
    """Odd ways to ask for one answer replace each other."""
    cache = Cache(100_000)
    kept = keep(cache, 1, 1_000)
    for n in range(100):
        cache.remember(named(str(n)), kept)
    assert len(cache.by_request) == MOST_REQUESTS
    assert named("99") in cache.by_request
    keep(cache, 1, 1_000)
    assert cache.by_request == {}  # they led to what is no more
    assert cache.room.used == OVERHEAD + 1_000


def test_a_request_moves() -> None:
    """A request leads to the answer that it last led to."""
    cache = Cache(100_000)
    first, second = keep(cache, 1, 10), keep(cache, 2, 10)
    for each in (first, second, second):
        cache.remember(named("a"), each)
    assert cache.by_request == {named("a"): second}
    assert first.requests == []
    assert cache.room.used == 2 * (OVERHEAD + 10) + REQUEST_OVERHEAD


def test_no_room_for_a_request() -> None:
    """Even if the answer itself would have to make way for it."""
    cache = Cache(OVERHEAD + 1_000)
    kept = keep(cache, 1, 1_000)
    cache.remember(named("a"), kept)
    assert cache.by_request == {}
    assert cache.room.used == (OVERHEAD + 1_000 if kept.kept else 0)


def named(path: str) -> RequestKey:
    return path, b"", None, None, None


def key(asked: dict[str, Any], sees: str | None = None) -> RequestKey | None:
    return request_key(asked, dict(asked["headers"]), sees)


def scope(query: bytes, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"path": "/", "query_string": query, "headers": list(headers)}


@pytest.mark.parametrize(
    "asked",
    [
        scope(b"x" * REQUEST_BYTES),
        scope(b"", (b"accept", b"x" * REQUEST_BYTES)),
        scope(b"", (b"accept-encoding", b"x" * REQUEST_BYTES)),
        scope(b"", (b"accept", b"a"), (b"accept", b"b")),
    ],
)
def test_not_remembered(asked: dict[str, Any]) -> None:
    """What is long, or says a thing twice, is not remembered."""
    cache = Cache(100_000)
    cache.remember(key(asked), keep(cache, 1, 10))
    assert cache.by_request == {}


def test_what_requests_differ_in() -> None:
    """Everything that decides which representation a request gets."""
    asked = [
        scope(b""),
        scope(b"a=1"),
        scope(b"", (b"accept", b"text/csv")),
        scope(b"", (b"accept", b"")),
        scope(b"", (b"accept-encoding", b"gzip")),
        {**scope(b""), "path": "/other"},
    ]
    keys = {key(each) for each in asked} | {key(scope(b""), sees="a part")}
    assert len(keys) == len(asked) + 1
    assert key(scope(b"", (b"x-request-id", b"r"))) == key(scope(b""))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "send", "sent", "remember"]),
        st.integers(0, 7),
        st.integers(0, 9_000),
    ),
    max_size=80,
)


@given(STEPS)
def test_accounts(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens in whatever order, the room's account is of what is held, and in limits."""
    cache = Cache(20_000)
    entries: list[Entry] = []
    sending: list[Entry] = []
    for action, number, size in steps:
        if action == "keep":
            entries.append(keep(cache, number, size))
        elif action == "send" and (there := cache.get(entry(number, 0).representation.key)):
            cache.begin_sending(there)
            sending.append(there)
        elif action == "sent" and sending:
            cache.end_sending(sending.pop(number % len(sending)))
        elif action == "remember" and (there := cache.get(entry(number, 0).representation.key)):
            cache.remember(named(str(size % 20)), there)
        assert cache.room.used == in_use(cache, entries)
        assert 0 <= cache.room.used <= cache.room.limit
        assert all(each.kept for each in cache.by_request.values())
    for each in sending:
        cache.end_sending(each)
    assert cache.room.take(cache.room.limit)  # all of it can be had back
    assert cache.by_request == {}
