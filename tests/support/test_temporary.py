"""Temporary files end with the process, also where that is killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.support.temporary import own_temporary_folder

ROOT = Path(__file__).parents[2]

CODE = """
import os, subprocess, sys, tempfile
from pathlib import Path
from tests.support.temporary import end_with_this_process, own_temporary_folder
place = own_temporary_folder()
assert own_temporary_folder() == place
engine = subprocess.Popen(["sleep", "1000"], cwd=Path(tempfile.mkdtemp(prefix="odm-engine-")))
end_with_this_process(engine)
kept = tempfile.NamedTemporaryFile()
by_a_shell = subprocess.run(["mktemp"], capture_output=True, text=True, check=True).stdout.strip()
assert {Path(kept.name).parent, Path(by_a_shell).parent} == {place}
print(place, engine.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("how", ["killed", "by itself", "with all its group"])
def test_nothing_is_left(how: str, tmp_path: Path) -> None:
    """Files, folders and an engine that still runs are gone when their process is."""
    with subprocess.Popen(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        place, engine = process.stdout.readline().split()
        assert Path(place).parent == tmp_path
        assert len(list(Path(place).iterdir())) >= 3
        assert _runs(engine)
        if how == "killed":
            process.kill()
        elif how == "by itself":
            process.stdin.close()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while Path(place).exists() or _runs(engine):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []


def _runs(process: str) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False


def test_these_tests_have_one() -> None:
    """Whatever a test puts into a temporary file lies there."""
    with tempfile.TemporaryDirectory() as folder:
        assert Path(folder).parent == own_temporary_folder()
