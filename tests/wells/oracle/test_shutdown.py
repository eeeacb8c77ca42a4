"""SIGTERM: running answers finish within the limit, new ones are refused, no session is left."""

import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import rows_of
from tests.support import company
from tests.test_service import started
from tests.wells.oracle.database import always
from tests.wells.oracle.settings import POOL
from tests.wire.oracle import Control, ServerProcess
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.slow


def environment_for(oracle: Control, **changes: str) -> dict[str, str]:
    return {
        "ORACLE_USER": "scott",
        "ORACLE_PASSWORD": "tiger",
        "ORACLE_DSN": oracle.dsn,
        "ORACLE_POOL_SIZE": str(POOL),
        **changes,
    }


def refuses(client: httpx.Client) -> bool:
    """Whether nobody listens where this client's service did."""
    try:
        httpx.get(f"{client.base_url}/healthz", trust_env=False)
    except httpx.ConnectError:
        return True
    except httpx.TransportError:
        pass
    return False


def test_running_answers_finish(oracle: Control, tmp_path: Path) -> None:
    """The answer under way is sent whole, and the listener is closed meanwhile."""
    oracle.handler.held = "Get_Division_Summary"
    with started(tmp_path, **environment_for(oracle)) as (process, client):
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(client.get("/division-summary")))
        asking.start()
        eventually(lambda: "Get_Division_Summary_Data" in dict(oracle.handler.asked))
        process.send_signal(signal.SIGTERM)
        eventually(lambda: refuses(client))
        assert not answers
        oracle.handler.held = None
        asking.join()
        assert rows_of(answers[0]) == company.division_summary()
        output, _ = process.communicate(timeout=60)
    assert "Traceback" not in output
    assert "tiger" not in output
    eventually(lambda: not oracle.sessions())
    assert oracle.stats().logoffs >= 1
    assert oracle.stats().open_temporary_lobs == 0


def test_limit(oracle: Control, tmp_path: Path) -> None:
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
        output, _ = process.communicate(timeout=60)
        assert time.monotonic() - began < 20  # and not the minute that the call may take
        asking.join()
    assert "broken off by the shutdown" in output
    eventually(lambda: sum(oracle.stats().breaks.values()) >= 1)
    eventually(lambda: not oracle.sessions())


LONG = "[" + " " * 10_000_000 + "]"
QUIET = {"PYTHONWARNINGS": "default"}
"""What is left behind is told."""


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("megabytes", ["0", "64", "1000"])
def test_limit_in_the_middle(tmp_path: Path, encoding: str, megabytes: str) -> None:
    """An answer of which some is there, kept or not, is cancelled as well; nothing is left over."""
    changes = {"ODM_SHUTDOWN_SECONDS": "1", "ODM_CACHE_MEGABYTES": megabytes, **QUIET}
    with ServerProcess(always, LONG) as oracle:
        oracle.inject("hang", operation="*execute*", sql="INTEGER := :start_at", skip=1)
        with started(tmp_path, **environment_for(oracle, **changes)) as (process, client):

            def ask() -> None:
                headers = {"accept-encoding": encoding}
                with (
                    suppress(httpx.RemoteProtocolError),
                    client.stream("GET", "/division-list", headers=headers) as response,
                ):
                    assert response.read() != LONG.encode()

            asking = threading.Thread(target=ask)
            asking.start()
            eventually(lambda: oracle.stats().faults["hang"] == 1)
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
            asking.join()
        assert process.returncode in (0, -signal.SIGTERM)
        assert "broken off by the shutdown" in output
        assert_nothing_left(output)
        assert sum(oracle.stats().breaks.values()) >= 1
        eventually(lambda: not oracle.sessions())
        assert oracle.failures() == []


def test_client_that_does_not_read(tmp_path: Path) -> None:
    """An answer that waits for its client ends with the service, and its CLOB is freed."""
    changes = {"ODM_SHUTDOWN_SECONDS": "1", **QUIET}
    with ServerProcess(always, LONG * 4) as oracle:
        with (
            started(tmp_path, **environment_for(oracle, **changes)) as (process, client),
            client.stream("GET", "/division-list", headers={"accept-encoding": "identity"}),
        ):
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
        assert "broken off by the shutdown" in output
        assert_nothing_left(output)
        eventually(lambda: not oracle.sessions())
        assert oracle.stats().open_temporary_lobs == 0
        assert oracle.failures() == []


def test_question_for_the_version(oracle: Control, tmp_path: Path) -> None:
    """The service does not wait for a database that does not tell the version."""
    oracle.inject("hang", operation="*execute*", sql=r"^BEGIN\s+Get_ODM_Data_Pkg\.Get_Data_Version")
    with started(tmp_path, **environment_for(oracle, **QUIET)) as (process, _):
        eventually(lambda: oracle.stats().faults["hang"] == 1)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert_nothing_left(output)
    assert "Traceback" not in output
    eventually(lambda: not oracle.sessions())


def assert_nothing_left(output: str) -> None:
    """No task, no file: nothing but the server's own line on the request that was cancelled."""
    for word in ("Warning", "was destroyed", "never retrieved", "never awaited"):
        assert word not in output
    assert output.count("Traceback") <= 1
