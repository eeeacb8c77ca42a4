"""Answers of any size pass through in the same memory, and in time that grows no faster."""

import os
from pathlib import Path

import httpx
import pytest

from tests.test_service import started
from tests.wells.oracle.database import Endless, Package
from tests.wire.oracle import Clob, ServerProcess

pytestmark = pytest.mark.slow

MB = 1_000_000


class Sized(Package):
    """Every document is as large as the test wants it."""

    def __init__(self, size: int) -> None:
        super().__init__(self._document)
        self.size = size

    async def _document(self, _name: str, _arguments: object) -> Clob:
        return Clob(Endless(self.size))  # type: ignore[arg-type]


def memory(pid: int, field: str) -> int:
    """A line of /proc/PID/status, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def work(pid: int) -> float:
    """The seconds of processor time that a process has had: others do not change them."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fetch(client: httpx.Client, pid: int, size: int) -> float:
    """Read an answer of that size, checking each piece; the work that it was for the service."""
    text = Endless(size)
    at = 0
    before = work(pid)
    path = f"/well-list?division_id={size}"  # another question each time: none is kept
    with client.stream("GET", path, headers={"accept-encoding": "identity"}) as response:
        for piece in response.iter_raw():
            assert piece.decode() == text[at : at + len(piece)]
            at += len(piece)
    assert at == size
    return work(pid) - before


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("cache", [{}, {"ODM_CACHE_MEGABYTES": "0"}], ids=["usual", "none kept"])
def test_200_mb(tmp_path: Path, cache: dict[str, str]) -> None:
    """200 MB: less than 8 MB of memory more than 2 MB take, at most a trip a MB, linear time."""
    with ServerProcess(Sized, 2 * MB) as oracle:
        host, _, port = oracle.dsn.partition("/")[0].partition(":")
        settings = {
            "ORACLE_USER": "scott",
            "ORACLE_PASSWORD": "tiger",
            "ORACLE_HOST": host,
            "ORACLE_PORT": port,
            "ORACLE_SERVICE_NAME": oracle.dsn.partition("/")[2],
            "ORACLE_POOL_SIZE": "1",
            "ODM_VERSION_POLL_SECONDS": "60",  # so that the trips are the answer's
        }
        with started(tmp_path, **settings, **cache) as (process, client):
            fetch(client, process.pid, 2 * MB)
            before = memory(process.pid, "VmRSS")
            oracle.handler.size = 40 * MB
            fifth = fetch(client, process.pid, 40 * MB)
            oracle.handler.size = 200 * MB
            with oracle.measure() as spent:
                whole = fetch(client, process.pid, 200 * MB)
            assert memory(process.pid, "VmHWM") - before < 8 * MB
            assert spent.round_trips <= 200
            assert spent.bytes_out <= 1.05 * 200 * MB
            assert whole < 5 * fifth * 2.5  # five times as much for quadratic time
            assert oracle.stats().open_temporary_lobs == 0
        assert oracle.failures() == []
