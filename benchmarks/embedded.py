"""The embedded default beside its peers: `make bench`, or `python -m benchmarks.embedded`.

Everything runs interleaved in one run, and what counts are the ratios: requests a second of the
service divided by those of a peer, round by round (median, with least and most). `hot` is what it
does for repeated requests, `cold` with ODM_CACHE_MEGABYTES=0: each answer is read from SQLite. No
server logs its requests.
"""

import argparse
import datetime
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import MappingProxyType

from app.wells.demo import load_demo
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow
from benchmarks.http import (
    HOST,
    Server,
    connect,
    first_byte_ms,
    memory_mb,
    request,
    requests_per_second,
    reset_peak,
    serving,
)
from tests.support.temporary import own_temporary_folder

FIRST_DAY = datetime.date(1971, 1, 1)
WELLS = {1: 1, 1826: 2, 20_000: 3}
"""Wells of a division of their own, by their number of days."""

WORKS = {
    "division list": "/division-list",
    "one well": "/well-summary?well_id=3001&division_id=30",
    "1,826 days": "/well-summary-by-day?well_id=2&division_id=1",
    "20,000 days": "/well-summary-by-day?well_id=3&division_id=1",
}
ONE_DAY = "/well-summary-by-day?well_id=1&division_id=1"
CONNECTIONS = 4
READERS = 50


def make_database(path: Path) -> None:
    """Demo data, and the wells of `WELLS`."""
    connection = connect_for_writing(path)
    store = EmbeddedStore(connection, path)
    load_demo(store)
    with store.production("brent") as load:
        for days, well_id in WELLS.items():
            load.add(
                [
                    ProductionRow(
                        well_id * 100_000 + n,
                        well_id,
                        (FIRST_DAY + datetime.timedelta(n)).isoformat(),
                        "",
                        1_000_000 + n * 37 % 900_000,
                        f"Well {well_id}",
                        1,
                        "Benchmark division",
                    )
                    for n in range(days)
                ]
            )
        load.commit()
    connection.close()


def make_smallest(source: Path, target: Path) -> None:
    """The flat tables of the smallest service, with the same rows as binary floats."""
    database = sqlite3.connect(target)
    database.execute("ATTACH ? AS odm", (str(source),))
    database.executescript(
        """
        CREATE TABLE division AS SELECT division_id, division_name FROM odm.odm_division;
        CREATE TABLE well AS
        SELECT well_id, well_name, division_id, division_name,
               CAST(total_oil_produced AS REAL) AS total_oil_produced,
               CAST(total_budget AS REAL) AS total_budget,
               CAST(total_actual AS REAL) AS total_actual,
               CAST(total_oil_sales AS REAL) AS total_oil_sales,
               period
          FROM odm.get_well_summary_data_mv;
        CREATE TABLE day AS
        SELECT well_id, well_name, division_id, division_name, date_value,
               oil_milli_bbl / 1000.0 AS oil_produced,
               price_milli_usd / 1000.0 AS oil_price,
               sales_cents / 100.0 AS oil_sales,
               day.period
          FROM odm.get_well_summary_by_day_vw AS day
          JOIN odm.get_well_summary_data_mv USING (well_id);
        CREATE INDEX division_key ON division (division_id);
        CREATE INDEX well_key ON well (well_id, division_id);
        CREATE INDEX day_key ON day (well_id, division_id, date_value);
        """
    )
    database.close()


def make_before(checkout: Path, path: Path) -> None:
    """The same database as the other checkout makes it."""
    program = "import sys; from pathlib import Path; from benchmarks.embedded import make_database"
    command = [sys.executable, "-c", f"{program}; make_database(Path(sys.argv[1]))", str(path)]
    subprocess.run(command, cwd=checkout, check=True)


def answer_of(server: Server, path: str) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body, as repeated requests get them."""
    for _ in range(2):
        with urllib.request.urlopen(f"http://{HOST}:{server.port}{path}") as response:
            headers, body = response.getheaders(), response.read()
    mine = {"date", "server", "connection", "content-length"}  # the server's; the length comes last
    kept = [(name, value) for name, value in headers if name.lower() not in mine]
    return [*kept, ("content-length", str(len(body)))], body


def rounds_of(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """The rates of each contestant, round by round, in ever another order."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(-1, rounds):
        for name in sorted(contestants, key=lambda name: hash((name, turn))):
            rate = contestants[name]()
            if turn >= 0:  # the first round warms up
                rates[name].append(rate)
    return rates


