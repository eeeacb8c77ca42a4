"""Answers that are given again ahead of all routing: which requests get one, and which do not."""

from typing import Any

import pytest
from starlette.types import Message

from app.answers.answers import Answers
from app.answers.cache import Entry, request_key
from app.answers.formats import JSON
from app.answers.representation import Representation
from app.answers.versions import Versions
from app.contract.gateway import Version
from app.contract.principal import ANYBODY, Principal
from app.settings import Settings
from app.web.fastpath import answered_again
from app.wells.catalogue import DIVISION_LIST
from tests.answers.test_versions import Database, version

pytestmark = pytest.mark.anyio

TEXT = b'[{"Division_Id":1}]'
TAG = Representation(DIVISION_LIST, {}, JSON).tag(version(1))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def scope(*headers: tuple[bytes, bytes], **changes: Any) -> dict[str, Any]:
    return {
        "method": "GET",
        "path": "/division-list",
        "query_string": b"",
        "headers": [(b"host", b"odm"), *headers],
        **changes,
    }


MARKS = [(b"vary", b"Origin")]


class Kept:
    """One answer that is kept, and known by the request that led to it."""

    principal = ANYBODY

    def __init__(self, pieces: list[bytes] | None = None) -> None:
        self.database = Database()
        self.versions = Versions(self.database, 60)  # type: ignore[arg-type]
        self.answers = Answers(self.database, Settings(), self.versions)  # type: ignore[arg-type]
        self.pieces = pieces or [TEXT]

    async def ready(self) -> "Kept":
        current: Version | None = await self.versions.current()
        wanted = Representation(DIVISION_LIST, {}, JSON)
        size = sum(map(len, self.pieces))
        entry = Entry.of(wanted, current, self.pieces, size)
        assert self.answers.cache.room.take(size)
        self.answers.cache.put(entry, size)
        asked = scope()
        self.answers.cache.remember(request_key(asked, dict(asked["headers"]), None), entry)
        return self

    async def ask(self, *headers: tuple[bytes, bytes], **changes: Any) -> list[Message]:
        """What is sent at once; nothing if the request has to go the long way."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        answered = await answered_again(
            self.answers, self.principal, scope(*headers, **changes), send, MARKS
        )
        assert answered is bool(sent)
        await self.answers.close()
        return sent


async def test_again() -> None:
    """The body, its length and its validators, with the request's own id."""
    start, body = await (await Kept().ready()).ask((b"x-request-id", b"mine"))
    headers = dict(start["headers"])
    assert (start["status"], body["body"]) == (200, TEXT)
    assert headers[b"etag"] == TAG
    assert headers[b"content-length"] == str(len(TEXT)).encode()
    assert headers[b"server-timing"] == b'cache;desc="hit"'
    assert headers[b"x-request-id"] == b"mine"
    assert MARKS[0] in start["headers"]


@pytest.mark.parametrize("condition", [TAG, b"*", b"W/" + TAG, b'"x", ' + TAG])
async def test_not_modified(condition: bytes) -> None:
    """304 to whose copy still holds."""
    start, body = await (await Kept().ready()).ask((b"if-none-match", condition))
    assert (start["status"], body["body"]) == (304, b"")
    assert dict(start["headers"])[b"etag"] == TAG


async def test_modified() -> None:
    """The answer to whose copy is another."""
    start, _ = await (await Kept().ready()).ask((b"if-none-match", b'"x"'))
    assert start["status"] == 200


@pytest.mark.parametrize(
    "asked",
    [
        scope(method="HEAD"),
        scope(method="POST"),
        scope((b"if-match", b'"x"')),
        scope((b"if-unmodified-since", b"Thu, 01 Jan 1998 12:00:00 GMT")),
        scope((b"origin", b"https://boards.example")),
        scope((b"accept", b"text/csv")),
        scope((b"accept-encoding", b"gzip")),
        scope((b"if-none-match", b'"x"'), (b"if-none-match", b'"y"')),
        scope(query_string=b"x=1"),
        scope(path="/division-list/"),
    ],
)
async def test_the_long_way(asked: dict[str, Any]) -> None:
    """What may get another answer is not answered here."""
    assert await (await Kept().ready()).ask(*asked.pop("headers")[1:], **asked) == []


async def test_another_principal() -> None:
    """What one has been given is not given to somebody for whom other data exists."""
    kept = await Kept().ready()
    kept.principal = Principal("somebody", "division 7")
    assert await kept.ask() == []


async def test_another_version() -> None:
    """As soon as a newer version is known, the answer is not given any more."""
    kept = await Kept().ready()
    kept.versions.seen(version(2))
    assert await kept.ask() == []


async def test_a_version_that_may_be_outdated() -> None:
    """Nor when it is not sure that there is none."""
    kept = await Kept().ready()
    kept.versions.good_until = 0
    assert await kept.ask() == []


async def test_many_pieces() -> None:
    """A large answer is sent with an eye on its client, which is not done here; 304 is."""
    assert await (await Kept([b"[", b"]"]).ready()).ask() == []
    kept = await Kept([b"[", b"]"]).ready()
    assert (await kept.ask((b"if-none-match", TAG)))[0]["status"] == 304
