"""Somebody at the keyboard."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pressing_ctrl_c(after_s: float = 0.5, within_s: float = 3) -> Iterator[None]:
    """Ctrl-C is pressed a moment after the block has begun, and must end it soon."""
    main = threading.main_thread().ident
    assert main
    press = threading.Timer(after_s, signal.pthread_kill, (main, signal.SIGINT))
    began = time.monotonic()
    press.start()
    try:
        yield
    finally:
        press.cancel()
    assert time.monotonic() - began < within_s
