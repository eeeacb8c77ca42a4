"""The choice of a side, and what a new embedded database is filled with."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings
from app.wells.backends import make_gateway
from app.wells.embedded.database import connect_for_writing

ROOT = Path(__file__).parents[2]
ORACLE = {
    "ORACLE_DSN": "db.example.com/odm",
    "ORACLE_USER": "odm_service",
    "ORACLE_PASSWORD": "s3cret",
}


async def opened(settings: Settings) -> None:
    gateway = make_gateway(settings)
    await gateway.open()
    await gateway.close()


def wells_in(path: Path) -> int:
    connection = connect_for_writing(path)
    ((wells,),) = connection.execute("SELECT count(*) FROM odm_well").fetchall()
    connection.close()
    return int(wells)


@pytest.mark.parametrize(("demo", "wells"), [(True, 200), (False, 0)])
def test_new_database(tmp_path: Path, demo: bool, wells: int) -> None:
    """A new database is filled with demo data, unless ODM_DEMO says no."""
    path = tmp_path / "odm.db"
    asyncio.run(opened(Settings(odm_sqlite_path=path, odm_demo=demo)))
    assert wells_in(path) == wells


IMPORTED = """
import sys
from app.settings import load_settings
from app.wells.backends import make_gateway
make_gateway(load_settings())
sides = {name for name in sys.modules if name.startswith(("app.wells.", "oracledb"))}
print(*sorted({".".join(name.split(".")[:3]) for name in sides}))
"""


@pytest.mark.parametrize(
    ("environment", "chosen", "other"),
    [
        ({}, "app.wells.embedded", {"app.wells.oracle", "oracledb"}),
        (ORACLE, "app.wells.oracle", {"app.wells.embedded", "app.wells.demo"}),
    ],
)
def test_only_the_chosen_side_is_imported(
    tmp_path: Path, environment: dict[str, str], chosen: str, other: set[str]
) -> None:
    """The service on one database does not load what only the other needs."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert chosen in imported
    assert not imported & other
