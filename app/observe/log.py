"""The log: one line an event on standard error, with the time in UTC.

It listens to the stream of observations, and takes what `logging` gets of the rarer things.
"""

import asyncio
import json
import logging
import time
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TextIO

from pydantic import BaseModel, Field, field_validator

from app.observe.observation import Observation, listen, one_line

if TYPE_CHECKING:
    _StreamHandler = logging.StreamHandler[TextIO]
else:
    _StreamHandler = logging.StreamHandler  # takes no type when it runs, before Python 3.11

LINGER_SECONDS = 0.1
"""How long a line of no urgency may wait for others, to be written together with them."""


_MILLISECONDS = [f".{n:03d}Z" for n in range(1000)]


class LogSettings(BaseModel):
    """What is logged, and how."""

    odm_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged; `info` logs a line a request."
    )
    odm_log_format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or a JSON object a line for programs."
    )

    @field_validator("odm_log_level", "odm_log_format", mode="before")
    @classmethod
    def _any_case(cls, word: object) -> object:
        return word.lower() if isinstance(word, str) else word


def configure_logging(settings: LogSettings) -> None:
    """Send the service's log to standard error, as the settings say.

    The service logs each request itself, with its id, so uvicorn's own access log is turned off.
    """
    level = logging.getLevelName(settings.odm_log_level.upper())
    log = Log(level, as_json=settings.odm_log_format == "json")
    root = logging.getLogger("odm")
    for before in root.handlers:
        if isinstance(before, Log):
            before.stop_listening()
    root.handlers = [log]
    root.setLevel(level)
    root.propagate = False
    access = logging.getLogger("uvicorn.access")
    access.handlers = []
    access.propagate = False


def flush_log() -> None:
    """Write what still waits: a process that a signal ends does not come to it later."""
    for handler in logging.getLogger("odm").handlers:
        handler.flush()


class Log(_StreamHandler):
    """Writes the lines of busy moments together: one system call for many requests.

    A warning is written at once, and all that waits before it; so is what is logged outside of the
    event loop.
    """

    def __init__(self, level: int, *, as_json: bool = False) -> None:
        super().__init__()
        self._least = level
        self._as_json = as_json
        self._lines: list[str] = []
        self._is_due = False
        """Whether the waiting lines will be written by themselves."""
        self._second = 0
        self._time_text = ""
        self.stop_listening = listen(self.hear)
        # (Not in `close`: servers that configure `logging` close every handler that there is.)

    def hear(self, observation: Observation) -> None:
        """Take a line of what was observed."""
        severity = observation.severity
        if severity < self._least:
            return
        now = time.time()
        if severity == logging.INFO and not self._as_json:  # (one for each request: in one format)
            second = int(now)
            if second != self._second:
                self._begin(second)
            milliseconds = _MILLISECONDS[int((now - second) * 1000)]
            lines = self._lines
            lines.append(
                f"{self._time_text}{milliseconds} INFO {observation.topic}: {observation!s}"
            )
            if not self._is_due:
                self._write_soon()
            return
        if self._as_json:
            told = {field.name: getattr(observation, field.name) for field in fields(observation)}
            told.pop("severity", None)
            line = self._object(now, severity, observation.topic, **told)
        else:
            line = (
                f"{self._time(now)}{_head(severity, observation.topic)}{one_line(str(observation))}"
            )
        self._take(line, severity)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line that came by way of `logging`."""
        try:
            self._take(self.format(record), record.levelno)
        except Exception:  # noqa: BLE001 (a line that fails must not fail its request)
            self.handleError(record)

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; in text a traceback follows on lines of its own."""
        if not self._as_json:
            head = _head(record.levelno, record.name)
            return f"{self._time(record.created)}{head}{super().format(record)}"
        told = {"message": record.getMessage()}
        if record.exc_info:
            told["traceback"] = logging.Formatter().formatException(record.exc_info)
        return self._object(record.created, record.levelno, record.name, **told)

    def flush(self) -> None:
        """Write all that waits.

        Lines that cannot be written (a full disk, a closed stream) are lost: they neither fail a
        request nor gather in memory.
        """
        self.acquire()
        try:
            self._is_due = False
            lines = self._lines
            while number := len(lines):  # (other threads may append meanwhile)
                text = "\n".join(lines[:number]) + "\n"
                del lines[:number]
                self.stream.write(text)
            super().flush()
        except (OSError, ValueError):
            pass
        finally:
            self.release()

    def _take(self, line: str, severity: int) -> None:
        self._lines.append(line)
        if severity >= logging.WARNING:
            self.flush()
        elif not self._is_due:
            self._write_soon()

    def _write_soon(self) -> None:
        self._is_due = True
        try:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self.flush)
        except RuntimeError:  # not on the event loop
            self.flush()

    def _object(self, at: float, severity: int, topic: str, **told: Any) -> str:
        head = {"time": self._time(at), "level": logging.getLevelName(severity), "logger": topic}
        return json.dumps(head | told, ensure_ascii=False, default=str)

    def _time(self, at: float) -> str:
        """The time in UTC; the many lines of one second share the work."""
        second = int(at)
        if second != self._second:
            self._begin(second)
        return self._time_text + _MILLISECONDS[int((at - second) * 1000)]

    def _begin(self, second: int) -> None:
        self._time_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        self._second = second


@cache
def _head(severity: int, topic: str) -> str:
    return f" {logging.getLevelName(severity)} {topic}: "
