"""Loads one file: reads, checks, stages, and commits all of it or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.observe.observation import LoadDone, tell
from app.wells.load.layouts import BadCell, Layout, RowT
from app.wells.load.rejects import Rejects
from app.wells.load.source import Source, open_source
from app.wells.store import Load, Outcome, Store, SummariesStale

_BATCH = 5_000


@dataclass(frozen=True)
class Options:
    """How a file is read, and how many of its rows may be rejected."""

    encoding: str
    delimiter: str
    max_rejects: int
    check_only: bool
    """Read and check everything, and load nothing."""


@dataclass(frozen=True)
class Result:
    """What became of one file. Without an outcome nothing of it was loaded."""

    rows: int
    rejected: int
    corrections: int
    """Rows read that are below zero."""
    accepted: bool
    """Whether no more rows were rejected than may be."""
    outcome: Outcome | None
    stale: str | None
    """Why the summaries are not up to date with what was loaded, if they are not."""
    seconds: float


def load_file(
    store: Store,
    layout: Layout[Any],
    name: str,
    options: Options,
    rejects: Rejects,
    report: Callable[[int], object],
) -> Result:
    """Load the file `name` into the store; rows that can't be taken go to `rejects`.

    `report` is called with the number of bytes read, again and again. Nothing is loaded when more
    than `options.max_rejects` rows are rejected. Raises FileFault for a file that can't be read to
    its end, and StartupFault when the database fails; nothing is loaded then either. Raises
    CommitInDoubt when nobody knows whether it is.
    """
    began = time.perf_counter()
    before = rejects.count
    reject = partial(rejects.add, name)
    outcome = stale = None
    with open_source(name, options.encoding, options.delimiter, report) as source:
        pick = source.pick(layout.columns)  # a file of another layout begins no load
        with layout.open(store) as load:
            rows, corrections = _stage(source, pick, layout, load, reject)
            for refusal in load.refusals():
                reject(*refusal, [])
            rejects.flush()
            rejected = rejects.count - before
            accepted = rejected <= options.max_rejects
            if accepted and not options.check_only:
                try:
                    outcome = load.commit()
                except SummariesStale as fault:
                    outcome, stale = fault.outcome, str(fault)
    seconds = time.perf_counter() - began
    if outcome:
        counts = outcome.inserted, outcome.updated, outcome.unchanged
        tell(LoadDone(store.name, *counts, seconds))
    return Result(rows, rejected, corrections, accepted, outcome, stale, seconds)


def _stage(
    source: Source,
    pick: Callable[[list[str]], list[str]],
    layout: Layout[RowT],
    load: Load[RowT],
    reject: Callable[[int, str, str, list[str]], None],
) -> tuple[int, int]:
    """Stage a file's rows in batches; returns how many were read, and how many corrections."""
    rows = corrections = 0
    batch: list[RowT] = []

    def send() -> int:
        load.add(batch)
        return sum(map(layout.is_correction, batch)) if layout.is_correction else 0

    for line, cells in source:
        rows += 1
        try:
            batch.append(layout.convert(line, pick(cells)))
        except BadCell as bad:
            reject(line, bad.column, bad.reason, cells)
        except ValueError as error:
            reject(line, "", str(error), cells)
        if len(batch) == _BATCH:
            corrections += send()
            batch = []
    corrections += send()
    return rows, corrections
