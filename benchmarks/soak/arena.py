"""One service, its database, its clients and what befalls them, from the start to the verdict."""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.soak.clients import Clients
from benchmarks.soak.embedded import Embedded
from benchmarks.soak.memory import Trend, trend
from benchmarks.soak.oracle import SESSIONS, Oracle
from benchmarks.soak.process import Held, Process, started
from benchmarks.soak.report import LISTED, Report

SETTLED_SECONDS = 45
"""So long the service may take, once nobody asks any more, to be as it is when nobody asks."""

MORE_FILES = 4
MORE_THREADS = 4
MORE_THREADS_AT_FIRST = 12
"""What it may hold more at the end than after the warm-up: of its thread pools, which grow when
they are needed, some may not have been full by then, and after a short warm-up none."""

MORE_SESSIONS = 6
"""Under load: sessions that are being given up while others have been opened in their place."""

CREDENTIALS_MINUTES = 4
"""From so long a soak on, the password is wrong for a while: that costs it the pause of 60 s."""
PASSWORD_SECONDS = 20
PAUSE_SECONDS = 60

SETTLING = 1 / 3
"""The part of the load after which memory is looked at: until then heaps and thread pools fill."""

GROWTH = 10.0
"""MB that memory may surely grow by in the rest of the time, however long that is: by so much it
was seen to wander, up and down, without an end to it (see `Trend` for what is sure)."""
GROWTH_AT_FIRST = 40.0
SHORT_SECONDS = 150
"""The same of a soak that is shorter than this: the cache and the heaps fill until its end."""

MORE_UNDER_LOAD = 150
"""Files under load, beside those of the quiet: connections, and those that nobody has ended yet."""


class Options(NamedTuple):
    """What all arenas have in common."""

    checkout: Path
    """Whose service is run."""
    seconds: float
    rate: float
    seed: int
    logs: Path | None = None
    """Where the services' logs are left."""


@dataclass(frozen=True)
class Kind:
    """A way to run the service."""

    name: str
    side: Callable[[Path, Path, Report], AbstractContextManager[Embedded | Oracle]]
    settings: dict[str, str] = field(default_factory=dict)
    locked_out: bool = False
    """Whether the password is wrong all the time."""


_NO_CACHE = {"ODM_CACHE_MEGABYTES": "0"}
# A small one is full, and has to give way, from the warm-up on.
_CACHE = {"ODM_CACHE_MEGABYTES": "24"}
KINDS = (
    Kind("embedded, cache", Embedded.opened, _CACHE),
    Kind("embedded, no cache", Embedded.opened, _NO_CACHE),
    Kind("oracle, cache", Oracle.opened, {**_CACHE, "ODM_STALE_SECONDS": "3600"}),
    Kind("oracle, no cache", Oracle.opened, _NO_CACHE),
    Kind("oracle, locked out", Oracle.opened, _CACHE, locked_out=True),
)


