"""What dashboards rely on while others load data: one version an answer, few calls, little memory.

The service runs as its own process, so that what it takes can be measured.
"""

import asyncio
import contextlib
import datetime
import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow
from tests.support.counted import ROOT, figures, started
from tests.wells.oracle.test_size import MB, memory
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.slow

FIRST = datetime.date(1960, 1, 1)
COUNTED = ("--factory",)
COUNTING_APP = "tests.support.counted:counting_app"
DAYS = "/well-summary-by-day?well_id=1&division_id=1"
SUMMARY = "/well-summary?well_id=1&division_id=1"
NO_LIMITS = {
    "ODM_MAX_CONNECTIONS": "0",
    "ODM_MAX_CONNECTIONS_PER_ADDRESS": "0",
    "ODM_MAX_LISTENERS_PER_ADDRESS": "0",
}

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc"
)


def produce(path: Path, days: int, oil: int, wells: int = 1) -> None:
    """Load wells that each have so many days of the same volume (thousandths of a barrel)."""
    dates = [(FIRST + datetime.timedelta(n)).isoformat() for n in range(days)]
    connection = connect_for_writing(path)
    store = EmbeddedStore(connection, path)
    with store.production(None) as load:
        for well in range(1, wells + 1):
            name = f"W-{well}"
            load.add(
                [
                    ProductionRow(well * days + n, well, day, "", oil, name, 1, "D")
                    for n, day in enumerate(dates)
                ]
            )
        load.commit()
    connection.close()


def settle(client: httpx.Client) -> None:
    """Wait until the service knows the version, and that its date has come."""
    eventually(lambda: "last-modified" in client.get("/division-list").headers)


@contextlib.contextmanager
def counted(folder: Path, **settings: str) -> Iterator[tuple[int, httpx.Client]]:
    """The service, which counts its calls; its process id."""
    settings = {"ODM_LOG_LEVEL": "warning", **settings}
    with started(folder, *COUNTED, app=COUNTING_APP, **settings) as (process, client):
        yield process.pid, client


# -- one version an answer ------------------------------------------------------------------


def oils(text: bytes, kind: str) -> set[str]:
    """The distinct volumes of an answer: one, if it is of one version."""
    if kind == "csv":
        lines = text.decode("utf-8-sig").splitlines()
        column = lines[0].split(",").index("oil_produced")
        return {line.split(",")[column] for line in lines[1:]}
    return {str(row["oil_produced"]) for row in json.loads(text)}


def test_readers_while_a_loader_writes(tmp_path: Path) -> None:
    """However it is asked for, every answer is wholly of one version, and its tag tells which."""
    days, loads = 3_000, 12
    path = tmp_path / "odm.db"
    produce(path, days, 1_000)
    seen: dict[str, set[bytes]] = {}
    volumes: dict[str, set[str]] = {}
    mixed: list[object] = []
    done = threading.Event()
    requests = [
        (DAYS, "identity", "json"),
        (f"{DAYS}&format=csv", "identity", "csv"),
        (DAYS, "gzip", "json"),
        (f"{DAYS}&format=csv", "gzip", "csv"),
        (SUMMARY, "gzip", "sum"),
    ]

    def read(address: httpx.URL, number: int) -> None:
        tags: dict[int, str] = {}
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            while not done.is_set():
                number = (number + 1) % len(requests)
                path, encoding, kind = requests[number]
                headers = {"Accept-Encoding": encoding}
                if number in tags:
                    headers["If-None-Match"] = tags[number]
                with client.stream("GET", path, headers=headers) as response:
                    body = b"".join(response.iter_raw())
                if response.status_code == 304:
                    continue
                assert response.status_code == 200
                tag = tags[number] = response.headers.get("etag", "")
                zipped = response.headers.get("content-encoding") == "gzip"
                text = gzip.decompress(body) if zipped else body
                if kind == "sum":
                    (row,) = json.loads(text)
                    found = {str(row["total_oil_produced"] / days)}
                else:
                    found = oils(text, kind)
                if len(found) != 1:
                    mixed.append((path, encoding, found))
                if tag:
                    seen.setdefault(f"{tag} {number}", set()).add(body)
                    volumes.setdefault(f"{tag} {number}", set()).update(found)

    def guarded(address: httpx.URL, number: int) -> None:
        try:
            read(address, number)
        except BaseException as error:  # noqa: BLE001
            mixed.append(error)

    settings = {"ODM_VERSION_POLL_SECONDS": "0.05", "ODM_LOG_LEVEL": "warning"}
    with started(tmp_path, **settings) as (_, client):
        readers = [threading.Thread(target=guarded, args=(client.base_url, n)) for n in range(5)]
        for reader in readers:
            reader.start()
        try:
            for n in range(loads):
                goal = len(seen) + 3
                produce(path, days, 1_000 * (n + 2))
                eventually(lambda goal=goal: len(seen) >= goal or bool(mixed))  # type: ignore[misc]
        finally:
            done.set()
            for reader in readers:
                reader.join()
    assert mixed == []
    assert all(len(bodies) == 1 for bodies in seen.values())  # a tag is of one body
    assert all(len(found) == 1 for found in volumes.values())
    bodies = Counter((key.split(" ")[1], body) for key, all_ in seen.items() for body in all_)
    assert set(bodies.values()) == {1}  # and a body of one tag
    assert len({found for each in volumes.values() for found in each}) > loads // 2


