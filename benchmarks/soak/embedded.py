"""The embedded database under the service: loads, loads that are killed, a file that goes away."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.soak import company
from benchmarks.soak.ledger import Moves
from benchmarks.soak.process import Process
from benchmarks.soak.report import Report

_LOADER_SECONDS = 120


class Embedded:
    """One file, and what is done to it while it is served."""

    back_within = 3.0
    """Seconds after which the service must be ready again when nothing is broken any more."""
    more_sessions = 8
    """At the end than after the warm-up: each answer under way has one, and they are kept."""

    def __init__(self, checkout: Path, folder: Path, report: Report) -> None:
        self.moves = Moves()
        self.settings = {"ODM_SQLITE_PATH": str(folder / "odm.db")}
        self._checkout = checkout
        self._folder = folder
        self._report = report
        self._generation = 0
        self._writing = threading.Lock()
        self.incidents = [(self._goes_away, True), (self._is_locked, False)]
        """What can happen, and whether requests may fail of it."""
        prices = folder / "prices.csv"
        prices.write_text(company.PRICES, encoding="utf-8")
        self._load(["prices", "--benchmark", "brent", "--quiet", str(prices)])
        self.moves.load(1, self._whole)

    @classmethod
    @contextmanager
    def opened(cls, checkout: Path, folder: Path, report: Report) -> Iterator["Embedded"]:
        yield cls(checkout, folder, report)

    def _whole(self) -> None:
        self._generation = 1
        self._load_generation(company.files(1, whole=True))

    def move(self, chance: random.Random) -> None:
        """Load the next generation; some loaders are killed on their way, and then run again."""
        with self._writing:
            self._generation += 1
            text = company.files(self._generation, whole=False)
            kill_after = chance.uniform(0.05, 0.5) if chance.random() < 0.2 else 0
            self.moves.load(self._generation, lambda: self._load_twice(text, kill_after))

    def _load_twice(self, text: str, kill_after: float) -> None:
        if kill_after:
            self._report.incidents["killed loader"] += 1
            self._load_generation(text, kill_after)
        self._load_generation(text)

    def _load_generation(self, text: str, kill_after: float = 0) -> None:
        path = self._folder / "production.csv"
        path.write_text(text, encoding="utf-8")
        self._load(["production", "--benchmark", "brent", "--quiet", str(path)], kill_after)

    def _load(self, arguments: list[str], kill_after: float = 0) -> None:
        environment = {**os.environ, **self.settings, "PYTHONPATH": str(self._checkout)}
        loader = subprocess.Popen(
            [sys.executable, "-m", "app", "load", *arguments],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if kill_after:
            try:
                loader.wait(kill_after)
            except subprocess.TimeoutExpired:
                loader.send_signal(signal.SIGKILL)
        _, said = loader.communicate(timeout=_LOADER_SECONDS)
        if loader.returncode and not (kill_after and loader.returncode == -signal.SIGKILL):
            words = said.decode("utf-8", "replace")
            self._report.wrong(f"load {arguments[0]}: status {loader.returncode}: {words}")

    def _goes_away(self, chance: random.Random) -> None:
        """The file is not there for a moment."""
        path = Path(self.settings["ODM_SQLITE_PATH"])
        with self._writing:
            self._report.incidents["file away"] += 1
            aside = path.rename(path.with_suffix(".aside"))
            self._report.quiet.wait(chance.uniform(0.3, 2))
            aside.rename(path)

    def _is_locked(self, chance: random.Random) -> None:
        """Another program writes for some seconds: nobody who reads may notice."""
        with self._writing:
            self._report.incidents["locked"] += 1
            writer = sqlite3.connect(self.settings["ODM_SQLITE_PATH"], isolation_level=None)
            writer.execute("BEGIN EXCLUSIVE")
            self._report.quiet.wait(chance.uniform(0.5, 2))
            writer.execute("ROLLBACK")
            writer.close()

    def is_of_database(self, name: str) -> bool:
        """Whether a descriptor leads to the file, or to one beside it."""
        return "odm.db" in name

    def sessions(self, process: Process) -> int:
        """Descriptors on the file: a session has one."""
        return sum(name.endswith("odm.db") for name in process.files)

    def settle(self, process: Process) -> str:
        """What is not as it is when nobody asks; empty when all is."""
        return "" if process.is_ready() else "not ready"

    def findings(self) -> list[str]:
        return []

    def told(self) -> str:
        return ""

    def after_end(self) -> str:
        """What is left over once the service has ended."""
        return ""
