"""The clients of one service: some ask, some listen, some read slowly, some leave.

Each draws its choices from a chance of its own, so that a seed gives the same choices again.
"""

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.soak.company import LARGE, MEDIUM, SMALL, Asked
from benchmarks.soak.connection import (
    BROKEN,
    Connection,
    Reply,
    open_socket,
    request,
    reset,
)
from benchmarks.soak.ledger import Ledger, Moves, What, Wrong
from benchmarks.soak.report import Report

HUNG_SECONDS = 25
"""So long no request may take that is read at once: a call has 4 s, and waits 5 s for a session."""

TOLD_SECONDS = 10
"""So long a listener waits to be told of a change; the database is asked twice a second."""

FORMATS = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
ENCODINGS = ["identity", "gzip", "zstd"]

JUNK: list[tuple[int, str, str, dict[str, str]]] = [
    (404, "GET", "/nothing-here", {}),
    (404, "GET", "/pages/../../service.py", {}),
    (404, "GET", "/well-list?division_id=999", {}),
    (404, "GET", "/well-summary?well_id=11&division_id=3", {}),
    (422, "GET", "/well-list", {}),
    (422, "GET", "/well-list?division_id=x", {}),
    (422, "GET", "/well-list?division_id=1&division_id=2", {}),
    (422, "GET", "/division-list?x=%00", {}),
    (422, "GET", "/division-list?format=xml", {}),
    (422, "GET", "/well-summary-by-day?well_id=11&division_id=1&from_date=2025-02-30", {}),
    (405, "POST", "/division-list", {}),
    (405, "DELETE", "/events", {}),
    (406, "GET", "/division-list", {"Accept": "image/png"}),
    (406, "GET", "/division-list", {"Accept-Encoding": "identity;q=0, br"}),
    (412, "GET", "/division-list", {"If-Match": '"of another day"'}),
]
"""What is refused, and with which status."""

_GARBAGE = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /division-list HTTP/9.9\r\n\r\n",
    b"NONSENSE\r\n\r\n",
    b"GET /division-list HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
]
_HALF = b"GET /division-list HTTP/1.1\r\nHost: x\r\nAccept: appli"

_VERSION_EVENT = re.compile(rb'"version": "([0-9a-f]{16})"')
_FAULTS = (500, 503, 504)


