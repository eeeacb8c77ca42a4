"""SIGTERM: running answers finish within the limit, new ones are refused, no session is left."""

import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests import company
from tests.conftest import rows_of
from tests.oracle.settings import POOL
from tests.oracle_wire import ServerThread
from tests.oracle_wire.client import eventually
from tests.test_service import started


def environment_for(oracle: ServerThread, **changes: str) -> dict[str, str]:
    return {
        "ORACLE_USER": "scott",
        "ORACLE_PASSWORD": "tiger",
        "ORACLE_DSN": oracle.dsn,
        "ORACLE_POOL_SIZE": str(POOL),
        **changes,
    }


def test_running_answers_finish(oracle: ServerThread, tmp_path: Path) -> None:
    """The answer under way is sent whole, and the listener is closed meanwhile."""
    oracle.inject("delay", operation="*execute*", sql="Get_Division_Summary", seconds=1)
    with started(tmp_path, **environment_for(oracle)) as (process, client):
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(client.get("/division-summary")))
        asking.start()
        eventually(lambda: oracle.stats().faults["delay"] == 1)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{client.base_url}/healthz", trust_env=False)
        asking.join()
        assert rows_of(answers[0]) == company.division_summary()
        output, _ = process.communicate(timeout=10)
    assert "Traceback" not in output
    assert "tiger" not in output
    eventually(lambda: not oracle.sessions())
    assert oracle.stats().logoffs >= 1
    assert oracle.stats().open_temporary_lobs == 0


def test_limit(oracle: ServerThread, tmp_path: Path) -> None:
    """What takes longer than the limit is cancelled in the database."""
    oracle.inject("hang", operation="*execute*", sql="Get_Division_Summary")
    with started(tmp_path, **environment_for(oracle, ODM_SHUTDOWN_SECONDS="1")) as (
        process,
        client,
    ):

        def ask() -> None:
            with suppress(httpx.RemoteProtocolError):  # or else the server still says so
                assert client.get("/division-summary").status_code == 500

        asking = threading.Thread(target=ask)
        asking.start()
        eventually(lambda: oracle.stats().faults["hang"] == 1)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 5
        asking.join()
    assert "broken off by the shutdown" in output
    assert sum(oracle.stats().breaks.values()) == 1
    eventually(lambda: not oracle.sessions())
