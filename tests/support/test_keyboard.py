"""Ctrl-C where the suite runs in the background."""

import signal
import subprocess

import pytest

from tests.support.keyboard import heeded_ctrl_c


def test_heeded_where_it_is_ignored() -> None:
    """By this process and by what it starts; afterwards it is ignored again."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeded_ctrl_c():
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            sleeping = subprocess.Popen(["sleep", "60"])
        sleeping.send_signal(signal.SIGINT)
        assert sleeping.wait(30) == -signal.SIGINT
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
