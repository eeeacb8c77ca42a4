"""Many callers at once while things go wrong: nobody gets another one's data, nobody hangs."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.wells.oracle.conftest import DIRECT, USUAL, assert_sound, serving
from tests.wells.oracle.database import Package
from tests.wire.oracle import ServerProcess
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.slow

CALL = "*execute*"
OURS = "PROCEDURE cut"
CALLERS = 8
SETTINGS = {
    "oracle_chunks_per_trip": 2,
    "odm_call_timeout_seconds": 1,
}


DOWN_UNTIL_TOLD = 3600
"""Seconds that an instance is down, unless its listener is opened before."""


def text_for(division_id: int) -> str:
    """An answer that no other arguments have, of 1 to 6 windows."""
    row = f'{{"well_id":{division_id},"well_name":"W{division_id}"}}'
    return "[" + ",".join([row] * (1 + division_id * 37 % 1300)) + "]"


async def documents(_name: str, arguments: Any) -> str:
    return text_for(int(arguments["division_id"])) if arguments else "[1]"


FAULTS: list[dict[str, Any]] = [
    {"action": "close"},
    {"action": "close_after"},
    {"action": "close_mid", "after_bytes": 3000},
    {"action": "kill"},
    {"action": "hang"},
    {"action": "stall", "after_bytes": 5000},
    {"action": "trickle", "bytes_per_s": 4000},
    {"action": "delay", "seconds": 0.05},
    {"action": "error", "code": 4068, "message": "existing state of packages discarded"},
    {"action": "error", "code": 20001, "message": "no"},
    {"action": "error", "code": 1555, "message": "snapshot too old"},
]


def ask(client: httpx.Client, division_id: int, leaves: bool) -> str:
    """The outcome of one request, which is checked against its argument."""
    try:
        with client.stream("GET", f"/well-list?division_id={division_id}") as response:
            if leaves:
                return "left"
            response.read()
    except httpx.RemoteProtocolError:
        return "broken"
    if response.status_code == 200:
        assert response.text == text_for(division_id)
    return str(response.status_code)


@pytest.mark.parametrize(
    ("caching", "encoding"),
    [(DIRECT, "identity"), (USUAL, "gzip")],
    ids=["direct, plain", "usual, gzip"],
)
def test_interleaved_with_faults(caching: dict[str, object], encoding: str) -> None:
    """1,000 requests, a fault of some kind for every eighth: each answer is its own, or none."""
    chance = random.Random(4711)
    with (
        ServerProcess(Package, documents) as oracle,
        serving(oracle, **SETTINGS, **caching) as client,
    ):
        client.headers["accept-encoding"] = encoding

        def one(number: int) -> str:
            if number % 8 == 0:
                oracle.inject(operation=CALL, sql=OURS, **FAULTS[number // 8 % len(FAULTS)])
            return ask(client, number, leaves=number % 37 == 0)

        with ThreadPoolExecutor(CALLERS) as callers:
            outcomes = Counter(callers.map(one, chance.sample(range(10_000), 1000)))
        oracle.clear_faults()
        assert sum(outcomes.values()) == 1000
        assert outcomes["200"] > 500, outcomes
        assert set(outcomes) <= {"200", "500", "503", "504", "broken", "left"}
        assert len(oracle.stats().faults) >= 8
        assert_sound(oracle, client)
        assert oracle.failures() == []


@pytest.mark.parametrize(
    ("reset", "caching"),
    [(False, DIRECT), (True, DIRECT), (True, USUAL)],
    ids=["direct", "direct, reset", "usual, reset"],
)
def test_restart_under_load(profile: str, reset: bool, caching: dict[str, object]) -> None:
    """An instance that restarts: no request hangs, readiness follows, and the pool heals."""
    with (
        ServerProcess(Package, documents, profile=profile) as oracle,
        serving(oracle, **SETTINGS, **caching) as client,
    ):
        assert client.get("/readyz").status_code == 200
        over = threading.Event()
        outcomes: list[str] = []
        longest = 0.0

        def load(seed: int) -> None:
            nonlocal longest
            chance = random.Random(seed)
            while not over.is_set():
                began = time.monotonic()
                outcomes.append(ask(client, chance.randrange(10_000), False))
                longest = max(longest, time.monotonic() - began)

        def answered() -> int:
            return outcomes.count("200")

        with ThreadPoolExecutor(CALLERS) as callers:
            loads = [callers.submit(load, seed) for seed in range(CALLERS - 1)]
            try:
                eventually(lambda: answered() > 20)
                oracle.restart(DOWN_UNTIL_TOLD, reset=reset)
                eventually(lambda: client.get("/readyz").status_code == 503)
                oracle.open_listener()
                eventually(lambda: client.get("/readyz").status_code == 200)
                before = answered()
                eventually(lambda: answered() > before + 20)
            finally:
                over.set()
        for each in loads:
            each.result()
        assert longest < 15
        assert set(outcomes) <= {"200", "503", "504", "broken"}
        assert_sound(oracle, client)
