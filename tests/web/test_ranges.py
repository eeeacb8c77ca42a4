"""Parts of answers over HTTP: `Range`, `If-Range`, and what HEAD tells beforehand."""

import gzip
from pathlib import Path

import httpx
import pytest

from app.answers.formats import FORMATS
from app.contract.faults import DatabaseUnavailable, Fault
from app.settings import Settings
from tests.answers.test_answers import TEXT, VERSION, PieceGateway
from tests.support import company
from tests.support.running import running
from tests.web.test_http import DAYS, current
from tests.wire.oracle.client import eventually

PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_parts(client: httpx.Client, name: str) -> None:
    """Parts of any format fit together, with the headers of the whole; twice, the fast way too."""
    path = f"{DAYS}&format={name}"
    current(client, path, **PLAIN)
    whole = client.get(path, headers=PLAIN)
    size = len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    for wanted, expected in [
        ("bytes=0-9", slice(0, 10)),
        (f"bytes=10-{size}", slice(10, size)),
        ("bytes=10-", slice(10, size)),
        ("bytes=-8", slice(size - 8, size)),
    ] * 2:
        part = client.get(path, headers={**PLAIN, "Range": wanted})
        assert part.status_code == 206
        assert part.content == whole.content[expected]
        told = f"bytes {expected.start}-{expected.stop - 1}/{size}"
        assert part.headers["content-range"] == told
        assert part.headers["content-length"] == str(expected.stop - expected.start)
        same = ("etag", "last-modified", "vary", "content-type", "cache-control", "accept-ranges")
        assert [part.headers[each] for each in same] == [whole.headers[each] for each in same]
        assert "x-request-id" in part.headers


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "bytes=5-2", "rows=0-1", "bytes=x"])
def test_the_whole(client: httpx.Client, wanted: str) -> None:
    """Several ranges, and what is none, get the whole answer."""
    whole = current(client, DAYS, **PLAIN)
    answer = client.get(DAYS, headers={**PLAIN, "Range": wanted})
    assert (answer.status_code, answer.content) == (200, whole.content)
    assert "content-range" not in answer.headers


