"""Lets in as many requests as there are database sessions for them."""

import asyncio
import time
from collections import deque

from app.contract.faults import PoolExhausted
from app.observe.observation import SessionAwaited, tell


class Admission:
    """At most `size` may be in at once.

    `enter` waits up to `wait_seconds` for a place, and raises PoolExhausted then. Waiting happens
    on the event loop, so that no worker thread is ever spent on it.
    """

    def __init__(self, size: int, wait_seconds: float) -> None:
        self._free = size
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._wait_seconds = wait_seconds

    @property
    def one_is_free(self) -> bool:
        """Whether `enter` would not wait."""
        return self._free > 0

    async def enter(self, wait_seconds: float | None = None) -> None:
        """Take a place; `wait_seconds`, if given, replaces the usual limit."""
        if self._free:
            self._free -= 1
            return
        seconds = self._wait_seconds if wait_seconds is None else wait_seconds
        began = time.monotonic()
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            # (`wait_for` of Python 3.11 and before loses a cancellation that comes with the turn.)
            await asyncio.wait({turn}, timeout=seconds)
        except asyncio.CancelledError:
            if turn.done():
                self.leave()
            else:
                self._waiting.remove(turn)
            raise
        tell(SessionAwaited(time.monotonic() - began, got=turn.done()))
        if not turn.done():
            self._waiting.remove(turn)
            raise PoolExhausted(f"No database session became free within {seconds:g} s.")

    def leave(self) -> None:
        """Give a place back; the one who has waited longest gets it."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1
