"""Whether memory grows: a regression over what was measured, and what it cannot tell for noise."""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

BLOCKS = 12
"""Memory wanders for seconds at a time, so that samples say little more than their neighbours. The
medians of so many stretches of time are taken for independent."""

CONFIDENCE = 4.0
"""Standard errors of the slope: one run in a thousand goes beyond by chance (t, 10 degrees)."""

FEWEST = 3 * BLOCKS


class Trend(NamedTuple):
    """How memory went."""

    slope: float
    """MB a minute."""
    noise: float
    """MB a minute that the slope may be off."""
    minutes: float
    first: float
    last: float
    """MB, at the beginning and at the end of the line."""

    @property
    def grown(self) -> float:
        """MB by which memory surely has grown."""
        return (self.slope - self.noise) * self.minutes


def trend(samples: Sequence[tuple[float, float]]) -> Trend | None:
    """The trend of pairs of seconds and MB; None for too few of them."""
    if len(samples) < FEWEST:
        return None
    start, end = samples[0][0], samples[-1][0]
    blocks: list[list[float]] = [[] for _ in range(BLOCKS)]
    for moment, megabytes in samples:
        blocks[min(int((moment - start) / (end - start) * BLOCKS), BLOCKS - 1)].append(megabytes)
    minutes = (end - start) / 60
    times = [(n + 0.5) / BLOCKS * minutes for n, block in enumerate(blocks) if block]
    medians = [statistics.median(block) for block in blocks if block]
    slope, intercept = statistics.linear_regression(times, medians)
    middle = statistics.fmean(times)
    rest = sum((m - intercept - slope * t) ** 2 for t, m in zip(times, medians, strict=True))
    spread = math.sqrt(sum((t - middle) ** 2 for t in times))
    noise = CONFIDENCE * math.sqrt(rest / (len(times) - 2)) / spread
    return Trend(slope, noise, minutes, intercept, intercept + slope * minutes)