class Arena:
    """Runs one kind of service; `findings` are what the soak fails for."""

    def __init__(self, kind: Kind, options: Options) -> None:
        self.kind = kind
        self.report = Report(kind.name)
        self.findings: list[str] = []
        self.trend: Trend | None = None
        self.before: Held | None = None
        self.after: Held | None = None
        self.versions = 0
        self.tags = 0
        self.dials = ""
        self.memory: list[tuple[float, float]] = []
        self._options = options
        self._over = threading.Event()
        self._files_at_most = 0

    def run(self) -> None:
        """The whole course. What goes wrong with the soak itself is a finding, too."""
        try:
            with ExitStack() as stack:
                self._run(stack)
        except Exception as error:  # noqa: BLE001 (it is told, and fails the soak)
            self.findings.append(f"the soak broke off: {type(error).__name__}: {error}")

    def _run(self, stack: ExitStack) -> None:
        options, report = self._options, self.report
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="odm-soak-")))
        side = stack.enter_context(self.kind.side(options.checkout, folder, report))
        settings = {**side.settings, **self.kind.settings}
        log = (
            options.logs or folder
        ) / f"{self.kind.name.replace(', ', '-').replace(' ', '-')}.log"
        process = stack.enter_context(started(options.checkout, folder, log, settings))
        static = options.checkout / "app" / "pages" / "static"
        seed = f"{options.seed} {self.kind.name}"
        clients = Clients(process.port, report, side.moves, static, options.rate, seed)
        warm_up = min(max(options.seconds / 5, 2), 60)
        self._load(clients, side, process, warm_up, f"{seed} warm-up")
        self.before = self._held(side, process, "after the warm-up")
        if self.kind.locked_out:
            assert isinstance(side, Oracle)
            with report.window():
                side.refuse_credentials(None)
                self._load(clients, side, process, options.seconds, seed)
                self.findings += side.findings_locked_out(options.seconds)
        else:
            self._load(clients, side, process, options.seconds, seed)
            self.after = self._held(side, process, "at the end")
            self._compare(side)
            self.findings += side.findings()
        self.dials = side.told()
        self.versions, self.tags = side.moves.count, clients.ledger.count
        stopped = [process.stop(), side.after_end()]
        self.findings += [*report.findings(), *process.complaints(), *filter(None, stopped)]

    # -- load and incidents -------------------------------------------------------------------

    def _load(
        self, clients: Clients, side: Embedded | Oracle, process: Process, seconds: float, seed: str
    ) -> None:
        """Clients, a director and moves of the data for so long."""
        self._over.clear()
        self.report.quiet.clear()
        self.memory.clear()
        began = time.monotonic()
        works: list[Callable[[], None]] = [lambda: self._move(side, random.Random(f"{seed} moves"))]
        if not self.kind.locked_out:
            chance = random.Random(f"{seed} incidents")
            works.append(lambda: self._direct(side, process, chance, seconds))
        threads = [threading.Thread(target=self._guarded, args=(work,)) for work in works]
        clients.start()
        for thread in threads:
            thread.start()
        while (at := time.monotonic() - began) < seconds and not process.ended:
            self.memory.append((at, process.memory))
            self._files_at_most = max(self._files_at_most, len(process.files))
            time.sleep(min(0.5, seconds / 100))
        self._over.set()
        clients.stop()
        self.report.quiet.set()
        for thread in threads:
            thread.join()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (a quieter soak would pass)
            self.report.wrong(f"the soak's own thread ended: {type(error).__name__}: {error}")

    def _move(self, side: Embedded | Oracle, chance: random.Random) -> None:
        while not self._over.wait(chance.uniform(2, 8)):
            side.move(random.Random(chance.random()))

    def _direct(
        self, side: Embedded | Oracle, process: Process, chance: random.Random, seconds: float
    ) -> None:
        """Calm, then an incident, and again."""
        long_enough = seconds >= CREDENTIALS_MINUTES * 60 and isinstance(side, Oracle)
        credentials_at = time.monotonic() + 0.4 * seconds if long_enough else float("inf")
        calm = min(8, seconds / 4)
        while not self._over.wait(chance.uniform(calm / 2, calm)):
            self._check_calm(side, process)
            if isinstance(side, Oracle) and time.monotonic() > credentials_at:
                credentials_at = float("inf")
                with self.report.window():
                    side.refuse_credentials(PASSWORD_SECONDS)
                    self._await_ready(process, PAUSE_SECONDS - PASSWORD_SECONDS + side.back_within)
                continue
            incident, breaks = chance.choice(side.incidents)
            own = random.Random(chance.random())  # however many choices it makes
            if breaks:
                with self.report.window():
                    incident(own)
                    self._await_ready(process, side.back_within)
            else:
                incident(own)

    def _check_calm(self, side: Embedded | Oracle, process: Process) -> None:
        if isinstance(side, Oracle):
            sessions = side.sessions(process)
            if sessions > SESSIONS + MORE_SESSIONS:
                self.report.wrong(f"{sessions} sessions under load, of {SESSIONS}")

    def _await_ready(self, process: Process, seconds: float) -> None:
        """Wait until it says that it is ready, and that its answers are not stale."""
        until = time.monotonic() + seconds
        for _ in range(2):  # what has been killed is noticed by the next who needs it
            while not (process.is_ready() and process.is_current()):
                if self.report.quiet.is_set():
                    return
                if time.monotonic() > until:
                    self.report.wrong(f"not ready {seconds:g} s after the end of an incident")
                    return
                time.sleep(0.1)
            self.report.quiet.wait(1)

    # -- what is held -------------------------------------------------------------------------

    def _held(self, side: Embedded | Oracle, process: Process, when: str) -> Held:
        """What the service holds once nobody asks and nothing is broken."""
        deadline = time.monotonic() + SETTLED_SECONDS
        while said := side.settle(process):
            if time.monotonic() > deadline:
                self.findings.append(f"{when}: {said}")
                break
            time.sleep(0.25)
        held = self._look(side, process)
        while time.monotonic() < deadline:  # connections that clients have left end one by one
            time.sleep(1)
            before, held = held, self._look(side, process)
            if held == before:
                break
        return held

    @staticmethod
    def _look(side: Embedded | Oracle, process: Process) -> Held:
        files = [name for name in process.files if not side.is_of_database(name)]
        return Held(len(files), process.threads, side.sessions(process))

    def _compare(self, side: Embedded | Oracle) -> None:
        """What is held at the end with what was held after the warm-up, and memory's trend."""
        before, after = self.before, self.after
        assert before
        assert after
        is_long = self._options.seconds >= SHORT_SECONDS
        for what, more in (
            ("files", MORE_FILES),
            ("threads", MORE_THREADS if is_long else MORE_THREADS_AT_FIRST),
            ("sessions", side.more_sessions),
        ):
            was, now = getattr(before, what), getattr(after, what)
            if now > was + more:
                self.findings.append(f"{what}: {was} after the warm-up, {now} at the end")
        if self._files_at_most > before.files + MORE_UNDER_LOAD:
            self.findings.append(f"{self._files_at_most} files under load, {before.files} without")
        self.trend = trend(self.memory[int(len(self.memory) * SETTLING) :])
        allowed = GROWTH if is_long else GROWTH_AT_FIRST
        if self.trend and self.trend.grown > allowed:
            self.findings.append(
                f"memory grows by {self.trend.slope:.2f} ± {self.trend.noise:.2f} MB a minute: "
                f"by {self.trend.grown:.0f} MB at least, of {allowed:g}"
            )

    def tell(self) -> None:
        """Everything for which the soak fails, to the error stream."""
        lines = [f"failed without a fault: {each.what}" for each in self.report.unexcused]
        for line in [*lines[:LISTED], *self.findings]:
            sys.stderr.write(f"{self.kind.name}: {line}\n")
