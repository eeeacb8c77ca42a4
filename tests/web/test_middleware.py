"""Request ids, the log, and what a caller sees of an unexpected error."""

import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from app.contract.faults import BadArguments, DatabaseUnavailable
from app.web.middleware import RequestMiddleware


class Inner:
    """An application that fails in a chosen way."""

    error: Exception | None = None
    start_first = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.start_first:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"[1", "more_body": True})
        if self.error:
            raise self.error
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture(params=["asyncio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def http(inner: Inner) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=RequestMiddleware(inner))
    return httpx.AsyncClient(transport=transport, base_url="http://odm")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "odm.request")
    return caplog


@pytest.mark.anyio
@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64])
async def test_own_id(http: httpx.AsyncClient, given: str) -> None:
    """A caller's usable id is kept."""
    response = await http.get("/", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.anyio
@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "é", 'a"', "a;b"])
async def test_made_id(http: httpx.AsyncClient, given: str) -> None:
    """An id that could upset a log or is too long for V$SESSION is replaced."""
    response = await http.get("/", headers=[(b"X-Request-ID", given.encode())])
    made = response.headers["x-request-id"]
    assert made != given
    assert len(made) == 16


@pytest.mark.anyio
async def test_ids_differ(http: httpx.AsyncClient) -> None:
    """Two requests never share a made id."""
    ids = {(await http.get("/")).headers["x-request-id"] for _ in range(100)}
    assert len(ids) == 100


@pytest.mark.anyio
async def test_line(http: httpx.AsyncClient, lines: pytest.LogCaptureFixture) -> None:
    """One line a request: id, method, target as it was sent, status, bytes and time."""
    await http.get("/a%0Ab?x=%0d", headers={"X-Request-ID": "r1"})
    (record,) = lines.records
    assert record.getMessage().startswith("r1 GET /a%0Ab?x=%0d 204 0 bytes ")


@pytest.mark.anyio
async def test_no_line_of_the_callers_own(
    inner: Inner, http: httpx.AsyncClient, lines: pytest.LogCaptureFixture
) -> None:
    """What a caller sends stands in the log escaped, also where a fault repeats it."""
    inner.error = BadArguments([("x\n2026 INFO odm: forged\x00", "is not a parameter")])
    assert (await http.get("/")).status_code == 422
    (record,) = lines.records
    assert record.getMessage().isprintable()
    assert "x\\n2026 INFO odm: forged\\x00" in record.getMessage()


@pytest.mark.anyio
async def test_unexpected_error(
    inner: Inner, http: httpx.AsyncClient, lines: pytest.LogCaptureFixture
) -> None:
    """The caller gets a problem without internals; the log has the traceback under the id."""
    inner.error = RuntimeError("secret of the house")
    response = await http.get("/", headers={"X-Request-ID": "r2"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == "r2"
    assert "secret" not in response.text
    assert "secret of the house" in lines.text
    assert "r2 unexpected error" in lines.text


@pytest.mark.anyio
async def test_fault(
    inner: Inner, http: httpx.AsyncClient, lines: pytest.LogCaptureFixture
) -> None:
    """A fault's cause is for the log alone; Retry-After says when to come back."""
    inner.error = DatabaseUnavailable("It is away.", "disk 7 is on fire")
    response = await http.get("/")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert response.json()["detail"] == "It is away."
    assert "disk 7" not in response.text
    assert "database-unavailable: It is away. (disk 7 is on fire)" in lines.text


@pytest.mark.anyio
async def test_broken_off(
    inner: Inner, http: httpx.AsyncClient, lines: pytest.LogCaptureFixture
) -> None:
    """After the first byte there is no problem to send: the response is left incomplete."""
    inner.start_first = True
    inner.error = DatabaseUnavailable("It is away.")
    with pytest.raises(AssertionError):  # httpx: the response is not complete
        await http.get("/")
    assert "broken off after 2 bytes: database-unavailable" in lines.text