class Clients:
    """All clients of one service, while they run."""

    def __init__(
        self, port: int, report: Report, moves: Moves, static: Path, rate: float, seed: str
    ) -> None:
        """`static` is the folder of the pages' files; `rate` is in requests a second."""
        self.report = report
        self.ledger = Ledger()
        self.port = port
        self.moves = moves
        self.files = _files(static)
        self._rate = rate
        self._seed = seed
        self._turn = 0
        self._last_event = ""
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Have all of them run, from now on."""
        self._turn += 1
        self._stop.clear()
        askers = max(2, min(12, round(self._rate / 3)))
        works: list[tuple[Callable[[random.Random], object], float]] = []
        works += [(Asker(self).ask, askers / self._rate) for _ in range(askers)]
        works += [
            (self._read_slowly, 2.0),
            (Asker(self).ask_for_much, 1.0),
            (self._listen, 0.5),
            (self._listen, 0.5),
        ]
        self._threads = [
            threading.Thread(target=self._run, args=(number, work, pause), daemon=True)
            for number, (work, pause) in enumerate(works)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have all of them end what they do, and leave. Who does not come back is told of."""
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
            if thread.is_alive():
                self.report.wrong("a request that has not ended 90 s after the others")

    def _run(self, number: int, work: Callable[[random.Random], object], pause: float) -> None:
        chance = random.Random(f"{self._seed} {self._turn} {number}")
        next_at = time.monotonic() + chance.uniform(0, pause)
        while not self._stop.wait(max(next_at - time.monotonic(), 0)):
            try:
                work(random.Random(chance.random()))  # however many choices it makes
            except Wrong as wrong:
                self.report.wrong(str(wrong))
            except Exception as error:  # noqa: BLE001 (a client that dies would be a quieter soak)
                self.report.wrong(f"a client failed: {error!r}")
            # Who is late does not catch up: a service in trouble is not asked more often.
            next_at = max(next_at, time.monotonic() - pause) + chance.uniform(0.5, 1.5) * pause

    # -- slow readers and listeners -----------------------------------------------------------

    def _read_slowly(self, chance: random.Random) -> None:
        """Read a large answer at some 300 kB/s, with long pauses, and have it judged."""
        format_name, encoding = chance.choice(["json", "csv", "ndjson"]), chance.choice(ENCODINGS)
        headers = {"Accept": FORMATS[format_name], "Accept-Encoding": encoding}
        start = time.monotonic()
        what = f"slow GET {LARGE.target} {format_name} {encoding}"
        sock = open_socket(self.port, 16_384)
        try:
            sock.sendall(request(LARGE.target, headers))
            response = http.client.HTTPResponse(sock)
            response.begin()
            got = b""
            while piece := response.read(65_536):
                got += piece
                if not self._stop.is_set():
                    time.sleep(chance.choice([0.1, 0.2, 0.5]))
        except BROKEN as error:
            self.report.failed(f"cut {what}: {error!r}", start, time.monotonic())
            return
        finally:
            sock.close()
        given = {name.lower(): value for name, value in response.getheaders()}
        reply = Reply(response.status, given, got, start, time.monotonic())
        self.judge(LARGE, format_name, reply, what, "slow")

    def _listen(self, chance: random.Random) -> None:
        """Listen to /events for some seconds: each change of the data must be told."""
        leaves_after = chance.choice([0.0, 6.0, 9.0, 12.0])
        comes_back = bool(self._last_event) and chance.random() < 0.4
        start = time.monotonic()
        leaves_at = start + leaves_after
        sock = open_socket(self.port)
        heard = b""
        told: list[bytes] = []
        owed = 1
        try:
            since = {"Last-Event-ID": self._last_event} if comes_back else {}
            sock.sendall(request("/events", {"Accept": "text/event-stream", **since}))
            sock.settimeout(0.3)
            while not self._stop.is_set():
                now = time.monotonic()
                told = _VERSION_EVENT.findall(heard)
                # Whoever is new hears of the version that there is, too.
                owed = self._changes(start + 1, leaves_at) + (not comes_back)
                waited = now - max(leaves_at, self.report.broken_at(now))
                if now > leaves_at and (len(set(told)) >= owed or waited > TOLD_SECONDS):
                    break
                with suppress(TimeoutError):
                    piece = sock.recv(65_536)
                    if not piece:
                        break
                    heard += piece
        except BROKEN as error:
            self.report.failed(f"cut GET /events: {error!r}", start, time.monotonic())
            return
        finally:
            (reset if chance.random() < 0.5 else type(sock).close)(sock)
        left = time.monotonic()
        if leaves_after < 1 or self._stop.is_set():
            return
        if told:
            self._last_event = told[-1].decode()
        if not heard.startswith(b"HTTP/1.1 200 "):
            self.report.failed(f"events {heard[:60]!r}", start, left)
        elif len(set(told)) < owed:
            self.report.wrong(f"/events: {len(told)} versions in {left - start:.1f} s, of {owed}")
        else:
            self.report.answered("events", start, left)

    def _changes(self, start: float, end: float) -> int:
        """How many changes every listener of that time must hear of: while the database is away
        several may come to be one."""
        loads = self.moves.done_between(start, end)
        return sum(not self.report.touched(begun - 1, done + 2) for begun, done in loads)

    # -- judging ------------------------------------------------------------------------------

    def judge(
        self, asked: Asked, format_name: str, reply: Reply, what: str, kind: str = ""
    ) -> str | None:
        """Note what a request for data came to; returns the tag of a right 200. Raises Wrong."""
        if reply.status in _FAULTS:
            self.judge_fault(reply, what)
            return None
        try:
            self._judge_answer(asked, format_name, reply)
        except Wrong as wrong:
            raise Wrong(f"{what}: {wrong}") from None
        self.report.answered(kind or format_name, reply.start, reply.end)
        return reply.headers.get("etag")

    def _judge_answer(self, asked: Asked, format_name: str, reply: Reply) -> None:
        headers = reply.headers
        if reply.status != 200:
            raise Wrong(f"status {reply.status}: {reply.body[:200]!r}")
        media_type = headers.get("content-type", "").partition(";")[0]
        if media_type != FORMATS[format_name]:
            raise Wrong(f"{media_type} is not {format_name}")
        tag = headers.get("etag")
        if not tag and headers.get("cache-control") != "no-store":
            raise Wrong("no tag, and not no-store")
        what = What(asked, format_name, headers.get("content-encoding", "identity"))
        self.check_age(self.ledger.judge(what, tag, reply.body), reply)

    def check_age(self, generation: int, reply: Reply) -> None:
        """Raise Wrong if the generation could not be given then, unless it is marked as stale."""
        if "warning" not in reply.headers:
            self.moves.check(generation, reply.start, reply.end)
        elif not self.report.touched(reply.start, reply.end):
            self.report.failed(f"stale for {reply.headers.get('age')} s", reply.start, reply.end)

    def judge_fault(self, reply: Reply, what: str) -> None:
        """Note an answer that says that there is none. Raises Wrong if it does not say it well."""
        problem = {}
        if reply.headers.get("content-type") == "application/problem+json":
            problem = json.loads(reply.body or b"{}")
        said = f"{what}: {reply.status} {problem.get('detail', reply.body[:100])}"
        well_said = (
            problem.get("status") == reply.status
            and problem.get("request_id") == reply.headers.get("x-request-id")
            and str(problem.get("type", "")).startswith("urn:odm:problem:")
            and (reply.status != 503 or int(reply.headers.get("retry-after", 0)) > 0)
        )
        if not well_said:
            raise Wrong(f"{said}: not a whole problem")
        self.report.failed(f"{reply.status} {said}", reply.start, reply.end)


