"""Which version of the data the database holds, found out by one small call again and again.

Everything that depends on it asks here, so the database is asked once for the whole process.
"""

import asyncio
import contextlib
import datetime
import logging
import time
from collections import deque
from dataclasses import dataclass, replace

from app.contract.faults import CallFailed, Fault
from app.contract.gateway import Gateway, Version
from app.observe.observation import VersionFound, VersionLearnt, VersionLost, tell

log = logging.getLogger("odm.version")

REMEMBERED = 256
"""Changes that are remembered for listeners who come back."""

PATIENCE_SECONDS = 1
"""How long a request waits for the version before it goes to the database itself."""


@dataclass(frozen=True)
class Change:
    """A version and the subjects in which it differs from the one before (None: not known)."""

    number: int
    """Goes up by one from change to change, over all wings."""
    wing: str
    version: Version
    subjects: tuple[str, ...] | None


class Feed:
    """The latest changes of all wings, and a signal for those who wait for the next one."""

    def __init__(self) -> None:
        self.changes: deque[Change] = deque(maxlen=REMEMBERED)
        self.count = 0
        """Goes up with every change of a version, and when a database goes or comes back."""
        self._waiting: set[asyncio.Future[None]] = set()

    def add(self, wing: str, version: Version, subjects: tuple[str, ...] | None) -> None:
        """Append a change, and wake those who wait."""
        number = self.changes[-1].number + 1 if self.changes else 1
        self.changes.append(Change(number, wing, version, subjects))
        self.wake()

    async def wait(self, since: int, seconds: float) -> None:
        """Wait until `count` is not `since` any more, but no longer than `seconds`."""
        if self.count == since:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            try:
                await asyncio.wait((waiting,), timeout=seconds)
            finally:
                self._waiting.discard(waiting)

    def wake(self) -> None:
        """Wake all who wait."""
        self.count += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


class Versions:
    """The version of one wing's data, as far as this process knows it.

    The database is asked every `seconds`. Its answer holds for twice as long, counted from the
    question, so that no answer passes for current that has been outdated for longer.
    """

    def __init__(
        self, gateway: Gateway, seconds: float, wing: str = "", feed: Feed | None = None
    ) -> None:
        """`feed`, which several wings may share, gets every change."""
        self.wing = wing
        self.feed = feed or Feed()
        self._gateway = gateway
        self._seconds = seconds
        self.known: Version | None = None
        self.fault: Fault | None = None
        """Why the version could not be found out, when it was last tried."""
        self.confirmed_at = 0.0
        """When the known version was last found to be the current one (monotonic seconds)."""
        self.good_until = 0.0
        self._seen_at = 0.0
        self._is_yet_to_come = False
        self._asking: asyncio.Task[None] | None = None
        self._poller: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to ask; the first question is not waited for."""
        self._poller = asyncio.ensure_future(self._poll())

    async def close(self) -> None:
        """Stop asking."""
        for task in (self._poller, self._asking):
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        self.feed.wake()

    def fresh(self) -> Version | None:
        """The current version, if it is known well enough without asking."""
        return self.known if time.monotonic() <= self.good_until else None

    async def current(self) -> Version | None:
        """The current version, asked for if need be; None when the database does not tell."""
        if version := self.fresh():
            return version
        await asyncio.wait((self._ask(),), timeout=PATIENCE_SECONDS)
        return self.fresh()

    def seen(self, version: Version) -> Version:
        """Take note of the version that an answer was made from: it may be ahead of the polling.

        Returns it, as the same object as the known one if it is that.
        """
        if self.known is None or version.changed_at > self.known.changed_at:
            self._seen_at = time.monotonic()
            self._learn(version)
        return self.known if self.known and self.known.token == version.token else version

    async def _poll(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.shield(self._ask())
            await asyncio.sleep(max(self._seconds - (time.monotonic() - began), 0.01))

    def _ask(self) -> "asyncio.Task[None]":
        """Put the question, if it is not under way."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._find_out())
        return self._asking

    async def _find_out(self) -> None:
        began = time.monotonic()
        try:
            version = await self._gateway.version()
        except Fault as fault:
            self._failed(fault)
        except Exception as error:  # a poller that dies would leave the service blind
            if self.fault is None:
                log.exception("unexpected error while asking for the version")
            self._failed(CallFailed("The version of the data cannot be found out.", repr(error)))
        else:
            if self.fault:
                tell(VersionFound(self.wing, version.token))
                self.fault = None
                self.feed.wake()
            if self._seen_at >= began:  # an answer has been quicker: ask again
                return
            if version != self.known:
                self._learn(version)
            self._date_has_come()
            self.confirmed_at = began
            self.good_until = began + 2 * self._seconds
        finally:
            self._asking = None

    def _failed(self, fault: Fault) -> None:
        # It is kept for long; what its traceback holds, a session among it, need not be.
        fault.__cause__ = fault.__context__ = None
        before, self.fault = self.fault, fault.with_traceback(None)
        if before is None:
            tell(VersionLost(self.wing, fault.detail, fault.cause))
            self.feed.wake()

    def _date_has_come(self) -> None:
        """Have answers tell the version's date that could not tell it yet.

        Loads in quick succession, or a clock that is behind, put it into the future. Answers are
        known by the version itself, so one that is equal has them looked at again.
        """
        if self.known and self._is_yet_to_come and self.known.changed_at <= _now():
            self._is_yet_to_come = False
            self.known = replace(self.known)

    def _learn(self, version: Version) -> None:
        subjects = _changed(self.known, version) if self.known else None
        tell(VersionLearnt(self.wing, version.token, version.loaded_at))
        self.known = version
        self._is_yet_to_come = version.changed_at > _now()
        self.feed.add(self.wing, version, subjects)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _changed(before: Version, after: Version) -> tuple[str, ...]:
    """The subjects whose number of changes differs."""
    names = before.changes.keys() | after.changes.keys()
    return tuple(sorted(n for n in names if before.changes.get(n) != after.changes.get(n)))
