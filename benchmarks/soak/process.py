"""The service as it is shipped, in a process of its own, and what that process holds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.http import memory_mb
from benchmarks.soak.connection import BROKEN, Connection
from tests.support.running import free_port

_BAD = ("unexpected error", "Traceback (most recent", "never retrieved", "Exception in", "CRITICAL")
"""What no line of the log may hold, whatever has been broken."""


class Held(NamedTuple):
    """What the process holds."""

    files: int
    """Descriptors, of sockets and files."""
    threads: int
    sessions: int
    """On its database."""


class Process:
    """A service that is running."""

    def __init__(self, popen: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.port = port
        self.pid = popen.pid
        self._popen = popen
        self._log = log

    @property
    def ended(self) -> bool:
        return self._popen.poll() is not None

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        return memory_mb(self.pid)

    @property
    def files(self) -> list[str]:
        """What its descriptors lead to."""
        found = []
        for link in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(OSError):
                found.append(str(link.readlink()))
        return found

    @property
    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def is_ready(self) -> bool:
        """Whether it says that it can answer."""
        try:
            return Connection(self.port).ask("/readyz", {"Connection": "close"}).status == 200
        except BROKEN:
            return False

    def is_current(self) -> bool:
        """Whether its answers are not marked as stale."""
        try:
            reply = Connection(self.port).ask("/division-list", {"Connection": "close"})
        except BROKEN:
            return False
        return reply.status == 200 and "warning" not in reply.headers

    def stop(self) -> str:
        """End it as systemd does; returns what was wrong with its end."""
        if self.ended:
            return f"the service has ended by itself, with status {self._popen.returncode}"
        self._popen.terminate()
        try:
            status = self._popen.wait(45)
        except subprocess.TimeoutExpired:
            return "the service has not ended 45 s after SIGTERM"
        return "" if status in (0, -signal.SIGTERM) else f"exit status {status} after SIGTERM"

    def complaints(self) -> list[str]:
        """Lines of the log that must not be there, each kind once."""
        found: dict[str, str] = {}
        with self._log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                for bad in _BAD:
                    if bad in line:
                        found.setdefault(bad, line.strip()[:300])
        return [f"in the log: {line}" for line in found.values()]


@contextmanager
def started(
    checkout: Path, folder: Path, path: Path, settings: Mapping[str, str]
) -> Iterator[Process]:
    """`python service.py` of that checkout, in the folder, once it answers; `path` is its log."""
    port = free_port()
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ODM_", "ORACLE_"))
    }
    environment = {**clean, "ODM_PORT": str(port), "ODM_DEMO": "false", **settings}
    with path.open("wb") as log:
        popen = subprocess.Popen(
            [sys.executable, str(checkout / "service.py")],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    process = Process(popen, port, path)
    try:
        deadline = time.monotonic() + 60
        while not process.is_ready():
            assert not process.ended, path.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, path.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield process
    finally:
        if not process.ended:
            popen.kill()
            popen.wait()
