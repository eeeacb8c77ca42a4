"""Everything at once for minutes, and then a verdict: `python -m benchmarks.soak --minutes 10`.

The service runs as it is shipped, on both backends and with its cache on and off, each in a process
of its own with a database of its own. Clients ask for every format and coding, with conditions,
for pages and for nonsense; they listen, read slowly and vanish. Meanwhile the data moves, loaders
are killed, and the database loses sessions, hangs, fails, restarts and refuses the password.

Every body is compared with what it must be. The soak ends with status 1, and says why, if anything
was wrong, or if memory, descriptors, threads or sessions were left over.
"""

import argparse
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.soak.arena import KINDS, Arena, Options
from tests.support.temporary import own_temporary_folder
from tests.wire.oracle import launcher

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the soak; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10, help="of load, after the warm-up")
    parser.add_argument("--rate", type=float, default=15, help="requests a second to each service")
    parser.add_argument("--seed", type=int, default=None, help="for the choices of an earlier run")
    parser.add_argument("--only", default="", help="kinds of service with this in their name")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="the service to be run")
    parser.add_argument("--logs", type=Path, help="a folder to leave the services' logs in")
    given = parser.parse_args()
    seed = int(time.time()) if given.seed is None else given.seed
    kinds = [kind for kind in KINDS if given.only in kind.name]
    if not kinds:
        parser.error(f"--only: it is one of {'; '.join(kind.name for kind in KINDS)}")
    own_temporary_folder()
    launcher.start()  # before there is any thread
    print(f"seed {seed}; {given.minutes:g} minutes at {given.rate:g} requests/s for each service")
    options = Options(given.checkout.resolve(), given.minutes * 60, given.rate, seed, given.logs)
    arenas = [Arena(kind, options) for kind in kinds]
    threads = [threading.Thread(target=arena.run) for arena in arenas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print_table(arenas)
    for arena in arenas:
        arena.tell()
    failed = [arena.kind.name for arena in arenas if arena.findings]
    print(f"FAILED: {'; '.join(failed)}" if failed else "nothing was wrong, nothing is left over")
    return 1 if failed else 0


def print_table(arenas: list[Arena]) -> None:
    """What came of it: a column for each service."""
    rows: dict[str, list[str]] = {}
    for arena in arenas:
        for name, text in columns(arena).items():
            rows.setdefault(name, []).append(text)
    names = ["", *(arena.kind.name for arena in arenas)]
    width = max(len(text) for text in [*names, *(t for texts in rows.values() for t in texts)]) + 2
    first = max(map(len, rows)) + 2
    for name, texts in {"": names[1:], **rows}.items():
        print(f"{name:{first}}" + "".join(f"{text:>{width}}" for text in texts))
    for arena in arenas:
        report = arena.report
        print(
            f"{arena.kind.name}: {_told(report.right)}; incidents: {_told(report.incidents)};",
            end="",
        )
        print(f" failed under a fault: {_told(report.excused) or 'none'}")


def columns(arena: Arena) -> dict[str, str]:
    """A column of the table."""
    report, trend = arena.report, arena.trend
    before, after = arena.before, arena.after
    held = {
        what: f"{getattr(before, what)} > {getattr(after, what)}" if before and after else "-"
        for what in ("files", "threads", "sessions")
    }
    return {
        "right answers": f"{report.right_count:,}",
        "failed under a fault": f"{sum(report.excused.values()):,}",
        "failed without one": f"{len(report.unexcused):,}",
        "right without one": f"{report.share:.3%}",
        "wrong": f"{report.wrong_count:,}",
        "vanished clients": f"{report.vanished:,}",
        "versions / tags": f"{arena.versions:,} / {arena.tags:,}",
        "incidents": f"{sum(report.incidents.values()):,}",
        "ms: median, 99 %": f"{report.milliseconds(0.5):.1f}, {report.milliseconds(0.99):.0f}",
        "longest, s": f"{report.longest:.1f}",
        "memory, MB": f"{trend.first:.0f} > {trend.last:.0f}" if trend else "-",
        "MB a minute": f"{trend.slope:+.2f} ± {trend.noise:.2f}" if trend else "-",
        **held,
        "log-ons/refused/turned away": arena.dials or "-",
    }


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())


if __name__ == "__main__":
    sys.exit(main())
