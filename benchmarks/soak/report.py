"""What came of every request: right, failed under a fault, failed without, or wrong."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

SHARE = 0.999
"""Of the requests that no fault touched, so many must be answered, and rightly."""
LISTED = 20
SLOW = ("slow", "events")
"""Kinds of answers that take as long as the client wants."""


class Failure(NamedTuple):
    """A request without an answer, and when it was under way (monotonic seconds)."""

    what: str
    start: float
    end: float


class Report:
    """Gathers outcomes of one service; clients write into it at the same time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.right: Counter[str] = Counter()
        """By what was asked for."""
        self.vanished = 0
        self.incidents: Counter[str] = Counter()
        self.longest = 0.0
        self.quiet = threading.Event()
        """Set when nobody asks any more, so that it does not matter what is still broken."""
        self._seconds: list[float] = []
        self._failures: list[Failure] = []
        self._findings: list[str] = []
        self._windows: list[list[float]] = []
        self._lock = threading.Lock()

    # -- by those who ask ---------------------------------------------------------------------

    def answered(self, kind: str, start: float, end: float) -> None:
        """A right answer."""
        with self._lock:
            self.right[kind] += 1
            if kind not in SLOW:
                self._seconds.append(end - start)
                self.longest = max(self.longest, end - start)

    def failed(self, what: str, start: float, end: float) -> None:
        """No answer, in a way that a fault may lead to."""
        with self._lock:
            self._failures.append(Failure(what, start, end))

    def wrong(self, what: str) -> None:
        """Something that no fault excuses; it is told at once."""
        with self._lock:
            self._findings.append(what)
            if len(self._findings) <= LISTED:
                sys.stderr.write(f"{self.name}: WRONG: {what}\n")
                sys.stderr.flush()

    # -- by those who break things ------------------------------------------------------------

    @contextmanager
    def window(self) -> Iterator[None]:
        """While the block runs something is broken, and requests may fail."""
        window = [time.monotonic(), float("inf")]
        self._windows.append(window)
        try:
            yield
        finally:
            window[1] = time.monotonic()

    def touched(self, start: float, end: float) -> bool:
        """Whether something was broken at that time."""
        return any(start <= closes and opens <= end for opens, closes in self._windows)

    def broken_at(self, now: float) -> float:
        """When something was broken last."""
        return max((min(closes, now) for _, closes in self._windows), default=0.0)

    # -- at the end ---------------------------------------------------------------------------

    @property
    def right_count(self) -> int:
        return sum(self.right.values())

    @property
    def wrong_count(self) -> int:
        return len(self._findings)

    @property
    def excused(self) -> Counter[str]:
        """Failures while something was broken, by their first word."""
        return Counter(
            failure.what.split()[0]
            for failure in self._failures
            if self.touched(failure.start, failure.end)
        )

    @property
    def unexcused(self) -> list[Failure]:
        """Failures while nothing was."""
        return [each for each in self._failures if not self.touched(each.start, each.end)]

    @property
    def share(self) -> float:
        """Of the requests that no fault touched: the part that was answered, and rightly."""
        bad = len(self.unexcused) + len(self._findings)
        return self.right_count / max(self.right_count + bad, 1)

    def milliseconds(self, part: float) -> float:
        """So long took that part of the right answers, at most."""
        ordered = sorted(self._seconds) or [0.0]
        return 1000 * ordered[min(int(part * len(ordered)), len(ordered) - 1)]

    def findings(self) -> list[str]:
        """Everything for which the soak fails."""
        found = list(self._findings)
        if self.share < SHARE:
            bad = self.unexcused
            found.append(f"only {self.share:.3%} right where nothing was broken; {len(bad)} failed")
            found += [f"failed: {each.what}" for each in bad[:LISTED]]
        return found
