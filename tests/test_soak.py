"""The soak's own judgement, and some seconds of it on both backends."""

import gzip
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.soak.company import Asked, body
from benchmarks.soak.ledger import Ledger, Moves, What, Wrong, judge_body
from benchmarks.soak.memory import trend
from benchmarks.soak.oracle import most_dials, most_refused
from benchmarks.soak.report import SHARE, Report

ROOT = Path(__file__).parents[1]
DAYS = Asked("/well-summary-by-day", 13, 1)
JSON = What(DAYS, "json", "identity")


def right(generation: int) -> bytes:
    """What the days must be in that generation, as JSON."""
    return body(DAYS, "json", generation)


@pytest.mark.slow
def test_both_backends() -> None:
    """Some seconds of everything at once end without a finding."""
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0.05", "--seed", "1"]
    soak = subprocess.run(
        [*command, "--only", "no cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "embedded, no cache" in soak.stdout
    assert "oracle, no cache" in soak.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        right(3)[:-200] + b"]",
        b"[]",
        b"",
        right(3).replace(b'"oil_produced":1', b'"oil_produced":2', 1),
        right(3).replace(b" g3", b" g4", 1),
        right(3) + b"\n",
    ],
    ids=["cut", "empty", "nothing", "a digit", "a row of another version", "a byte more"],
)
def test_wrong_body(wrong: bytes) -> None:
    """A body that is not, to the byte, that of one generation is refused."""
    assert judge_body(JSON, right(3)) == 3
    with pytest.raises(Wrong):
        judge_body(JSON, wrong)


def test_cut_gzip() -> None:
    """A compressed body without its end is refused, though all that can be read is right."""
    what = JSON._replace(encoding="gzip")
    whole = gzip.compress(right(3))
    assert judge_body(what, whole) == 3
    with pytest.raises(Wrong, match="does not end"):
        judge_body(what, whole[:-9])


def test_bodies_and_tags() -> None:
    """A tag has one body and one meaning, and a body has one tag."""
    ledger = Ledger()
    assert ledger.judge(JSON, '"a"', right(3)) == ledger.judge(JSON, '"a"', right(3)) == 3
    assert ledger.judge(JSON, '"b"', right(4)) == 4
    with pytest.raises(Wrong, match="another body"):
        ledger.judge(JSON, '"a"', right(4))
    with pytest.raises(Wrong, match="has the tags"):
        ledger.judge(JSON, '"c"', right(3))
    with pytest.raises(Wrong, match="is that of"):
        ledger.judge(JSON._replace(format_name="ndjson"), '"a"', right(3))


def test_age() -> None:
    """A generation may be given from the beginning of its load to a little after the next one."""
    moves = Moves()
    moves.load(1, lambda: None)
    moves.load(2, lambda: None)
    now = time.monotonic()
    moves.check(1, now + 1, now + 1)
    moves.check(2, now + 60, now + 60)
    with pytest.raises(Wrong, match="after the next one"):
        moves.check(1, now + 2, now + 2)
    with pytest.raises(Wrong, match="before it was loaded"):
        moves.check(2, now - 9, now - 8)
    with pytest.raises(Wrong, match="before it was loaded"):
        moves.check(3, now, now + 1)


@pytest.mark.parametrize(("leak", "found"), [(0.0, False), (2.0, True)])
def test_memory(leak: float, found: bool) -> None:
    """A leak of 2 MB a minute stands out from memory that wanders by 15 MB; without one nothing."""
    chance = random.Random(7)
    wandering = 0.0
    samples = []
    for n in range(1_200):
        wandering = 0.98 * wandering + chance.uniform(-1, 1)
        samples.append((n / 2, 200 + wandering + leak * n / 120))
    seen = trend(samples)
    assert seen
    assert (seen.grown > 5) is found


def test_too_short_to_tell() -> None:
    """Some samples are no trend."""
    assert trend([(n, 100.0 * n) for n in range(20)]) is None


def test_windows() -> None:
    """Failures count only where nothing was broken while the request was under way."""
    report = Report("test")
    for _ in range(2_000):
        report.answered("json", 1.0, 1.1)
    with report.window():
        start = time.monotonic()
    report.failed("503 of the fault", start - 5, start)
    assert report.findings() == []
    assert report.excused == {"503": 1}
    for _ in range(3):
        report.failed("503 of nothing", 1.0, 2.0)
    assert report.share < SHARE
    assert "failed: 503 of nothing" in report.findings()


def test_wrong_answers_are_never_excused() -> None:
    """One wrong answer is a finding, however many were right and whatever was broken."""
    report = Report("test")
    with report.window():
        report.wrong("a body of another version")
    assert report.findings() == ["a body of another version", *report.findings()[1:]]


def test_bounds_of_the_breaker() -> None:
    """A database that is away sees pauses that double; one that refuses, three in 15 minutes."""
    assert most_dials(0.3) == 2
    assert most_dials(3) <= 5
    assert most_dials(600) <= 61
    assert [most_refused(seconds) for seconds in (10, 62, 361, 900)] == [1, 2, 3, 3]
