"""The loader: loads the files of a command line, and reports to people and to cron."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from app.contract.faults import StartupFault
from app.observe.progress import progress_bar
from app.wells.backends import open_store
from app.wells.demo import load_demo
from app.wells.load.cells import is_date_format
from app.wells.load.layouts import Layout
from app.wells.load.parser import make_parser
from app.wells.load.rejects import Rejects
from app.wells.load.run import Options, Result, load_file
from app.wells.load.source import STDIN, FileFault, open_file
from app.wells.settings import WellsSettings
from app.wells.store import CommitInDoubt, Store, SummariesStale

LOADED, NOTHING, USAGE, LOADED_SOME, STALE = 0, 1, 2, 3, 4
"""The exit statuses, as the help explains them."""


def main(arguments: Sequence[str], program: str, load_settings: Callable[[], WellsSettings]) -> int:
    """Run the loader, which was called by the name `program`; returns the exit status.

    The settings are read when there is something to load.
    """
    options = make_parser(program).parse_args(arguments)
    if options.layout is None:
        return _load_demo(load_settings)
    if fault := _unusable(options):
        _print_error(fault)
        return USAGE
    try:
        _check_files(options.files)  # before a database is made for nothing
        with Rejects(options.rejects or _rejects_path(options.files[0])) as rejects:
            store = open_store(load_settings())
            try:
                return _load_all(store, options, rejects)
            finally:
                store.close()
    except KeyboardInterrupt:
        _print_error("interrupted; only files that are reported above are loaded")
        return NOTHING
    except (FileFault, StartupFault) as fault:
        _print_error(str(fault))
        return NOTHING


def _unusable(options: argparse.Namespace) -> str | None:
    """What is wrong with the options taken together."""
    if options.files.count(STDIN) > 1:
        return "standard input (-) can be read once only"
    if options.max_rejects and options.layout(options).adds_up:
        return "--max-rejects: this layout adds rows up, so a file is loaded with all rows or not"
    by_day = getattr(options, "period", None) == "day"
    if by_day and (given := getattr(options, "date_format", None)) and not is_date_format(given):
        return "--date-format: a date's format holds its year, month and day (or --period month)"
    return None


def _check_files(names: Sequence[str]) -> None:
    for name in names:
        if name != STDIN:
            try:
                open_file(name).close()
            except FileFault as fault:
                raise FileFault(f"{name}: {fault}; nothing was loaded") from None


def _load_demo(load_settings: Callable[[], WellsSettings]) -> int:
    try:
        store = open_store(load_settings())
        try:
            load_demo(store)
        finally:
            store.close()
    except (StartupFault, CommitInDoubt, SummariesStale, KeyboardInterrupt) as fault:
        said = str(fault) or "interrupted"
        _print_error(f"{said}; the demo data is not loaded, or only in part: load it again")
        return NOTHING
    _print(f"the demo data is in {store.name}")
    return LOADED


def _load_all(store: Store, options: argparse.Namespace, rejects: Rejects) -> int:
    layout: Layout[Any] = options.layout(options)
    how = Options(options.encoding, options.delimiter, options.max_rejects, options.check)
    stale = False
    for name in options.files:
        try:
            with _progress(name, quiet=options.quiet) as bar:
                result = load_file(store, layout, name, how, rejects, bar.update)
        except (FileFault, StartupFault) as fault:
            _print_error(f"{name}: {fault}; nothing of this file was loaded")
            return NOTHING
        except CommitInDoubt as doubt:
            _print_error(f"{name}: {doubt}; load it again: what is there already stays as it is")
            return NOTHING
        _print(f"{name}: {_report(result, layout, check=options.check)}")
        if result.rejected:
            rejects.flush()
            _print_error(f"{name}: the rejected rows are in {rejects.path}")
        if not result.accepted:
            return NOTHING
        if result.stale:
            _print_error(f"{name}: loaded, but the summaries are not refreshed: {result.stale}")
            stale = True
        elif result.outcome and (result.outcome.inserted or result.outcome.updated):
            stale = False  # this one's refresh has made up for it
    if stale:
        return STALE
    return LOADED_SOME if rejects.count else LOADED


def _report(result: Result, layout: Layout[Any], *, check: bool) -> str:
    """What became of a file, on one line."""
    rows = f"{result.rows:,} rows read, {result.rejected:,} rejected"
    if result.corrections:
        rows += f", {result.corrections:,} corrections below zero"
    if result.outcome:
        outcome = result.outcome
        new, changed, same = outcome.inserted, outcome.updated, outcome.unchanged
        rows += (
            f"; {new + changed + same:,} {layout.counted}: "
            f"{new:,} new, {changed:,} changed, {same:,} as before"
        )
    else:
        rows += "; checked, nothing was loaded" if check else "; nothing was loaded"
    return f"{rows} ({result.seconds:.1f} s)"


def _progress(name: str, *, quiet: bool) -> "tqdm[Any]":
    """A bar over the file's bytes."""
    path = Path(name)
    size = path.stat().st_size if name != STDIN and path.is_file() else None
    what = "standard input" if name == STDIN else path.name
    return progress_bar(size, what, "B", quiet=quiet, scale=True)


def _rejects_path(name: str) -> Path:
    """The file of rejects: in the current folder, as the file's own may not be writable."""
    stem = "stdin" if name == STDIN else Path(name).name.split(".")[0]
    return Path(f"{stem}.rejects.csv")


def _print(text: str) -> None:
    """Write to standard output. That nobody reads it does not undo what has been loaded."""
    _write(sys.stdout, text)


def _print_error(text: str) -> None:
    _write(sys.stderr, f"odm load: {text}")


def _write(stream: TextIO | None, text: str) -> None:
    encoded = text.encode("utf-8", "backslashreplace").decode()  # names of files may be any bytes
    if stream is None:  # closed
        return
    try:
        stream.write(f"{encoded}\n")
        stream.flush()
    except (OSError, ValueError):
        # Nor must the interpreter try again at its end.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