class Asker:
    """A client that asks one thing after the other."""

    def __init__(self, clients: Clients) -> None:
        self._all = clients
        self._report = clients.report
        self._connection = Connection(clients.port)
        self._tags: dict[tuple[Asked, str, str], str] = {}

    def ask(self, chance: random.Random) -> None:
        """One request of some kind."""
        lot = chance.random()
        if lot < 0.03:
            self._vanish(chance)
        elif lot < 0.07:
            self._junk(chance)
        elif lot < 0.09:
            self._garbage(chance)
        elif lot < 0.15:
            self._file(chance)
        elif lot < 0.18:
            self._health(chance)
        else:
            self._data(chance)

    def ask_for_much(self, chance: random.Random) -> None:
        """The largest answer, as it comes: what breaks in its middle must be seen to be broken."""
        format_name, encoding = chance.choice(list(FORMATS)), chance.choice(ENCODINGS)
        headers = {"Accept": FORMATS[format_name], "Accept-Encoding": encoding}
        what = f"GET {LARGE.target} {format_name} {encoding}"
        reply = self._ask(LARGE.target, headers, what)
        if reply:
            self._all.judge(LARGE, format_name, reply, what)

    def _data(self, chance: random.Random) -> None:
        lot = chance.random()
        asked = LARGE if lot < 0.05 else chance.choice(MEDIUM if lot < 0.15 else SMALL)
        format_name = chance.choice(list(FORMATS)) if chance.random() < 0.6 else "json"
        encoding = chance.choice(ENCODINGS) if chance.random() < 0.6 else "identity"
        method = "HEAD" if chance.random() < 0.1 else "GET"
        target, headers = asked.target, {"Accept-Encoding": encoding}
        if chance.random() < 0.5:
            headers["Accept"] = FORMATS[format_name]
        else:
            target += ("&" if "?" in target else "?") + f"format={format_name}"
        mine = (asked, format_name, encoding)
        tag = self._tags.get(mine)
        if tag and chance.random() < 0.5:
            headers["If-None-Match"] = tag
        else:
            tag = None
        what = f"{method} {target} {encoding}{f' unless {tag}' if tag else ''}"
        reply = self._ask(target, headers, what, method)
        if reply is None:
            return
        if reply.status == 304 and tag:
            self._judge_not_modified(tag, reply, what)
        elif method == "HEAD" and reply.status == 200:
            self._judge_head(reply, what)
        elif method == "HEAD":  # its problem has no body
            if reply.status not in (500, 503, 504):
                raise Wrong(f"{what}: status {reply.status}")
            self._report.failed(f"{reply.status} {what}", reply.start, reply.end)
        else:
            given = self._all.judge(asked, format_name, reply, what)
            if tag and given == tag and "warning" not in reply.headers:
                raise Wrong(f"{what}: 200 with that same tag")
            if given:
                self._tags[mine] = given

    def _judge_not_modified(self, tag: str, reply: Reply, what: str) -> None:
        known = self._all.ledger.known(tag)
        if reply.body or reply.headers.get("etag") != tag or known is None:
            raise Wrong(f"{what}: 304 with {reply.headers.get('etag')}")
        try:
            self._all.check_age(known.generation, reply)
        except Wrong as wrong:
            raise Wrong(f"{what}: 304 for {wrong}") from None
        self._report.answered("304", reply.start, reply.end)

    def _judge_head(self, reply: Reply, what: str) -> None:
        if reply.body:
            raise Wrong(f"{what}: a body")
        known = self._all.ledger.known(reply.headers.get("etag", ""))
        if known:
            length = reply.headers.get("content-length")
            if length is not None and int(length) != known.size:
                raise Wrong(f"{what}: {length} bytes, where GET gives {known.size}")
            self._all.check_age(known.generation, reply)
        self._report.answered("HEAD", reply.start, reply.end)

    def _ask(
        self, target: str, headers: dict[str, str], what: str, method: str = "GET"
    ) -> Reply | None:
        """The answer; None, and it is noted, if none comes whole. Raises Wrong if it hangs."""
        start = time.monotonic()
        try:
            reply = self._connection.ask(target, headers, method)
        except BROKEN as error:
            self._report.failed(f"cut {what}: {error!r}", start, time.monotonic())
            reply = None
        took = time.monotonic() - start
        if took > HUNG_SECONDS:
            raise Wrong(f"{what}: hung for {took:.1f} s")
        return reply

    def _junk(self, chance: random.Random) -> None:
        status, method, target, headers = chance.choice(JUNK)
        reply = self._ask(target, headers, target, method)
        if reply is None:
            return
        if reply.status in _FAULTS:
            self._all.judge_fault(reply, target)
        elif reply.status != status:
            raise Wrong(f"{method} {target} {headers}: {reply.status}, not {status}")
        else:
            self._report.answered("junk", reply.start, reply.end)

    def _garbage(self, chance: random.Random) -> None:
        """Bytes that are no request: refused with 4xx, or the connection ends."""
        sent = chance.choice([*_GARBAGE, _HALF])
        start = time.monotonic()
        answer = b""
        try:
            with open_socket(self._all.port) as sock:
                sock.sendall(sent)
                if sent is not _HALF:
                    sock.settimeout(HUNG_SECONDS)
                    answer = sock.recv(64)
        except TimeoutError:
            raise Wrong(f"no end of {sent[:40]!r} within {HUNG_SECONDS} s") from None
        except OSError:
            pass  # it was too much for the server, which is right
        if answer and not re.match(rb"HTTP/1.1 4\d\d ", answer) and b"X: y" not in sent:
            raise Wrong(f"{sent[:40]!r}: {answer!r}")
        self._report.answered("junk", start, time.monotonic())

    def _file(self, chance: random.Random) -> None:
        target = chance.choice(list(self._all.files))
        reply = self._ask(target, {"Accept-Encoding": "identity"}, target)
        if reply is None:
            return
        if reply.status != 200 or reply.body != self._all.files[target]:
            raise Wrong(f"GET {target}: {reply.status}, {len(reply.body)} bytes")
        self._report.answered("page", reply.start, reply.end)

    def _health(self, chance: random.Random) -> None:
        target = chance.choice(["/healthz", "/readyz"])
        reply = self._ask(target, {}, target)
        if reply is None:
            return
        if reply.status == 503 and target == "/readyz":
            self._all.judge_fault(reply, target)
        elif reply.status != 200:
            raise Wrong(f"GET {target}: {reply.status}")
        else:
            self._report.answered("health", reply.start, reply.end)

    def _vanish(self, chance: random.Random) -> None:
        """Ask for much, and leave before, at or after the beginning of the answer."""
        asked = chance.choice([LARGE, LARGE, *MEDIUM])
        encoding = chance.choice(ENCODINGS)
        self._report.vanished += 1
        try:
            sock = open_socket(self._all.port, 16_384)
            sock.sendall(request(asked.target, {"Accept-Encoding": encoding}))
            for _ in range(chance.choice([0, 0, 1, 3])):
                sock.recv(16_384)
            time.sleep(chance.choice([0, 0, 0.05, 0.5]))
            (reset if chance.random() < 0.5 else type(sock).close)(sock)
        except OSError:
            pass  # it was the service that has left


def _files(static: Path) -> dict[str, bytes]:
    """The pages, and what they load of the service's own, by their paths."""
    files = {
        f"/pages/{path.relative_to(static).as_posix()}": path.read_bytes()
        for path in sorted(static.rglob("*"))
        if path.is_file() and path.suffix in (".js", ".css", ".svg", ".png", ".html")
    }
    pages = {"/": "title.html", "/dashboard": "dashboard.html", "/docs": "docs.html"}
    return {**files, **{path: (static / name).read_bytes() for path, name in pages.items()}}
