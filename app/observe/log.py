"""The log: one line an event on standard error, with the time in UTC."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Literal, TextIO

from pydantic import BaseModel, Field, field_validator

if TYPE_CHECKING:
    _StreamHandler = logging.StreamHandler[TextIO]
else:
    _StreamHandler = logging.StreamHandler  # takes no type when it runs, before Python 3.11

LINGER_SECONDS = 0.1
"""How long a line of no urgency may wait for others, to be written together with them."""


class LogSettings(BaseModel):
    """What is logged."""

    odm_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged; `info` logs a line a request."
    )

    @field_validator("odm_log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level


def configure_logging(settings: LogSettings) -> None:
    """Send the service's log to standard error, at the level that the settings name.

    The service logs each request itself, with its id, so uvicorn's own access log is turned off.
    """
    handler = GatheringHandler()
    handler.setFormatter(
        UtcFormatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger("odm")
    root.handlers = [handler]
    root.setLevel(settings.odm_log_level.upper())
    root.propagate = False
    # What no line of ours shows need not be found out for each (logging's own advice on speed).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    access = logging.getLogger("uvicorn.access")
    access.handlers = []
    access.propagate = False


def flush_log() -> None:
    """Write what still waits: a process that a signal ends does not come to it later."""
    for handler in logging.getLogger("odm").handlers:
        handler.flush()


class UtcFormatter(logging.Formatter):
    """Writes the time in UTC; the many lines of one second share the work."""

    _second = 0
    _text = ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        second = int(record.created)
        if second != self._second:
            self._text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = second
        return self._text


class GatheringHandler(_StreamHandler):
    """Writes the lines of busy moments together: one system call for many requests.

    A warning is written at once, and all that waits before it; so is what is logged outside of the
    event loop.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
            if record.levelno >= logging.WARNING:
                self.flush()
            elif len(self._lines) == 1:
                asyncio.get_running_loop().call_later(LINGER_SECONDS, self.flush)
        except RuntimeError:  # not on the event loop
            self.flush()
        except Exception:  # noqa: BLE001 (a line that fails must not fail its request)
            self.handleError(record)

    def flush(self) -> None:
        self.acquire()
        try:
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write("\n".join(lines) + "\n")
            super().flush()
        finally:
            self.release()
