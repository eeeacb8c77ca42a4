"""Mixed load and faults for minutes, then a count: `python -m benchmarks.soak --minutes 10`.

Clients ask for answers of all sizes, some leave half-way, while the database loses connections,
kills sessions, hangs, trickles, fails and restarts. Every answer is checked against its arguments.
At the end no session, thread or temporary LOB may be left over, and memory must not have grown.
"""

import argparse
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from benchmarks.http import memory_mb, serving
from benchmarks.wire import document, make
from tests.wire.oracle import ServerProcess

CLIENTS = 12
POOL = 8
SESSIONS = POOL + 1
"""One is kept for the version of the data."""
SIZES = [200, 200, 200, 5_000, 60_000, 330_000, 1_500_000, 4_000_000]
CALL = {"operation": "*execute*", "sql": "PROCEDURE cut"}
FAULTS: list[dict[str, Any]] = [
    {"action": "close", **CALL},
    {"action": "close_after", **CALL},
    {"action": "close_mid", "after_bytes": 3000, **CALL},
    {"action": "kill", **CALL},
    {"action": "hang", **CALL},
    {"action": "dead", **CALL},
    {"action": "stall", "after_bytes": 9000, **CALL},
    {"action": "trickle", "bytes_per_s": 9000, **CALL},
    {"action": "delay", "seconds": 0.2, **CALL},
    {"action": "error", "code": 4068, "message": "existing state of packages", **CALL},
    {"action": "error", "code": 20001, "message": "refused", **CALL},
    {"action": "error", "code": 1555, "message": "snapshot too old", **CALL},
    {"action": "close", "operation": "connect"},
    {"action": "close", "operation": "ping"},
]


class Load:
    """The clients, until they are stopped."""

    def __init__(self, port: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.longest = 0.0
        self.wrong: list[str] = []
        self._url = f"http://127.0.0.1:{port}"
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=self._url, timeout=30, trust_env=False) as client:
            while not self._stop.is_set():
                began = time.monotonic()
                size = chance.choice(SIZES) + chance.randrange(100)
                self.outcomes[self._ask(client, size, leaves=chance.random() < 0.03)] += 1
                self.longest = max(self.longest, time.monotonic() - began)

    def _ask(self, client: httpx.Client, size: int, *, leaves: bool) -> str:
        path = f"/well-summary-by-day?well_id={size}&division_id=1"
        try:
            with client.stream("GET", path) as response:
                if leaves:
                    return "left"
                text = response.read()
        except httpx.RemoteProtocolError:
            return "broken"
        if response.status_code == 200 and text.decode() != document(size).text:
            self.wrong.append(path)
        return str(response.status_code)


def settled(database: ServerProcess, port: int) -> None:
    """Wait until the pool is whole again."""
    deadline = time.monotonic() + 30
    while True:
        ready = httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200
        sessions = database.sessions()
        clean = not any(session.sql or session.temporary_lobs for session in sessions)
        if ready and clean and len(sessions) == SESSIONS:
            return
        assert time.monotonic() < deadline, sessions
        time.sleep(0.2)


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--profile", default="19c")
    options = parser.parse_args()
    chance = random.Random(0)
    with ServerProcess(make, profile=options.profile) as database:
        settings = {
            "ORACLE_USER": "scott",
            "ORACLE_PASSWORD": "tiger",
            "ORACLE_DSN": database.dsn,
            "ORACLE_POOL_SIZE": str(POOL),
            "ODM_CALL_TIMEOUT_SECONDS": "2",
            "ODM_LOG_LEVEL": "error",
            "ODM_CACHE_MEGABYTES": "0",  # every answer is to come from the database
        }
        with serving("service:app", settings) as service:
            load = Load(service.port)
            time.sleep(5)
            memory, threads = memory_mb(service.pid), threads_of(service.pid)
            until = time.monotonic() + options.minutes * 60
            restarts = 0
            while time.monotonic() < until:
                time.sleep(chance.uniform(0.05, 0.5))
                if chance.random() < 0.01:
                    down = chance.uniform(0.1, 2)
                    database.restart(down, reset=chance.random() < 0.5, wait=True)
                    restarts += 1
                else:
                    database.inject(**chance.choice(FAULTS))
            database.clear_faults()
            load.stop()
            settled(database, service.port)
            stats = database.stats()
            print(f"{options.minutes:g} minutes on {options.profile}; {restarts} restarts")
            print("answers:", dict(load.outcomes.most_common()), f"longest {load.longest:.1f} s")
            print("faults:", dict(stats.faults.most_common()))
            print(f"sessions {len(database.sessions())} of {SESSIONS}, temporary LOBs", end=" ")
            print(sum(session.temporary_lobs for session in database.sessions()), end=", ")
            print(f"threads {threads} -> {threads_of(service.pid)}, memory", end=" ")
            print(f"{memory:.0f} -> {memory_mb(service.pid):.0f} MB, wrong answers", end=" ")
            print(len(load.wrong))
            assert not load.wrong, load.wrong
            assert threads_of(service.pid) <= threads + 8, "threads were left over"
        deadline = time.monotonic() + 10
        while database.sessions():
            assert time.monotonic() < deadline, "sessions were left over"
            time.sleep(0.1)
        assert database.failures() == []
        print("after the end: no session")


if __name__ == "__main__":
    main()
