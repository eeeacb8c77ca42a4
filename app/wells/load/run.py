"""Loads one file: reads, checks, stages, and commits all of it or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.wells.load.layouts import BadCell, Layout
from app.wells.load.rejects import Rejects
from app.wells.load.source import open_source
from app.wells.store import Outcome, Store, SummariesStale

_BATCH = 5_000


@dataclass(frozen=True)
class Options:
    """How a file is read, and how many of its rows may be rejected."""

    encoding: str = "utf-8"
    delimiter: str = ","
    max_rejects: int = 0
    check_only: bool = False


@dataclass(frozen=True)
class Summary:
    """What became of one file. Without an outcome nothing of it was loaded."""

    rows: int
    rejected: int
    outcome: Outcome | None
    seconds: float
    stale: str | None = None
    """Why the summaries are not up to date with what was loaded, if they are not."""


def load_file(
    store: Store,
    layout: Layout[Any],
    name: str,
    options: Options,
    rejects: Rejects,
    report: Callable[[int], object] = lambda _: None,
) -> Summary:
    """Load the file `name` into the store; rows that can't be taken go to `rejects`.

    Nothing is loaded when more than `options.max_rejects` rows are rejected. Raises FileFault for a
    file that can't be read to its end, and StartupFault when the database fails; nothing is loaded
    then either. Raises CommitInDoubt when nobody knows whether it is.
    """
    began = time.perf_counter()
    before = rejects.count
    outcome = stale = None
    with open_source(name, options.encoding, options.delimiter, report) as source:
        pick = source.pick(layout.columns)
        with layout.open(store) as load:
            rows = 0
            batch: list[Any] = []
            for line, cells in source:
                rows += 1
                try:
                    batch.append(layout.convert(line, pick(cells)))
                except BadCell as bad:
                    rejects.add(name, line, bad.column, bad.reason, cells)
                except ValueError as error:
                    rejects.add(name, line, "", str(error), cells)
                if len(batch) == _BATCH:
                    load.add(batch)
                    batch = []
            load.add(batch)
            for refusal in load.refusals():
                rejects.add(name, refusal.line, refusal.column, refusal.reason, [])
            rejects.flush()
            rejected = rejects.count - before
            if rejected <= options.max_rejects and not options.check_only:
                try:
                    outcome = load.commit()
                except SummariesStale as fault:
                    outcome, stale = fault.outcome, str(fault)
    return Summary(rows, rejected, outcome, time.perf_counter() - began, stale)