def compare(
    title: str,
    ours: Server,
    peers: dict[str, Server],
    options: argparse.Namespace,
    tags: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Print the ratios of requests a second, work by work; with tags, of 304s."""
    print(f"\n{title:14}{'service/s':>10}" + "".join(f"{name:>26}" for name in peers))
    for number, (work, path) in enumerate(WORKS.items()):
        contestants: dict[str, Callable[[], float]] = {}
        for name, server in {"service": ours, **peers}.items():
            contestants[name] = partial(
                requests_per_second,
                server.port,
                f"/{number}" if name == "bare" else path,
                options.seconds,
                CONNECTIONS,
                tags.get(work, ""),
            )
        rates = rounds_of(contestants, options.rounds)
        cells = []
        for peer in peers:
            ratios = [a / b for a, b in zip(rates["service"], rates[peer], strict=True)]
            spread = f"({min(ratios):.2f} - {max(ratios):.2f})"
            cells.append(f"{statistics.median(ratios):>10.2f} {spread:>15}")
        print(f"{work:14}{statistics.median(rates['service']):>10.0f}" + "".join(cells))


def compare_first_bytes(server: Server, times: int) -> None:
    """Print how much later the first byte of a long answer comes than that of a short one."""
    pairs = [
        (first_byte_ms(server.port, WORKS["20,000 days"]), first_byte_ms(server.port, ONE_DAY))
        for _ in range(times)
    ]
    long_ms, short_ms = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"\nfirst byte: 20,000 days {long_ms:.2f} ms, 1 day {short_ms:.2f} ms", end="")
    print(f"; median of the differences {statistics.median(a - b for a, b in pairs):.2f} ms")


def measure_memory(server: Server) -> None:
    """Print how the server's memory grows while many clients read the long answer at once."""
    for _ in range(5):
        first_byte_ms(server.port, WORKS["20,000 days"])
    reset_peak(server.pid)
    before = memory_mb(server.pid)
    barrier = threading.Barrier(READERS)
    counts = []

    def read() -> None:
        with connect(server.port) as connection:
            barrier.wait()
            plain = request(WORKS["20,000 days"])
            connection.sendall(plain.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            received = 0
            while data := connection.recv(1 << 16):
                received += len(data)
            counts.append(received)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(counts)) == 1, "an answer was cut"
    growth = memory_mb(server.pid, "VmHWM") - before
    print(
        f"\n{READERS} clients at once, {counts[0]:,} bytes each: the server's memory grew by ",
        end="",
    )
    print(f"{growth:.1f} MB at its peak (from {before:.1f} MB)")


def main() -> None:
    own_temporary_folder()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.7)
    parser.add_argument(
        "--before", type=Path, help="another checkout, whose service is measured in the same run"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        make_database(folder / "odm.db")
        make_smallest(folder / "odm.db", folder / "smallest.db")
        environment = {
            "ODM_SQLITE_PATH": str(folder / "odm.db"),
            "ODM_TEST_BENCH": name,
            "ODM_LOG_LEVEL": "warning",  # as for the peers, no line a request
        }
        hot = stack.enter_context(serving("service:app", environment))
        cold = stack.enter_context(
            serving("service:app", {**environment, "ODM_CACHE_MEGABYTES": "0"})
        )
        tags = {}
        for number, (work, path) in enumerate(WORKS.items()):
            head, body = answer_of(hot, path)
            tags[work] = dict(head)["etag"]
            (folder / f"{number}.head").write_text(json.dumps(head), encoding="ascii")
            (folder / f"{number}.body").write_bytes(body)
            print(f"{work:14}{len(body):>10,} bytes")
        peers = {
            peer: stack.enter_context(serving(f"benchmarks.peers:{peer}", environment))
            for peer in ("bare", "smallest", "smallest_async")
        }
        print(
            "\nrequests/s of the service divided by a peer's, interleaved: median (least - most);"
        )
        print(f"{CONNECTIONS} connections, {options.rounds} rounds of {options.seconds:g} s each")
        compare("hot", hot, peers, options)
        compare("304", hot, {"bare": peers["bare"]}, options, tags)
        if options.before:
            make_before(options.before, folder / "before.db")
            before = {**environment, "ODM_SQLITE_PATH": str(folder / "before.db")}
            peers["before"] = stack.enter_context(
                serving("service:app", before, options.before.absolute())
            )
        compare("cold", cold, peers, options)
        compare_first_bytes(cold, 30)
        measure_memory(hot)


if __name__ == "__main__":
    main()
