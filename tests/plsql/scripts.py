"""The shipped SQL files, read as `python -m app install` reads them."""

import os
from pathlib import Path

from app.wells.oracle import scripts
from app.wells.oracle.scripts import Step, statements

__all__ = ["REPOSITORY", "SCRIPTS", "Step", "plan", "statements"]

REPOSITORY = Path(__file__).resolve().parents[2]
# The mutation test points this at a broken copy.
SCRIPTS = Path(os.environ.get("ODM_TEST_SCRIPTS", scripts.SCRIPTS))


def plan(script: str, folder: Path = SCRIPTS) -> list[Step]:
    """The plain files that a script run by hand lists, in order."""
    return scripts.plan(script, folder)
