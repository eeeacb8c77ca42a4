"""The log: one line an event on standard error, with the time in UTC."""

import logging
import time

from app.settings import Settings


def configure_logging(settings: Settings) -> None:
    """Send the service's log to standard error, at the level that the settings name.

    The service logs each request itself, with its id, so uvicorn's own access log is turned off.
    """
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s")
    formatter.datefmt = "%Y-%m-%dT%H:%M:%S"
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
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
