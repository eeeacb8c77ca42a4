"""What HTTP promises of the answers: validators, conditions, HEAD, encodings, CORS."""

import email.utils
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.answers.compression import ENCODINGS
from app.settings import Settings
from tests.support.running import running
from tests.wire.oracle.client import eventually

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIST = "/division-list"
DAYS = "/well-summary-by-day?well_id=11&division_id=7"
NO_WELL = "/well-summary?well_id=999&division_id=7"
DATA = [LIST, "/division-summary", "/well-list?division_id=7", DAYS, f"{DAYS}&format=csv"]


def current(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """An answer whose version is known, and of the past: quick loads put it a little ahead."""
    eventually(lambda: "last-modified" in client.get(path, headers=headers).headers)
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    assert "etag" in response.headers
    return response


@pytest.mark.parametrize("path", DATA)
def test_validators(client: httpx.Client, path: str) -> None:
    """Every answer can be asked for again on condition, and is only kept to be asked for again."""
    plain = {"Accept-Encoding": "identity"}
    first, again = current(client, path, **plain), current(client, path, **plain)
    for name in ("etag", "last-modified", "vary", "cache-control", "content-type"):
        assert first.headers[name] == again.headers[name]
    assert first.headers["etag"][0] == '"'  # strong
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Accept, Accept-Encoding"
    assert again.headers["content-length"] == str(len(again.content))
    assert first.content == again.content
    assert 'cache;desc="hit"' in again.headers["server-timing"]


def test_tags_differ(client: httpx.Client) -> None:
    """No two representations share a tag."""
    tags = [current(client, each).headers["etag"] for each in DATA]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "condition", ["{}", '"other", {}', "W/{}", "*", '"a,b" , {} ,"c"', 'W/"x",W/{}', ",{},"]
)
@pytest.mark.parametrize("path", [LIST, DAYS])
def test_not_modified(client: httpx.Client, path: str, condition: str) -> None:
    """Whose copy still holds gets 304, with the headers that a cache needs, and no body."""
    full = current(client, path)
    tag = full.headers["etag"]
    response = client.get(path, headers={"If-None-Match": condition.format(tag)})
    assert response.status_code == 304
    assert response.content == b""
    for name in ("etag", "last-modified", "vary", "cache-control"):
        assert response.headers[name] == full.headers[name]
    assert "content-length" not in response.headers
    assert "x-request-id" in response.headers


@pytest.mark.parametrize(
    "condition", ['"other"', "", '""', "{bare}", '"{bare}x"', 'W/"*"', '"*"', "W/*", "\u00e9"]
)
def test_modified(client: httpx.Client, condition: str) -> None:
    """Any other copy is replaced."""
    bare = current(client, LIST).headers["etag"].strip('"')
    value = condition.format(bare=bare).encode("latin-1")
    assert client.get(LIST, headers=[(b"If-None-Match", value)]).status_code == 200


def test_two_conditions(client: httpx.Client) -> None:
    """A header that comes twice is one list; a tag goes before a date."""
    full = current(client, LIST)
    tag, date = full.headers["etag"], full.headers["last-modified"]
    twice = [("If-None-Match", '"other"'), ("If-None-Match", tag)]
    assert client.get(LIST, headers=twice).status_code == 304
    assert client.get(LIST, headers=list(reversed(twice))).status_code == 304
    both = {"If-None-Match": '"other"', "If-Modified-Since": date}
    assert client.get(LIST, headers=both).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("{date}", 304),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 304),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
        ("yesterday", 200),
        ("", 200),
        ("Mon, 20 Nov 2100 19:12:08 -9999999999999", 200),
        ("Mon, 99999999999999999999 Nov 2100 19:12:08 GMT", 200),
    ],
)
def test_modified_since(client: httpx.Client, since: str, status: int) -> None:
    """A date is compared with the last change; what is no date is ignored."""
    date = current(client, LIST).headers["last-modified"]
    headers = {"If-Modified-Since": since.format(date=date)}
    assert client.get(LIST, headers=headers).status_code == status


