"""A service on a socket, and what it was asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.observe.observation import Observation, RequestEnded, listen
from app.settings import Settings
from tests.support.running import running


@dataclass
class Service:
    """The demo data, by address."""

    url: str
    ended: list[RequestEnded] = field(default_factory=list)

    def days(self, suffix: str) -> str:
        """The address of a well's days as a file of that format."""
        return f"{self.url}/well-summary-by-day.{suffix}?well_id=3001&division_id=30"

    def asked(self) -> list[tuple[str, int]]:
        """Method and status of the requests since this was last asked."""
        ended, self.ended[:] = self.ended[:], []
        return [(each.method, each.status) for each in ended]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    path = tmp_path_factory.mktemp("clients") / "odm.db"
    with running(Settings(odm_sqlite_path=path)) as client:
        service = Service(str(client.base_url).rstrip("/"))
        stop = listen(lambda seen: _note(service, seen))
        yield service
        stop()


def _note(service: Service, seen: Observation) -> None:
    if isinstance(seen, RequestEnded):
        service.ended.append(seen)
