"""The one door for commands, and the old spellings beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_which_there_are(words: list[str]) -> None:
    """Without a command, and on demand, each command is listed with a line."""
    done = run("app", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  load " in done.stdout
    assert "  install " in done.stdout


def test_none_such() -> None:
    """A misspelt command is named, on standard error, with status 2."""
    done = run("app", "laod", "volve")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no command 'laod'" in done.stderr


@pytest.mark.parametrize("name", ["load", "install"])
def test_both_spellings(name: str) -> None:
    """The old spelling is the same command; each names itself, and only itself, in its help."""
    new, old = run("app", name, "--help"), run(f"app.{name}", "--help")
    assert new.returncode == old.returncode == 0
    assert f"usage: python -m app {name} " in new.stdout
    assert f"usage: python -m app.{name} " in old.stdout
    assert old.stdout.count(f"-m app.{name}") == new.stdout.count(f"-m app {name}") > 1
    assert f"-m app.{name}" not in new.stdout
    assert run("app", name, "--no-such-option").returncode == 2


@pytest.mark.parametrize("words", [["load", "demo", "--help"], ["install", "--dry-run"]])
def test_settings_when_needed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Help and what connects to nothing read no settings, which may be wrong."""
    monkeypatch.setenv("ODM_PORT", "http")
    assert run("app", *words).returncode == 0
    done = run("app", *words[:-1])
    assert done.returncode == 1
    assert "ODM_PORT" in done.stderr


def test_open_settings_are_told_of(tmp_path: Path) -> None:
    """A command, too, says that every account may read its settings, on standard error."""
    (tmp_path / ".env").write_text("ODM_DEMO=false\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    (tmp_path / "prices.csv").write_text("Date,Price\n2024-01-01,80\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "app", "load", "prices", "--benchmark", "brent", "prices.csv"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.startswith(".env can be read by every account of this machine (mode 0644)")
    assert "1 new" in done.stdout


def test_no_driver_for_loading() -> None:
    """The loader of the embedded database does not wait for Oracle's driver to be imported."""
    code = (
        "import sys; from app.__main__ import main\n"
        "try: main(['load', '--help'])\n"
        "except SystemExit: print('oracledb' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
