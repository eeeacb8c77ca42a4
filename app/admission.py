"""Lets in as many requests as there are database sessions for them."""

import asyncio

from app.faults import PoolExhausted


class Admission:
    """At most `size` may be in at once.

    `enter` waits up to `wait_seconds` for a place, and raises PoolExhausted then. Waiting happens
    on the event loop, so that no worker thread is ever spent on it.
    """

    def __init__(self, size: int, wait_seconds: float) -> None:
        self._places = asyncio.Semaphore(size)
        self._wait_seconds = wait_seconds

    async def enter(self, wait_seconds: float | None = None) -> None:
        """Take a place; `wait_seconds`, if given, replaces the usual limit."""
        if not self._places.locked():
            await self._places.acquire()
            return
        seconds = self._wait_seconds if wait_seconds is None else wait_seconds
        try:
            await asyncio.wait_for(self._places.acquire(), seconds)
        except asyncio.TimeoutError:
            raise PoolExhausted(f"No database session became free within {seconds:g} s.") from None

    def leave(self) -> None:
        """Give a place back; the one who has waited longest gets it."""
        self._places.release()