# -- few calls, little memory ---------------------------------------------------------------


def test_conditional_requests_cost_no_call(tmp_path: Path) -> None:
    """While the data does not change, 304 is told without the database; so is what is kept."""
    produce(tmp_path / "odm.db", 400, 1_000)
    with counted(tmp_path) as (_, client):
        settle(client)
        paths = ["/division-list", SUMMARY, DAYS, f"{DAYS}&format=csv"]
        tags = {path: client.get(path).headers["etag"] for path in paths}
        before = figures(client)["calls"]
        for _ in range(25):
            for path, tag in tags.items():
                assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
                assert client.get(path).status_code == 200
        assert figures(client)["calls"] == before


async def _read_all(
    address: httpx.URL, path: str, clients: int, *headers: str
) -> list[tuple[str, int]]:
    """What so many clients get who ask at once: the head of each answer, and its body's length."""
    lines = [f"GET {path} HTTP/1.1", "Host: odm", "Connection: close", *headers, "", ""]
    request = "\r\n".join(lines).encode()
    connected = await asyncio.gather(
        *(asyncio.open_connection(address.host, address.port) for _ in range(clients))
    )

    async def read(reader: asyncio.StreamReader) -> tuple[str, int]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "transfer-encoding: chunked" in head:
            size = 0
            while length := int(await reader.readline(), 16):
                while length:
                    piece = await reader.read(length)
                    assert piece, "broken off"
                    size += len(piece)
                    length -= len(piece)
                await reader.readexactly(2)
            return head, size
        length = int(re.findall("content-length: ([0-9]+)", head)[0])
        left = length
        while left:
            piece = await reader.read(left)
            assert piece, "broken off"
            left -= len(piece)
        return head, length

    for _, writer in connected:
        writer.write(request)
    answers = await asyncio.gather(*(read(reader) for reader, _ in connected))
    for _, writer in connected:
        writer.close()
        await writer.wait_closed()
    return answers


@needs_proc
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_500_clients_at_once(tmp_path: Path, encoding: str) -> None:
    """A cold answer of 3.5 MB for 500 clients: one call, and less than 60 MB of growth."""
    produce(tmp_path / "odm.db", 20_000, 1_234_567)
    # (So that the version stays known on a machine that is too busy to ask for it.)
    settings = {"ODM_VERSION_POLL_SECONDS": "30", **NO_LIMITS}
    with counted(tmp_path, **settings) as (pid, client):
        settle(client)
        client.get("/well-list?division_id=1")
        calls, before = figures(client)["calls"], memory(pid, "VmRSS")
        answers = asyncio.run(_read_all(client.base_url, DAYS, 500, f"Accept-Encoding: {encoding}"))
        assert figures(client)["calls"] == calls + 1
        growth = memory(pid, "VmHWM") - before
        sizes = {size for _, size in answers}
        assert all(head.startswith("http/1.1 200") for head, _ in answers)
        assert len(sizes) == 1
        assert encoding == "gzip" or min(sizes) > 2.5 * MB
        assert len(set(re.findall('etag: ("[^"]*")', "".join(head for head, _ in answers)))) == 1
    print(f"growth for 500 clients, {encoding}: {growth / MB:.1f} MB")
    assert growth < 60 * MB


@needs_proc
def test_10_000_wells(tmp_path: Path) -> None:
    """A scan of 10,000 wells takes no more memory than the setting says."""
    produce(tmp_path / "odm.db", 1, 1_000, wells=10_000)
    with counted(tmp_path, ODM_CACHE_MEGABYTES="4") as (pid, client):
        settle(client)
        path = "/well-summary?well_id={}&division_id=1"
        for well in range(1, 500):
            client.get(path.format(well))
        before = memory(pid, "VmRSS")
        asyncio.run(_scan(client.base_url, path))
        told = figures(client)
        growth = memory(pid, "VmHWM") - before
        assert told["calls"] >= 10_000
        assert 3.9 * MB < told["room"] <= told["limit"] == 4 * MB
    print(f"growth for 10,000 wells: {growth / MB:.1f} MB")
    assert growth < 10 * MB


