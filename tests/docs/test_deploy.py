"""The systemd unit of docs/how-to/deploy.md, as far as it can be tried without systemd running."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.contract.settings import secrets_of
from app.settings import Settings
from tests.docs.pages import ROOT, block_of, blocks
from tests.support.running import PROTOCOL

PAGE = "docs/how-to/deploy.md"
UNIT = block_of(PAGE, "ini")


def parsed() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT)
    return unit


def test_command_is_the_one_that_is_tried() -> None:
    """The unit runs what the page's console runs, to the letter, and within limits."""
    start = shlex.split(parsed()["Service"]["ExecStart"])
    (command,) = [
        command
        for block in blocks(PAGE)
        for command, _ in block.commands
        if "uvicorn" in command and block.is_run
    ]
    typed = shlex.split(command)
    assert [start[0].removeprefix("/opt/odm/"), *start[1:]] == typed[: typed.index("2>")]
    assert start[start.index("--http") + 1] == PROTOCOL


def test_it_stops_in_time() -> None:
    """systemd waits longer than uvicorn does for running answers."""
    service = parsed()["Service"]
    words = shlex.split(service["ExecStart"])
    graceful = int(words[words.index("--timeout-graceful-shutdown") + 1])
    assert int(service["TimeoutStopSec"]) > graceful


def test_password_is_a_credential() -> None:
    """The password reaches the service by systemd's credentials, and by nothing that is shown."""
    service = parsed()["Service"]
    name, _, path = service["LoadCredential"].partition(":")
    assert Path(path).is_absolute()
    setting, _, file = service["Environment"].partition("=")
    assert setting.lower() in secrets_of(Settings).values()
    assert file == f"%d/{name}"
    assert not re.search("PASSWORD=", UNIT)


@pytest.fixture
def systemd_analyze() -> str:
    """systemd's own reader of units; where there is none, skips, or fails where it must not."""
    program = shutil.which("systemd-analyze")
    if not program:
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail("systemd-analyze is not installed")
        pytest.skip("systemd-analyze is not installed")
    return program


def test_systemd_reads_it(tmp_path: Path, systemd_analyze: str) -> None:
    """`systemd-analyze verify` has nothing to say, and does of a unit with a misspelt word."""
    (tmp_path / "odm").mkdir()
    (tmp_path / "odm" / ".venv").symlink_to(sys.prefix)
    here = UNIT.replace("/opt/odm", str(tmp_path / "odm")).replace("User=odm\n", "User=root\n")
    assert ROOT.is_dir()

    def said(text: str) -> str:
        unit = tmp_path / "odm.service"
        unit.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [systemd_analyze, "verify", "--man=no", unit],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return "\n".join(line for line in done.stderr.splitlines() if "odm.service" in line)

    assert said(here) == ""
    assert "RestartSecs" in said(here.replace("RestartSec=", "RestartSecs="))


def test_exposure(tmp_path: Path, systemd_analyze: str) -> None:
    """By `systemd-analyze security` the exposure is below 3, and is not with half of the lines."""

    def exposure(text: str) -> float:
        unit = tmp_path / "odm.service"
        unit.write_text(text, encoding="utf-8")
        options = ["--offline=yes", "--threshold=30", "--no-pager"]
        done = subprocess.run(
            [systemd_analyze, "security", *options, unit],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        (found,) = re.findall(r"exposure level for odm\.service: ([\d.]+)", done.stdout)
        assert (done.returncode == 0) == (float(found) <= 3)
        return float(found)

    page = (ROOT / PAGE).read_text(encoding="utf-8")
    (told,) = re.findall(r"exposure (\d\.\d) of 10", page)
    assert exposure(UNIT) < 3
    assert exposure(UNIT) == pytest.approx(float(told), abs=0.3)  # releases weigh otherwise
    assert exposure(UNIT.partition("# What it may do")[0]) > 3
