"""The service as people start it: what they are told when it cannot start, and how it stops."""

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow
from tests.support.running import free_port

ROOT = Path(__file__).parents[1]
PYTHON_SERVICE = [sys.executable, str(ROOT / "service.py")]
UVICORN = [sys.executable, "-m", "uvicorn", "service:app"]


def environment(**settings: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "ODM_DEMO": "false", **settings}


@contextmanager
def started(
    folder: Path, **settings: str
) -> Iterator[tuple["subprocess.Popen[str]", httpx.Client]]:
    """The service as a process of its own, once it answers."""
    port = free_port()
    process = subprocess.Popen(
        PYTHON_SERVICE,
        cwd=folder,
        env=environment(ODM_PORT=str(port), **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            deadline = time.monotonic() + 120
            while True:
                try:
                    client.get("/healthz")
                    break
                except httpx.ConnectError:
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
            yield process, client
    finally:
        process.kill()
        process.communicate()


def test_serves_and_stops(tmp_path: Path) -> None:
    """An empty database is served as [], within limits; SIGTERM ends the service with status 0, in
    silence."""
    with started(tmp_path) as (process, client):
        assert client.get("/division-list").json() == []
        assert client.get("/division-summary").json() == []
        assert client.get("/readyz").json()["database"] == "SQLite"
        assert client.get("/healthz", headers={"A": "b" * 40_000}).status_code == 431
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in output
    assert "limits of connections" not in output
    assert "GET /division-list 200 2 bytes" in output


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_env_file_that_others_read(tmp_path: Path, mode: int) -> None:
    """The log tells once of a .env that every account may read; the service starts all the same."""
    (tmp_path / ".env").write_text("ODM_LOG_FORMAT=json\n", encoding="utf-8")
    (tmp_path / ".env").chmod(mode)
    with started(tmp_path) as (process, client):
        assert client.get("/division-list").json() == []
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    warnings = [line for line in lines if line["level"] == "WARNING"]
    assert len(warnings) == (mode == 0o644)
    for warning in warnings:
        assert warning["logger"] == "odm.settings"
        assert ".env can be read by every account" in warning["message"]


@pytest.mark.slow
def test_killed_while_spooling(tmp_path: Path) -> None:
    """An answer that is gathered on disk, for HTTP/1.0, has no name there: none outlasts a kill."""
    place = tmp_path / "temporary"
    place.mkdir()
    store = EmbeddedStore(connect_for_writing(tmp_path / "odm.db"), tmp_path / "odm.db")
    days = (datetime.date(1900, 1, 1) + datetime.timedelta(n) for n in range(40_000))
    with store.production("brent") as load:
        load.add([ProductionRow(n, 1, str(day), "", n, "W", 2, "D") for n, day in enumerate(days)])
        load.commit()
    store.close()
    settings = {"TMPDIR": str(place), "ODM_CACHE_MEGABYTES": "0"}
    with started(tmp_path, **settings) as (process, client):
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((client.base_url.host, client.base_url.port))
            path = "/well-summary-by-day?well_id=1&division_id=2"
            slow.sendall(f"GET {path} HTTP/1.0\r\nHost: odm\r\n\r\n".encode())
            assert b"200 OK" in slow.recv(100)
            links = Path(f"/proc/{process.pid}/fd").iterdir()
            held = [str(link.readlink()) for link in links]
            (spool,) = [file for file in held if file.startswith(str(place))]
            assert spool.endswith(" (deleted)")
            assert list(place.iterdir()) == []
            process.kill()
            process.wait()
        assert list(place.iterdir()) == []


def refused(folder: Path, command: list[str], **settings: str) -> str:
    """What a start that fails says. It takes a status other than 0, and no traceback."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in output
    return output


@pytest.mark.slow
@pytest.mark.parametrize("command", [PYTHON_SERVICE, UVICORN], ids=["python", "uvicorn"])
@pytest.mark.parametrize("fault", ["corrupt", "folder", "setting", "misspelt"])
def test_cannot_start(tmp_path: Path, command: list[str], fault: str) -> None:
    """One line says what is wrong, however the service is started."""
    settings = {
        "corrupt": {"ODM_SQLITE_PATH": "letter.txt"},
        "folder": {"ODM_SQLITE_PATH": "nowhere/odm.db"},
        "setting": {"ODM_PORT": "eighty"},
        "misspelt": {"ODM_SQLITE_PAHT": "x"},
    }[fault]
    said = {
        "corrupt": "letter.txt: is not an SQLite database",
        "folder": "nowhere/odm.db: can't be opened",
        "setting": "ODM_PORT: Input should be a valid integer",
        "misspelt": "ODM_SQLITE_PAHT is not a setting; did you mean ODM_SQLITE_PATH?",
    }[fault]
    (tmp_path / "letter.txt").write_text("Dear sirs, " * 500, encoding="utf-8")
    output = refused(tmp_path, command, **settings)
    (line,) = [line for line in output.splitlines() if "ODM cannot start" in line]
    assert said in line


def test_port_in_use(tmp_path: Path) -> None:
    """A port that another program has is told with its setting, before any database is made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output = refused(tmp_path, PYTHON_SERVICE, ODM_PORT=str(port))
    assert f"ODM cannot start: 127.0.0.1 port {port}: Address already in use" in output
    assert "set ODM_HOST and ODM_PORT to another address" in output
    assert not (tmp_path / "odm.db").exists()
