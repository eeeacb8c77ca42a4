"""The service on Oracle: the real driver, over TCP, against the wire server."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from app.wells.oracle.transport import VERSION_PROCEDURE
from tests.support.running import running
from tests.wells.oracle.database import from_embedded
from tests.wells.oracle.settings import POOL, settings_for
from tests.wire.oracle import PROFILES, Control, ServerProcess
from tests.wire.oracle.client import eventually
from tests.wire.oracle.session import SessionInfo

DIRECT: dict[str, object] = {"odm_cache_megabytes": 0, "odm_version_poll_seconds": 60}
"""Nothing is kept, and the version is asked for once: each request leads to its own calls, and
there are no others."""

USUAL = {name: Settings.model_fields[name].default for name in DIRECT}
"""As the service is without settings: answers are kept, and come ahead of their clients."""

FOLDER = Path(__file__).parent
WELL_DAYS = "/well-summary-by-day?well_id=11&division_id=7"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The driver leaves the socket of a connection that was reset to the garbage collector."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(autouse=True, scope="module")
def _no_rubbish_for_others() -> Iterator[None]:
    """What a reset connection leaves is collected here, where its warning is ignored."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are not settings: no test meets them by being slow, either."""
    monkeypatch.setattr("app.wells.oracle.gateway.CHECK_WAIT_SECONDS", 20)
    monkeypatch.setattr("app.wells.oracle.gateway.CHECK_SECONDS", 20)
    monkeypatch.setattr("app.wells.oracle.gateway.VERSION_SECONDS", 20)
    monkeypatch.setattr("app.wells.oracle.pool.CLOSE_SECONDS", 20)


@pytest.fixture
def oracle(database: Path) -> Iterator[Control]:
    """A database of the company's data (19c). It must not have had bugs of its own."""
    with ServerProcess(from_embedded, database) as server:
        yield server
        assert server.failures() == []


@pytest.fixture(params=sorted(PROFILES))
def profile(request: pytest.FixtureRequest) -> str:
    """Each release that the wire server can be."""
    return str(request.param)


@contextmanager
def serving(oracle: Control, **changes: object) -> Iterator[httpx.Client]:
    """The service on this database, DIRECT unless `changes` say otherwise.

    The client wants answers as the database gives them, uncompressed. Afterwards the service must
    have left no session behind.
    """
    with running(settings_for(oracle, **{**DIRECT, **changes})) as client:
        client.headers["accept-encoding"] = "identity"
        yield client
    eventually(lambda: not oracle.sessions())
    stats = oracle.stats()
    assert stats.open_temporary_lobs == 0 or stats.dropped  # (a call may outlive its session)


@contextmanager
def connected(oracle: Control, **changes: object) -> Iterator[httpx.Client]:
    """The service on this database, with all of its sessions, and when it knows the version."""
    with serving(oracle, **changes) as client:
        assert client.get("/readyz").status_code == 200
        eventually(lambda: oracle.stats().logons == POOL + 1)
        eventually(lambda: oracle.stats().calls_by_action[f"ODM/{VERSION_PROCEDURE}"] > 0)
        eventually(lambda: not any(s.sql for s in oracle.sessions()))
        yield client


@pytest.fixture(params=[DIRECT, USUAL], ids=["direct", "usual"])
def caching(request: pytest.FixtureRequest) -> dict[str, object]:
    """The settings of what must hold with the cache and without it."""
    return dict(request.param)


def for_answers(oracle: Control) -> list[SessionInfo]:
    """The sessions, but for the one that only asks for the version."""
    return [session for session in oracle.sessions() if session.action != VERSION_PROCEDURE]


@pytest.fixture
def client(oracle: Control) -> Iterator[httpx.Client]:
    """A client of the service, connected once."""
    with connected(oracle) as client:
        yield client


def assert_sound(oracle: Control, client: httpx.Client) -> None:
    """Every session is idle and clean, none is missing, and each can be used."""
    eventually(lambda: len(for_answers(oracle)) == POOL)
    eventually(lambda: not any(s.sql or s.temporary_lobs for s in oracle.sessions()))
    assert client.get("/readyz").status_code == 200
