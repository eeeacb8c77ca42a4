"""The service on Oracle beside the plain way: `python -m benchmarks.oracle`.

Both run at once, on the same wire server and each on a pool of 8 sessions, and are asked in turns;
what counts are the ratios of requests a second, round by round (median, least - most). Beside them
stands what a request costs each service in processor time, which other programs disturb less. The
database, both services and the client share the machine's cores.
"""

import argparse
import os
import statistics
from contextlib import ExitStack
from pathlib import Path

from benchmarks.http import Server, requests_per_second, serving
from benchmarks.wire import make
from tests.wire.oracle import ServerProcess

WORKS = [
    ("small (200 bytes)", 200, 1),
    ("330 KB", 330_000, 1),
    ("3.5 MB", 3_500_000, 1),
    ("small (200 bytes)", 200, 50),
    ("330 KB", 330_000, 50),
]
"""Name, bytes of the answer, and clients that ask at once."""


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Rates:
    """What one service did, round by round."""

    def __init__(self, server: Server, path: str, clients: int) -> None:
        self._server = server
        self._path = path
        self._clients = clients
        self.per_second: list[float] = []
        self._cpu_ms: list[float] = []

    def run(self, seconds: float) -> None:
        before = cpu_seconds(self._server.pid)
        rate = requests_per_second(self._server.port, self._path, seconds, self._clients)
        rate = max(rate, 1 / seconds)  # none was finished in time
        self.per_second.append(rate)
        self._cpu_ms.append(1000 * (cpu_seconds(self._server.pid) - before) / rate / seconds)

    def forget(self) -> None:
        self.per_second.clear()
        self._cpu_ms.clear()

    def __str__(self) -> str:
        rate, cpu = statistics.median(self.per_second), statistics.median(self._cpu_ms)
        return f"{rate:>9.0f}{cpu:>8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latencies", default="0,1,5", help="milliseconds of a round trip")
    parser.add_argument("--profile", default="19c")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    with (
        ServerProcess(make, profile=options.profile) as database,
        ExitStack() as stack,
    ):
        account = {"ORACLE_USER": "scott", "ORACLE_PASSWORD": "tiger", "ORACLE_DSN": database.dsn}
        # Every answer is to come from the database.
        quiet = {"ODM_LOG_LEVEL": "warning", "ODM_CACHE_MEGABYTES": "0"}
        odm = stack.enter_context(serving("service:app", {**account, **quiet}))
        plain = stack.enter_context(serving("benchmarks.plain_oracle:app", account))
        print(f"{options.profile}; requests/s, CPU ms a request; ratio of requests/s\n")
        print(f"{'':18}{'clients':>8}{'ms/trip':>8}{'odm/s':>9}{'CPU':>8}", end="")
        print(f"{'plain/s':>9}{'CPU':>8}  ratio: median (least - most)")
        for latency in map(float, options.latencies.split(",")):
            database.set(latency_s=latency / 1000)
            for work, size, clients in WORKS:
                path = f"/well-summary-by-day?well_id={size}&division_id=1"
                ours, theirs = Rates(odm, path, clients), Rates(plain, path, clients)
                seconds = options.seconds * (2 if size > 1000 and clients > 1 else 1)
                for turn in range(options.rounds + 1):
                    for each in (ours, theirs) if turn % 2 else (theirs, ours):
                        each.run(seconds)
                    if turn == 0:  # that was for warming up
                        ours.forget()
                        theirs.forget()
                ratios = sorted(
                    a / b for a, b in zip(ours.per_second, theirs.per_second, strict=True)
                )
                words = f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} - {ratios[-1]:.1f})"
                print(f"{work:18}{clients:>8}{latency:>8g}{ours}{theirs}  {words}", flush=True)


if __name__ == "__main__":
    main()
