"""The systemd unit of docs/how-to/deploy.md, as far as it can be tried without systemd running."""

import configparser
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, block_of, blocks

PAGE = "docs/how-to/deploy.md"
UNIT = block_of(PAGE, "ini")


def parsed() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT)
    return unit


def test_command_is_the_one_that_is_tried() -> None:
    """The unit runs what the page's console runs, to the letter."""
    start = shlex.split(parsed()["Service"]["ExecStart"])
    (command,) = [
        command
        for block in blocks(PAGE)
        for command, _ in block.commands
        if "uvicorn" in command and block.is_run
    ]
    typed = shlex.split(command)
    assert [start[0].removeprefix("/opt/odm/"), *start[1:]] == typed[: typed.index("2>")]


def test_it_stops_in_time() -> None:
    """systemd waits longer than uvicorn does for running answers."""
    service = parsed()["Service"]
    words = shlex.split(service["ExecStart"])
    graceful = int(words[words.index("--timeout-graceful-shutdown") + 1])
    assert int(service["TimeoutStopSec"]) > graceful


def test_systemd_reads_it(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, and does of a unit with a misspelt word."""
    if not shutil.which("systemd-analyze"):
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail("systemd-analyze is not installed")
        pytest.skip("systemd-analyze is not installed")
    (tmp_path / "odm").mkdir()
    (tmp_path / "odm" / ".venv").symlink_to(sys.prefix)
    here = UNIT.replace("/opt/odm", str(tmp_path / "odm")).replace("User=odm\n", "User=root\n")
    assert ROOT.is_dir()

    def said(text: str) -> str:
        unit = tmp_path / "odm.service"
        unit.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return "\n".join(line for line in done.stderr.splitlines() if "odm.service" in line)

    assert said(here) == ""
    assert "RestartSecs" in said(here.replace("RestartSec=", "RestartSecs="))