@pytest.mark.parametrize(
    "condition",
    [{"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"}],
)
def test_condition_on_what_is_not_there(client: httpx.Client, condition: dict[str, str]) -> None:
    """A condition that every answer meets does not hide that there is none."""
    current(client, LIST)
    assert client.get(NO_WELL, headers=condition).status_code == 404
    well = "/well-summary-by-day?well_id=5&division_id=2&from_date=2020-04-20"
    assert client.get(well, headers=condition).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [*((path, 200) for path in DATA), (NO_WELL, 404), ("/nothing", 404), (f"{LIST}?x=1", 422),
     (f"{LIST}?format=arrow&format=csv", 422), ("/healthz", 200), ("/readyz", 200),
     ("/docs", 200), ("/openapi.json", 200)],
)  # fmt: skip
def test_head(client: httpx.Client, path: str, status: int) -> None:
    """HEAD says what GET would say, without a body."""
    get = client.get(path, headers={"X-Request-ID": "r"})
    head = client.head(path, headers={"X-Request-ID": "r"})
    assert (head.status_code, get.status_code) == (status, status)
    assert head.content == b""
    changing = ("date", "server-timing")
    assert {n: v for n, v in head.headers.items() if n not in changing} == {
        n: v for n, v in get.headers.items() if n not in changing
    }


def test_head_on_condition(client: httpx.Client) -> None:
    """HEAD may be conditional, too."""
    tag = current(client, LIST).headers["etag"]
    assert client.head(LIST, headers={"If-None-Match": tag}).status_code == 304


def test_head_of_events(client: httpx.Client) -> None:
    """HEAD on the stream ends."""
    response = client.head("/events")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_not_allowed(client: httpx.Client, method: str) -> None:
    """Any other method is told which there are, even when the answer is at hand."""
    current(client, LIST)
    response = client.request(method, LIST)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", [DAYS, f"{DAYS}&format=csv", f"{DAYS}&format=ndjson"])
def test_encodings(client: httpx.Client, path: str, encoding: str) -> None:
    """The same text compressed, under a tag of its own."""
    plain = current(client, path, **{"Accept-Encoding": "identity"})
    first, again = (current(client, path, **{"Accept-Encoding": encoding}) for _ in range(2))
    assert first.headers["content-encoding"] == again.headers["content-encoding"] == encoding
    assert first.content == again.content
    text = zstd.decompress(first.content) if encoding == "zstd" else first.content
    assert text == plain.content
    assert int(again.headers["content-length"]) < len(plain.content)
    assert first.headers["etag"] == again.headers["etag"] != plain.headers["etag"]
    same = {"Accept-Encoding": encoding, "If-None-Match": first.headers["etag"]}
    assert client.get(path, headers=same).status_code == 304
    other = {"Accept-Encoding": "identity", "If-None-Match": first.headers["etag"]}
    assert client.get(path, headers=other).status_code == 200