async def _scan(address: httpx.URL, path: str) -> None:
    """Ask for 10,000 wells, over a few connections, each request sent with many others."""

    async def some(wells: range) -> None:
        reader, writer = await asyncio.open_connection(address.host, address.port)
        for well in wells:
            writer.write(f"GET {path.format(well)} HTTP/1.1\r\nHost: odm\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200"), head
            length = int(re.findall("content-length: ([0-9]+)", head)[0])
            assert f'"well_id":{well},'.encode() in await reader.readexactly(length)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(some(range(1 + n, 10_001, 4)) for n in range(4)))


# -- live -----------------------------------------------------------------------------------


class Listener:
    """One who listens to /events, in a thread of its own."""

    def __init__(self, client: httpx.Client, last_event_id: str | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self._client = httpx.Client(
            base_url=client.base_url, timeout=httpx.Timeout(60, read=None), trust_env=False
        )
        self._headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with (
            contextlib.suppress(httpx.HTTPError),
            self._client.stream("GET", "/events", headers=self._headers) as response,
        ):
            name, id_ = "", None
            for line in response.iter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "id":
                    id_ = value
                elif key == "data":
                    self.events.append({"event": name, **json.loads(value)})
                elif not line and id_ and self.events:
                    self.events[-1].setdefault("id", id_)
                    name, id_ = "", None
        self._client.close()
        self.ended.set()

    def versions(self) -> list[str]:
        return [event["version"] for event in self.events if event["event"] == "version"]


def load_elsewhere(folder: Path, oil: float) -> None:
    """Load a day by another process, as a person would."""
    file = folder / "production.csv"
    header = "well_id,well_name,division_id,division_name,date,oil\n"
    file.write_text(f"{header}1,W-1,1,D,1960-01-01,{oil}\n", encoding="utf-8")
    command = [sys.executable, "-m", "app.load", "production", file.name]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "ODM_DEMO": "false"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def test_a_load_by_somebody_else(tmp_path: Path) -> None:
    """Listeners are told of it, what has changed, and what they missed while they were away."""
    produce(tmp_path / "odm.db", 3, 1_000)
    with counted(tmp_path) as (_, client):
        settle(client)
        listener = Listener(client)
        eventually(lambda: len(listener.events) == 2)
        (first,) = listener.versions()
        before = client.get(SUMMARY)
        load_elsewhere(tmp_path, 5)
        eventually(lambda: len(listener.versions()) == 2)
        told = listener.events[-1]
        assert told["event"] == "version"
        assert told["id"] == told["version"] == listener.versions()[1] != first
        assert "production" in told["changed"]
        assert "prices" not in told["changed"]
        after = client.get(SUMMARY, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.json()[0]["total_oil_produced"] == 7
        load_elsewhere(tmp_path, 6)
        eventually(lambda: len(listener.versions()) == 3)
        missed = Listener(client, last_event_id=first)
        eventually(lambda: len(missed.versions()) == 2)
        assert missed.versions() == listener.versions()[1:]
        up_to_date = Listener(client, last_event_id=listener.versions()[-1])
        eventually(lambda: len(up_to_date.events) == 1)
        assert up_to_date.events[0] == {
            "event": "database",
            "reachable": True,
            "detail": "",
            "wing": "wells",
        }


@needs_proc
def test_1_000_listeners(tmp_path: Path) -> None:
    """They cost one question an interval, all of them, little memory, and all are told."""
    clients, interval = 1_000, 0.5
    produce(tmp_path / "odm.db", 3, 1_000)
    with counted(tmp_path, ODM_VERSION_POLL_SECONDS=str(interval), **NO_LIMITS) as (pid, client):
        settle(client)
        before = memory(pid, "VmRSS")
        growth, asked, seconds = asyncio.run(_listen(client, pid, tmp_path, clients))
        calls = figures(client)["calls"]
        assert asked <= seconds / interval + 3
        assert calls < 100
    print(f"growth for {clients} listeners: {(growth - before) / MB:.1f} MB")
    assert growth - before < 100 * MB


async def _listen(
    client: httpx.Client, pid: int, folder: Path, count: int
) -> tuple[int, int, float]:
    """Memory with so many listeners, and how often the database was asked in how much time."""
    address = client.base_url
    connected = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"GET /events HTTP/1.1\r\nHost: odm\r\n\r\n")
        connected.append((reader, writer))
    for reader, _ in connected:
        await reader.readuntil(b'"reachable": true')
    grown = memory(pid, "VmRSS")
    loop = asyncio.get_running_loop()
    before, began = figures(client)["versions"], loop.time()
    await asyncio.sleep(2)
    produce(folder / "odm.db", 3, 2_000)
    for reader, _ in connected:
        await reader.readuntil(b"event: version")
    after, ended = figures(client)["versions"], loop.time()
    for _, writer in connected:
        writer.close()
        await writer.wait_closed()
    return grown, after - before, ended - began


@pytest.mark.parametrize("service", ["uvicorn", "python"])
def test_stops_with_listeners(tmp_path: Path, service: str) -> None:
    """Nobody who listens keeps the service from stopping."""
    produce(tmp_path / "odm.db", 3, 1_000)
    from tests.test_service import started as started_by_python  # noqa: PLC0415

    by = started if service == "uvicorn" else started_by_python
    with by(tmp_path, ODM_SHUTDOWN_SECONDS="600") as (process, client):
        listeners = [Listener(client) for _ in range(3)]
        eventually(lambda: all(len(listener.events) == 2 for listener in listeners))
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        for listener in listeners:
            assert listener.ended.wait(60)


def test_two_workers(tmp_path: Path) -> None:
    """Each worker process gives the same tags, and learns of a load by itself."""
    produce(tmp_path / "odm.db", 400, 1_000)

    def ask(address: httpx.URL) -> httpx.Response:
        return httpx.get(f"{address}{SUMMARY}", trust_env=False, timeout=60)

    with started(tmp_path, "--workers", "2", ODM_LOG_LEVEL="warning") as (process, client):
        try:
            # A worker's ids of requests begin alike.
            def tags() -> set[tuple[str, str]]:
                answers = [ask(client.base_url) for _ in range(20)]
                return {
                    (answer.headers["x-request-id"][:8], answer.headers["etag"])
                    for answer in answers
                }

            def both_agree() -> bool:
                found = tags()
                return len({w for w, _ in found}) == 2 and len({tag for _, tag in found}) == 1

            eventually(both_agree)
            ((_, before), *_) = tags()
            load_elsewhere(tmp_path, 9)
            eventually(both_agree)
            eventually(lambda: before not in {tag for _, tag in tags()})
            eventually(both_agree)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_database_away_and_back(tmp_path: Path) -> None:
    """Stale answers are given, and marked, where that is allowed; listeners are told."""
    path = tmp_path / "odm.db"
    produce(path, 400, 1_000)
    with counted(tmp_path, ODM_STALE_SECONDS="600", ODM_VERSION_POLL_SECONDS="0.05") as (_, client):
        settle(client)
        kept = client.get(DAYS)
        listener = Listener(client)
        eventually(lambda: len(listener.events) == 2)
        connection = connect_for_writing(path)
        connection.close()  # (what stood in the WAL is in the file now)
        path.rename(tmp_path / "away.db")
        eventually(lambda: listener.events[-1].get("reachable") is False)
        eventually(lambda: "warning" in client.get(DAYS).headers)
        stale = client.get(DAYS)
        assert stale.content == kept.content
        assert int(stale.headers["age"]) >= 0
        assert stale.headers["warning"].startswith("110 ")
        assert client.get(SUMMARY).status_code == 503
        assert client.get("/readyz").status_code == 503
        (tmp_path / "away.db").rename(path)
        eventually(lambda: listener.events[-1].get("reachable") is True)
        eventually(lambda: "warning" not in client.get(DAYS).headers)
        again = client.get(DAYS, headers={"If-None-Match": kept.headers["etag"]})
        assert again.status_code == 304


def test_no_stale_answers_by_default(tmp_path: Path) -> None:
    """Without the setting, nothing is given that may be out of date."""
    path = tmp_path / "odm.db"
    produce(path, 400, 1_000)
    with counted(tmp_path, ODM_VERSION_POLL_SECONDS="0.05") as (_, client):
        settle(client)
        tag = client.get(DAYS).headers["etag"]
        path.unlink()
        eventually(lambda: client.get(DAYS).status_code == 503)
        assert client.get(DAYS, headers={"If-None-Match": tag}).status_code == 503


def test_who_stops_reading_holds_no_session(tmp_path: Path) -> None:
    """Clients who do not read an answer too large to be kept lose it, and others get theirs."""
    produce(tmp_path / "odm.db", 20_000, 1_234_567)
    limits = {"ODM_SEND_TIMEOUT_SECONDS": "1", "ODM_CACHE_MEGABYTES": "1"}
    with counted(tmp_path, **limits) as (_, client), contextlib.ExitStack() as stack:
        settle(client)
        for n in range(100):  # more than there are sessions
            idle = stack.enter_context(socket.socket())
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            idle.connect((client.base_url.host, client.base_url.port))
            day = (FIRST + datetime.timedelta(n)).isoformat()
            idle.sendall(f"GET {DAYS}&from_date={day} HTTP/1.1\r\nHost: odm\r\n\r\n".encode())
        eventually(lambda: client.get("/readyz").status_code == 200, 60)
        assert client.get(SUMMARY).status_code == 200
        assert len(client.get(DAYS).json()) == 20_000
