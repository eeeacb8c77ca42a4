"""The shipped SQL files, read as `python -m app install` reads them."""

import os
from pathlib import Path

from app.wells.oracle import scripts, transport
from app.wells.oracle.scripts import Step, statements

__all__ = ["REPOSITORY", "SCRIPTS", "TRANSPORT", "Step", "plan", "shipped", "statements"]

REPOSITORY = Path(__file__).resolve().parents[2]
# The mutation test points these at a broken copy.
SCRIPTS = Path(os.environ.get("ODM_TEST_SCRIPTS", scripts.SCRIPTS))
TRANSPORT = Path(os.environ.get("ODM_TEST_TRANSPORT", transport.__file__))


def shipped(name: str) -> Path:
    """A file of database/oracle, or the module that has the chunk transport's blocks."""
    return TRANSPORT if name == "transport.py" else SCRIPTS / name


def plan(script: str, folder: Path = SCRIPTS) -> list[Step]:
    """The plain files that a script run by hand lists, in order."""
    return scripts.plan(script, folder)
