"""The log: when a line is written, and what it looks like."""

import asyncio
import datetime
import io
import json
import logging
import logging.config
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from threading import Thread

import pytest

from app.observe import observation
from app.observe.log import configure_logging, flush_log
from app.observe.observation import (
    LoadDone,
    Observation,
    RequestEnded,
    VersionLearnt,
    VersionLost,
    tell,
)
from app.settings import Settings

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) odm\.\w+: (.*)")


@pytest.fixture
def stream() -> io.StringIO:
    """Standard error."""
    return io.StringIO()


@contextmanager
def logging_to(stream: io.StringIO, **settings: str) -> Iterator[logging.Logger]:
    """A logger of the service, configured as the service does it; nobody else listens."""
    root = logging.getLogger("odm")
    before = root.handlers, root.level, root.propagate
    others, root.handlers = observation._listeners[:], []
    observation._listeners.clear()
    with redirect_stderr(stream):
        configure_logging(Settings.model_validate(settings))
    try:
        yield logging.getLogger("odm.test")
    finally:
        root.handlers, root.level, root.propagate = before
        observation._listeners[:] = others


@pytest.fixture
def log(stream: io.StringIO) -> Iterator[logging.Logger]:
    """The log as it is without settings."""
    with logging_to(stream) as log:
        yield log


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


AT = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
REQUEST = RequestEnded(
    "panel-3", "10.0.0.7", "GET", "/x?a=1", 404, 159, 0.00042, "miss", " unknown: None.", 20
)


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (REQUEST, "panel-3 GET /x?a=1 404 159 bytes 0.4 ms 10.0.0.7 unknown: None."),
        (
            VersionLearnt("wells", "00ff", AT),
            "version 00ff of the data, of 2026-01-01T00:00:00+00:00",
        ),
        (
            VersionLost("wells", "Away.", "ORA-1"),
            "the version of the data is not known: Away. ORA-1",
        ),
        (
            LoadDone("odm.db", 3, 2, 1, 0.25),
            "odm.db: 3 rows inserted, 2 updated, 1 unchanged, 0.2 s",
        ),
    ],
)
def test_observations(
    log: logging.Logger, stream: io.StringIO, seen: Observation, line: str
) -> None:
    """What is observed becomes a line, among those of `logging` and in their order."""
    log.info("before")
    tell(seen)
    log.info("after")
    level = logging.getLevelName(seen.severity)
    assert written(stream) == [("INFO", "before"), (level, line), ("INFO", "after")]


def test_level(stream: io.StringIO) -> None:
    """With `warning` good requests are not written; what is worse is."""
    with logging_to(stream, odm_log_level="warning"):
        tell(REQUEST)
        tell(VersionLost("wells", "Away.", ""))
    assert [level for level, _ in written(stream)] == ["WARNING"]


def test_json(stream: io.StringIO) -> None:
    """With `json` each line is an object with the fields of what was observed."""
    with logging_to(stream, odm_log_format="JSON") as log:
        tell(REQUEST)
        log.error("it broke: %s", "ø", exc_info=ZeroDivisionError("naïve\nname"))
    request, broken = map(json.loads, stream.getvalue().splitlines())
    assert request.pop("time").endswith("Z")
    assert request == {
        "level": "INFO",
        "logger": "odm.request",
        "request_id": "panel-3",
        "client": "10.0.0.7",
        "method": "GET",
        "target": "/x?a=1",
        "status": 404,
        "sent": 159,
        "seconds": 0.00042,
        "cache": "miss",
        "outcome": " unknown: None.",
    }
    assert (broken["level"], broken["message"]) == ("ERROR", "it broke: ø")
    assert "ZeroDivisionError: naïve" in broken["traceback"]


def test_configured_twice(stream: io.StringIO) -> None:
    """A log that was replaced listens no more: each line stands once."""
    with logging_to(stream):
        with redirect_stderr(stream):
            configure_logging(Settings())
        tell(REQUEST)
    assert len(written(stream)) == 1


def test_a_server_that_configures_logging(stream: io.StringIO) -> None:
    """uvicorn's own configuration, which closes every handler, does not end the log."""
    with logging_to(stream):
        logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
        tell(REQUEST)
    assert len(written(stream)) == 1


def test_threads(stream: io.StringIO) -> None:
    """Lines of many threads stand whole in the log, and none is lost while others are written."""
    with logging_to(stream) as log:
        threads = [Thread(target=_log_many, args=(log, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        flush_log()
    assert sorted(text for _, text in written(stream)) == sorted(
        f"{n} {line}" for n in range(4) for line in range(500)
    )


def _log_many(log: logging.Logger, number: int) -> None:
    for line in range(500):
        log.info("%d %d", number, line)


class FullDisk(io.StringIO):
    """A stream that takes nothing for a while."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_full_disk() -> None:
    """What cannot be written is lost; nobody fails of it, nothing gathers, and the log goes on."""
    stream = FullDisk()

    async def requests() -> None:
        tell(REQUEST)
        tell(VersionLost("wells", "Away.", ""))
        flush_log()
        stream.full = False
        for _ in range(10):
            tell(REQUEST)
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if stream.getvalue():
                break

    with logging_to(stream):
        asyncio.run(requests())
    assert len(written(stream)) == 10


def test_a_listener_that_fails(log: logging.Logger, stream: io.StringIO) -> None:
    """Whoever listens badly disturbs neither what happens nor the others who listen."""
    stop = observation.listen(lambda _: 1 / 0)  # type: ignore[arg-type]
    tell(REQUEST)
    stop()
    assert len(written(stream)) == 1


def test_nobody_forges_a_line(log: logging.Logger, stream: io.StringIO) -> None:
    """What a database says cannot begin a line of its own."""
    tell(VersionLost("wells", "Away.", "ORA-1\nINFO odm.request: forged"))
    assert len(stream.getvalue().splitlines()) == 1
