"""The log: when a line is written, and what it looks like."""

import asyncio
import io
import logging
import re
import sys
from collections.abc import Iterator

import pytest

from app.observe.log import configure_logging, flush_log
from app.settings import Settings

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) odm\.test: (.*)")


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard error."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def log(stream: io.StringIO) -> Iterator[logging.Logger]:
    """A logger of the service, configured as the service does it."""
    assert sys.stderr is stream
    root = logging.getLogger("odm")
    before = root.handlers, root.level, root.propagate, logging._srcfile
    threads = logging.logThreads, logging.logProcesses, logging.logMultiprocessing
    configure_logging(Settings())
    yield logging.getLogger("odm.test")
    root.handlers, root.level, root.propagate, logging._srcfile = before
    logging.logThreads, logging.logProcesses, logging.logMultiprocessing = threads


def written(stream: io.StringIO) -> list[tuple[str, ...]]:
    """Severity and message of each line that has been written."""
    lines = stream.getvalue().splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches), lines
    return [match.groups() for match in matches if match]


def test_at_once_elsewhere(log: logging.Logger, stream: io.StringIO) -> None:
    """Outside of the event loop a line is written when it is logged, with its time in UTC."""
    log.info("loaded %d rows", 3)
    assert written(stream) == [("INFO", "loaded 3 rows")]


def test_gathered(log: logging.Logger, stream: io.StringIO) -> None:
    """On the event loop lines wait for each other, and are written in order by themselves."""

    async def requests() -> list[tuple[str, ...]]:
        for n in range(3):
            log.info("request %d", n)
        assert written(stream) == []
        lines: list[tuple[str, ...]] = []
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if lines := written(stream):
                break
        return lines

    assert asyncio.run(requests()) == [("INFO", f"request {n}") for n in range(3)]


def test_warning_at_once(log: logging.Logger, stream: io.StringIO) -> None:
    """A warning does not wait, nor does what was logged before it."""

    async def requests() -> None:
        log.info("before")
        log.warning("the database is away")
        assert written(stream) == [("INFO", "before"), ("WARNING", "the database is away")]

    asyncio.run(requests())


def test_flush(log: logging.Logger, stream: io.StringIO) -> None:
    """Nothing is lost when the service ends before the wait is over."""

    async def requests() -> None:
        log.info("the last request")
        flush_log()

    asyncio.run(requests())
    assert written(stream) == [("INFO", "the last request")]
