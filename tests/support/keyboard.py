"""Ctrl-C, wherever the tests run."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeded_ctrl_c() -> Iterator[None]:
    """Here, and in what is started here, Ctrl-C does what it does at a terminal.

    A shell without job control has its background jobs ignore SIGINT, and what they start as well.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
