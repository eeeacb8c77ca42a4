"""Somebody at the keyboard."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.keyboard import heeded_ctrl_c
from tests.wire.oracle import Control


@contextmanager
def pressing_ctrl_c(oracle: Control, within_s: float = 60) -> Iterator[None]:
    """Ctrl-C is pressed a moment after a call has begun to hang, and must end the block soon.

    It is pressed again if nothing happens: Python cannot see a signal that comes while the driver
    is on its way into the system's recv().
    """
    main = threading.main_thread().ident
    assert main
    over = threading.Event()
    pressed: list[float] = []

    def press() -> None:
        while not oracle.stats().faults["hang"]:
            if over.wait(0.01):
                return
        while not over.wait(10 if pressed else 0.3):
            pressed.append(time.monotonic())
            signal.pthread_kill(main, signal.SIGINT)

    pressing = threading.Thread(target=press)
    with heeded_ctrl_c():
        pressing.start()
        try:
            yield
        finally:
            over.set()
            pressing.join()
    assert pressed, "nothing has hung"
    assert time.monotonic() - pressed[0] < within_s
