"""What a listener of /events is told on connecting."""

import json
from pathlib import Path

from app.settings import Settings
from tests.support.running import running


def test_empty_database(tmp_path: Path) -> None:
    """A database without data has a version, and no time at which it would have changed."""
    settings = Settings(odm_sqlite_path=tmp_path / "odm.db", odm_demo=False)
    with running(settings) as client, client.stream("GET", "/events") as response:
        lines = response.iter_lines()
        data = next(line for line in lines if line.startswith("data: "))
    told = json.loads(data.removeprefix("data: "))
    assert told["version"]
    assert told["changed_at"] is None
