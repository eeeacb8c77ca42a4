"""What it costs to bring one CLOB to the service, by way: `python -m benchmarks.transport`.

Each way runs in a process of its own against the wire server, on a statement that is parsed, as in
a pool. Trips and bytes are counted by the server; memory is the process's peak above what it had
before, and seconds are the median of the repetitions at each latency.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import oracledb

from app.settings import Settings
from app.wells.catalogue import WELL_SUMMARY_BY_DAY
from app.wells.oracle.transport import Document
from benchmarks.http import memory_mb, reset_peak
from benchmarks.wire import INLINE, PROCEDURE, make
from tests.wire.oracle import ServerProcess
from tests.wire.oracle.client import connect

MB = 1_000_000
CHUNK = Settings.model_fields["oracle_chunk_chars"].default
CHUNKS = Settings.model_fields["oracle_chunks_per_trip"].default


def callproc(connection: oracledb.Connection, size: int) -> oracledb.LOB:
    with connection.cursor() as cursor:
        out = cursor.var(oracledb.DB_TYPE_CLOB)
        cursor.callproc(PROCEDURE, [size, 1, out])
        lob: oracledb.LOB = out.getvalue()
        out.setvalue(0, None)
        return lob


def read_whole(connection: oracledb.Connection, size: int) -> Iterator[str | bytes]:
    yield callproc(connection, size).read()


def read_by(chars: int) -> Callable[[oracledb.Connection, int], Iterator[str | bytes]]:
    def read(connection: oracledb.Connection, size: int) -> Iterator[str | bytes]:
        lob = callproc(connection, size)
        for offset in range(1, lob.size() + 1, chars):
            yield lob.read(offset, chars)

    return read


def inline(connection: oracledb.Connection, size: int) -> Iterator[str | bytes]:
    with connection.cursor() as cursor:
        cursor.execute(INLINE, [size, 1], fetch_lobs=False)
        yield cursor.fetchone()[0]


def windows(chunks: int | None) -> Callable[[oracledb.Connection, int], Iterator[str | bytes]]:
    def read(connection: oracledb.Connection, size: int) -> Iterator[str | bytes]:
        binds = {"well_id": size, "division_id": 1}
        per_trip = chunks or size // CHUNK + 1
        document = Document(WELL_SUMMARY_BY_DAY, binds, CHUNK, per_trip)
        yield document.first(connection)
        while not document.complete:
            yield document.next(connection)
        if document.in_database:
            document.free(connection)

    return read


WAYS = {
    "callproc, one read()": read_whole,
    "callproc, read(offset, 4000)": read_by(4000),
    "callproc, read(offset, 256000)": read_by(256_000),
    "SELECT inline as LONG": inline,
    "array of chunks, all at once": windows(None),
    f"array of chunks, {CHUNKS} a trip": windows(CHUNKS),
}


def client(dsn: str, way: str, size: int, repetitions: int) -> None:
    """Measure in this process; what the server counts is asked for by the other one."""
    server = ServerProcess(make)
    server.dsn = dsn
    with connect(server) as connection:

        def run(size: int) -> int:
            return sum(len(piece) for piece in WAYS[way](connection, size))

        assert run(1000) == 1000  # parses the statement, and leaves no memory to be used again
        connection.ping()
        for _ in range(repetitions):
            reset_peak(os.getpid())
            before = memory_mb(os.getpid())
            print("ready", flush=True)
            sys.stdin.readline()
            began = time.perf_counter()
            assert run(size) == size
            spent = time.perf_counter() - began
            growth = memory_mb(os.getpid(), "VmHWM") - before
            print(json.dumps({"seconds": spent, "mb": growth}), flush=True)
            sys.stdin.readline()


def measure(
    server: ServerProcess, way: str, size: int, repetitions: int
) -> tuple[int, int, float, float]:
    """Trips, bytes received, seconds and MB of memory."""
    arguments = ["--client", server.dsn, way, str(size), str(repetitions)]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.transport", *arguments],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        runs = []
        for _ in range(repetitions):
            assert process.stdout.readline() == "ready\n"
            with server.measure() as spent:
                process.stdin.write("go\n")
                process.stdin.flush()
                runs.append(json.loads(process.stdout.readline()))
            process.stdin.write("next\n")
            process.stdin.flush()
        seconds = statistics.median(run["seconds"] for run in runs)
        memory = runs[0]["mb"]  # later ones use again what the first one took
        return spent.round_trips, spent.bytes_out, seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="330000,1000000,20000000")
    parser.add_argument("--latencies", default="0,1,5", help="milliseconds of a round trip")
    parser.add_argument("--profile", default="19c")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--client", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        dsn, way, size, repetitions = options.client
        client(dsn, way, int(size), int(repetitions))
        return
    latencies = [float(text) for text in options.latencies.split(",")]
    with ServerProcess(make, profile=options.profile) as server:
        for size in map(int, options.sizes.split(",")):
            print(f"\n{size:,} bytes of JSON on {options.profile}")
            heads = "".join(f"{f's at {latency:g} ms':>12}" for latency in latencies)
            print(f"{'':32}{'trips':>7}{'MB in':>8}{'memory MB':>11}{heads}")
            for way in WAYS:
                seconds = []
                for latency in latencies:
                    server.set(latency_s=latency / 1000)
                    few = 1 if size > MB and "4000)" in way else options.repetitions
                    trips, received, spent, memory = measure(server, way, size, few)
                    seconds.append(spent)
                cells = "".join(f"{each:>12.4f}" for each in seconds)
                print(f"{way:32}{trips:>7}{received / MB:>8.2f}{memory:>11.1f}{cells}", flush=True)


if __name__ == "__main__":
    main()