def test_outside(client: httpx.Client) -> None:
    """Beyond the end there is nothing: 416, with the size, as a problem."""
    size = len(current(client, DAYS, **PLAIN).content)
    answer = client.get(DAYS, headers={**PLAIN, "Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:odm:problem:range-not-satisfiable"


def test_a_part_of_the_coding(client: httpx.Client) -> None:
    """With a coding, a part is one of the coded bytes, and so is the tag."""
    packed = {"Accept-Encoding": "gzip"}
    whole = current(client, DAYS, **packed)
    size = int(client.head(DAYS, headers=packed).headers["content-length"])
    coded = b""
    for start in range(0, size, 100):
        wanted = {**packed, "Range": f"bytes={start}-{start + 99}"}
        with client.stream("GET", DAYS, headers=wanted) as part:
            assert part.status_code == 206
            assert part.headers["etag"] == whole.headers["etag"]
            assert part.headers["content-encoding"] == "gzip"
            coded += b"".join(part.iter_raw())
    assert gzip.decompress(coded) == whole.content


def test_if_range(client: httpx.Client) -> None:
    """The rest of what has been begun, while it is of the same version; else all of it."""
    whole = current(client, DAYS, **PLAIN)
    asked = {**PLAIN, "Range": "bytes=5-"}
    for condition in (whole.headers["etag"], whole.headers["last-modified"]):
        rest = client.get(DAYS, headers={**asked, "If-Range": condition})
        assert (rest.status_code, rest.content) == (206, whole.content[5:])
    for condition in ('"other"', f"W/{whole.headers['etag']}", "Sun, 06 Nov 1994 08:49:37 GMT"):
        again = client.get(DAYS, headers={**asked, "If-Range": condition})
        assert (again.status_code, again.content) == (200, whole.content)


def test_conditions_come_first(client: httpx.Client) -> None:
    """A copy that still holds is not sent in part either; another version fails."""
    tag = current(client, DAYS, **PLAIN).headers["etag"]
    asked = {**PLAIN, "Range": "bytes=5-"}
    assert client.get(DAYS, headers={**asked, "If-None-Match": tag}).status_code == 304
    assert client.get(DAYS, headers={**asked, "If-Match": '"x"'}).status_code == 412
    assert client.get(DAYS, headers={**asked, "If-Match": tag}).status_code == 206


def test_only_get(client: httpx.Client) -> None:
    """HEAD has no parts: it tells of the whole."""
    whole = current(client, DAYS, **PLAIN)
    told = client.head(DAYS, headers={**PLAIN, "Range": "bytes=0-4"})
    assert told.status_code == 200
    assert told.headers["content-length"] == str(len(whole.content))
    assert told.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_the_first_request(database: Path, name: str, method: str) -> None:
    """Before there is any answer: it is made, once, and its length or its part is told."""
    with running(Settings(odm_sqlite_path=database)) as client:
        path = f"{DAYS}&format={name}"
        first = client.request(method, path, headers={**PLAIN, "Range": "bytes=3-6"})
        whole = client.get(path, headers=PLAIN)
        assert whole.headers["server-timing"] == 'cache;desc="hit"'
        if method == "HEAD":
            assert first.headers["content-length"] == str(len(whole.content))
        else:
            assert (first.status_code, first.content) == (206, whole.content[3:7])
        assert first.headers["accept-ranges"] == "bytes"


class Versioned(PieceGateway):
    """A database that knows the version of its data."""

    known = VERSION


BYTE_BY_BYTE = [TEXT[n : n + 1] for n in range(len(TEXT))]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("kept", [True, False])
def test_what_is_not_kept(method: str, kept: bool) -> None:
    """Without a version, or room to keep it, the answer flows as ever, and says: no parts."""
    gateway = (PieceGateway if kept else Versioned)(*BYTE_BY_BYTE)
    megabytes = 100 if kept else 0
    with running(Settings(odm_cache_megabytes=megabytes), gateway) as client:
        wanted = {**PLAIN, "Range": "bytes=3-6"}
        answer = client.request(method, "/division-list", headers=wanted)
        assert answer.status_code == 200
        assert answer.headers["accept-ranges"] == "none"
        assert "content-length" not in answer.headers
        assert answer.content == (TEXT if method == "GET" else b"")


def test_undecided() -> None:
    """Of an answer on its way it is not known yet whether it can be had in parts."""
    with running(Settings(), Versioned(*BYTE_BY_BYTE)) as client:
        answer = client.get("/division-list", headers=PLAIN)
        assert answer.content == TEXT
        assert "accept-ranges" not in answer.headers


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_failure_on_the_way(method: str) -> None:
    """Who waits for the whole answer hears of its failure, in a whole response."""
    pieces: list[bytes | Fault | float] = [b"[", b" ", DatabaseUnavailable("It went away.")]
    with running(Settings(), Versioned(*pieces)) as client:
        wanted = {**PLAIN, "Range": "bytes=0-4"}
        answer = client.request(method, "/division-list", headers=wanted)
        assert answer.status_code == 503


def test_other_data(tmp_path: Path) -> None:
    """After a change, the rest of the old answer is not to be had under its tag."""
    path = tmp_path / "odm.db"
    company.load(path)
    with running(Settings(odm_sqlite_path=path, odm_version_poll_seconds=0.05)) as client:
        tag = current(client, DAYS, **PLAIN).headers["etag"]
        asked = {**PLAIN, "Range": "bytes=3-", "If-Range": tag}
        assert client.get(DAYS, headers=asked).status_code == 206
        company.load(path)
        eventually(lambda: client.get(DAYS, headers=asked).status_code == 200)
        assert current(client, DAYS, **PLAIN).headers["etag"] != tag