def test_short_answers_stay_plain(client: httpx.Client) -> None:
    """What fits into a packet is not worth compressing."""
    response = current(client, LIST, **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers


def test_nothing_acceptable(client: httpx.Client) -> None:
    """406 before the first byte, with what there is."""
    for headers in ({"Accept": "image/png"}, {"Accept-Encoding": "br, identity;q=0"}):
        response = client.get(DAYS, headers=headers)
        assert response.status_code == 406
        assert response.json()["available"]
        assert response.headers["cache-control"] == "no-store"


def test_a_header_that_comes_twice(client: httpx.Client) -> None:
    """An odd request never decides what a plain one gets."""
    odd = [("Accept", "text/csv"), ("Accept", "application/json;q=0.1")]
    for _ in range(2):
        assert client.get(DAYS, headers=odd).headers["content-type"].startswith("text/csv")
    for _ in range(2):
        plain = client.get(DAYS, headers={"Accept": "application/json;q=0.1"})
        assert plain.headers["content-type"] == "application/json"
    for _ in range(2):
        assert client.get(DAYS, headers=odd).headers["content-type"].startswith("text/csv")


def test_long_headers(client: httpx.Client) -> None:
    """A header made to be hard to read is read no further than others are long."""
    hard = '"\\' * 25_000
    for _ in range(40):  # (each would take ten seconds)
        client.get(LIST, headers={"Accept": hard, "Accept-Encoding": hard})
    assert client.get(LIST).status_code == 200


def test_pipelined(client: httpx.Client) -> None:
    """Answers to requests sent at once come whole and in their order."""
    current(client, LIST)
    request = "GET {} HTTP/1.1\r\nHost: odm\r\n{}\r\n"
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), 60) as raw:
        paths = [LIST, NO_WELL, DAYS, LIST]
        raw.sendall("".join(request.format(path, "") for path in paths).encode())
        raw.sendall(request.format(LIST, "Connection: close\r\n").encode())
        received = b""
        while data := raw.recv(65536):
            received += data
    statuses = [part.split(b" ", 1)[0] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200", b"200", b"200"]


ORIGIN = "https://boards.example"


@pytest.fixture(scope="module")
def shared(database: Path) -> Iterator[httpx.Client]:
    """The service with a page of another origin."""
    with running(Settings(odm_sqlite_path=database, odm_cors_origins=ORIGIN)) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status"),
    [(LIST, 200), (DAYS, 200), (NO_WELL, 404), (f"{LIST}?x=1", 422), ("/nothing", 404),
     ("/healthz", 200), (f"{LIST}?format=x", 422)],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_cors(shared: httpx.Client, path: str, status: int, method: str) -> None:
    """The page may read every answer, hot or not, and every problem; pages elsewhere may not."""
    for _ in range(3):
        shared.request(method, path)  # (hot by now, without an origin)
        response = shared.request(method, path, headers={"Origin": ORIGIN})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert "ETag" in response.headers["access-control-expose-headers"]
        assert "Origin" in response.headers["vary"]
        assert "x-request-id" in response.headers
    other = shared.request(method, path, headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


def test_cors_not_modified(shared: httpx.Client) -> None:
    """The page may read a 304, too."""
    tag = current(shared, LIST).headers["etag"]
    response = shared.get(LIST, headers={"Origin": ORIGIN, "If-None-Match": tag})
    assert response.status_code == 304
    assert response.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(("origin", "status"), [(ORIGIN, 200), ("https://elsewhere.example", 400)])
@pytest.mark.parametrize("path", [LIST, "/events"])
def test_cors_preflight(shared: httpx.Client, path: str, origin: str, status: int) -> None:
    """A page asks first whether it may send a condition."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match, last-event-id, x-request-id",
    }
    assert shared.options(path, headers=headers).status_code == status


def test_no_cors_by_default(client: httpx.Client) -> None:
    """Without the setting no page elsewhere may read anything."""
    for path in (LIST, NO_WELL):
        response = client.get(path, headers={"Origin": ORIGIN})
        assert not any(name.startswith("access-control") for name in response.headers)


@pytest.mark.parametrize("path", DATA)
def test_meant_for_one_version(client: httpx.Client, path: str) -> None:
    """`If-Match` and `If-Unmodified-Since` get the answer of that version, or 412 (RFC 9110)."""
    response = current(client, path)
    tag, date = response.headers["etag"], response.headers["last-modified"]
    for headers in ({"If-Match": tag}, {"If-Match": "*"}, {"If-Unmodified-Since": date}):
        for _ in range(2):
            again = client.get(path, headers=headers)
            assert (again.status_code, again.content) == (200, response.content)
    ancient = {"If-Unmodified-Since": "Sun Nov  6 08:49:37 1994"}
    for headers in ({"If-Match": '"x"'}, {"If-Match": f"W/{tag}"}, ancient):
        for _ in range(2):
            refused = client.get(path, headers=headers)
            assert refused.status_code == 412
            assert refused.json()["type"] == "urn:odm:problem:precondition-failed"
            assert "etag" not in refused.headers
        assert client.head(path, headers=headers).status_code == 412


def test_unknown_before_conditions(client: httpx.Client) -> None:
    """What there is none of stays 404, whatever version it is asked for."""
    for headers in ({"If-Match": '"x"'}, {"If-Match": "*"}, {"If-None-Match": "*"}):
        assert client.get(NO_WELL, headers=headers).status_code == 404


def test_a_date_as_asctime_writes_it(client: httpx.Client) -> None:
    """The third form of a date counts as well (RFC 9110, 5.6.7)."""
    since = current(client, LIST).headers["last-modified"]
    date = email.utils.parsedate_to_datetime(since)
    text = f"{date:%a %b} {date.day:2} {date:%H:%M:%S %Y}"
    assert client.get(LIST, headers={"If-Modified-Since": text}).status_code == 304


def test_vary_by_origin(database: Path) -> None:
    """With CORS on, every answer says that it varies by origin: cold, repeated, 304 and 404."""
    origins = "https://boards.example, https://other.example"
    with running(Settings(odm_sqlite_path=database, odm_cors_origins=origins)) as client:
        tag = current(client, LIST).headers["etag"]
        asked: list[tuple[str, dict[str, str]]] = [
            (LIST, {}),
            (LIST, {"If-None-Match": tag}),
            (LIST, {"Origin": "https://boards.example"}),
            (LIST, {"Origin": "https://stranger.example"}),
            (NO_WELL, {}),
            (DAYS, {}),
            (DAYS, {}),
            ("/healthz", {}),
        ]
        for path, headers in asked:
            response = client.get(path, headers=headers)
            names = [name.strip() for name in response.headers["vary"].split(",")]
            assert names.count("Origin") == 1, (path, headers)
            assert ("access-control-allow-origin" in response.headers) == (
                headers.get("Origin") == "https://boards.example"
            )
    with running(Settings(odm_sqlite_path=database)) as client:
        assert "Origin" not in current(client, LIST).headers["vary"]


@pytest.mark.parametrize("path", [LIST, DAYS, f"{DAYS}&format=csv"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_remembered_or_not(client: httpx.Client, path: str, encoding: str) -> None:
    """Conditions come to the same whether a request is remembered or takes the long way."""
    accepts = {"Accept-Encoding": encoding}
    response = current(client, path, **accepts)
    tag, date = response.headers["etag"], response.headers["last-modified"]
    for condition in (
        {"If-None-Match": tag},
        {"If-None-Match": '"x"'},
        {"If-Modified-Since": date},
        {"If-Match": tag},
        {"If-Match": '"x"'},
    ):
        remembered = client.get(path, headers={**accepts, **condition})
        # (A header that comes twice is never remembered.)
        twice = [*{**accepts, **condition}.items(), ("X-Odd", "1"), ("X-Odd", "2")]
        long_way = client.get(path, headers=twice)
        assert remembered.status_code == long_way.status_code, condition
        assert remembered.headers.get("etag") == long_way.headers.get("etag"), condition


MARKED: list[tuple[str, str, dict[str, str], int]] = [
    ("GET", LIST, {}, 200),
    ("GET", LIST, {"If-None-Match": "{tag}"}, 304),
    ("GET", LIST, {"If-None-Match": '"x", {tag}'}, 304),
    ("GET", LIST, {"If-Match": '"x"'}, 412),
    ("GET", LIST, {"Accept": "image/png"}, 406),
    ("GET", LIST, {"Accept": "text/csv"}, 200),
    ("HEAD", LIST, {}, 200),
    ("POST", LIST, {}, 405),
    ("GET", DAYS, {}, 200),
    ("GET", NO_WELL, {}, 404),
    ("GET", "/nothing", {}, 404),
    ("GET", f"{LIST}?x=1", {}, 422),
    ("GET", LIST, {"Origin": ORIGIN}, 200),
    ("GET", LIST, {"Origin": "https://elsewhere.example"}, 200),
    ("GET", LIST, {"A": "b" * 40_000}, 431),
    ("HEAD", "/events", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/readyz", {}, 200),
    ("GET", "/openapi.json", {}, 200),
    ("GET", "/", {}, 200),
    ("GET", "/dashboard", {}, 200),
    ("GET", "/docs", {}, 200),
    ("GET", "/pages/title.js", {}, 200),
    ("GET", "/pages/nothing.js", {}, 404),
]


@pytest.mark.parametrize("origins", ["", ORIGIN])
def test_marks(database: Path, origins: str) -> None:
    """Every answer is taken for what it is, stands in no frame, and is no picture or script of
    another origin's page; hot or not, each header once."""
    marks = ["nosniff", "DENY", "same-origin"]
    with running(Settings(odm_sqlite_path=database, odm_cors_origins=origins)) as client:
        tag = current(client, LIST).headers["etag"]
        asked = [*MARKED]
        if origins:
            preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
            asked.append(("OPTIONS", LIST, preflight, 200))
        for method, path, headers, status in asked * 2:
            given = {name: value.format(tag=tag) for name, value in headers.items()}
            with client.stream(method, path, headers=given) as response:
                assert response.status_code == status, (method, path)
                assert marks_of(response) == marks, (method, path)
        with client.stream("GET", "/events") as response:
            assert marks_of(response) == marks
        policy = client.get("/docs").headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy


def marks_of(response: httpx.Response) -> list[str]:
    names = ("x-content-type-options", "x-frame-options", "cross-origin-resource-policy")
    return [", ".join(response.headers.get_list(name)) for name in names]
