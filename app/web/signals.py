"""The signals by which a process is told to stop."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from types import FrameType


def before_stopping(last_work: Callable[[], None]) -> None:
    """Have work done on the event loop as soon as the process is told to stop.

    A server waits for open connections before it lets the application clean up, and some would
    stay open for ever. The server's own handling follows. Nothing is done outside of the main
    thread, where there are no signals to see.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def stop(number: int, frame: FrameType | None, before: "signal._HANDLER" = before) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed by now
                loop.call_soon_threadsafe(last_work)
            before(number, frame)  # type: ignore[operator, misc]

        signal.signal(number, stop)
