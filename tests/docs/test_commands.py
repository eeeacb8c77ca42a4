"""Every command that stands in a sentence of the docs is run too, in a form that ends."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import NAMES, ROOT, read

COMMAND = re.compile(
    r"`((?:make|python3?|curl|pip|uvicorn|docker|systemctl|sqlplus|npm|sudo|apt(?:-get)?|\.venv/\S+)"
    r" [^`]+)`"
)

HELP = ("python -m app", "python -m benchmarks.", "python service.py", "uvicorn ")
"""What begins so tells its options in place of going on for ever."""

ELSEWHERE = {
    "python -m tests.docs PAGE": "it writes pages; the tests of this folder run what it runs",
    "curl -N": "a console of the same page runs it",
    "curl -C - -o days.parquet": "tests/clients/test_curl.py",
    "curl -OJ": "tests/clients/test_curl.py",
    "pip install duckdb-extension-httpfs": "requirements-dev.txt brings it",
    "docker compose up": "tests/test_containers.py reads the files; Docker is not here",
    "systemctl edit odm": "it opens an editor",
    "sqlplus odm_owner@//host:1521/service @install_package.sql": "it needs an Oracle database",
}
"""Commands that are not run here, and why."""


def commands() -> dict[str, str]:
    """Each command of the sentences, and a page that has it."""
    found: dict[str, str] = {}
    for name in [*NAMES, "CONTRIBUTING.md"]:
        prose = re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)
        for command in COMMAND.findall(" ".join(prose.split())):
            found.setdefault(command, name)
    return found


FOUND = commands()


def test_there_are_some() -> None:
    """So that the tests below have something to fail on; and no excuse outlives its command."""
    assert {"make serve", "make analysts", "python -m app load"} <= set(FOUND)
    assert set(ELSEWHERE) <= set(FOUND)


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(set(FOUND) - set(ELSEWHERE)))
def test_command(command: str) -> None:
    """It is understood: a target is gone through, a program tells what it takes."""
    command = command.removeprefix(".venv/bin/")
    words = shlex.split(command)
    if words[0] == "make":
        words.append("--dry-run")
    elif words[0] == "uvicorn":
        words = [sys.executable, "-m", "uvicorn", "--help"]
    elif command.startswith(HELP) and command != "python service.py":
        words.append("--help")
    elif command == "python service.py":
        words = ["python", "-c", "import service"]
    if words[0] == "python":
        words[0] = sys.executable
    if not shutil.which(words[0]):
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail(f"{words[0]} is not installed")
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or command == "python service.py"


@pytest.mark.slow
def test_make_analysts(tmp_path: Path) -> None:
    """It adds pyarrow to a .venv without pip: what `make serve` has made."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    make = ["make", f"VENV={venv}", f"PYTHON={sys.executable}", "analysts"]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    subprocess.run([str(venv / "bin/python"), "-c", "import pyarrow.parquet"], check=True)
