"""The README's transcripts: every command in them is run, and says what the README shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.load.command import LOADED, main
from app.settings import Settings
from tests.running import running

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"


def transcripts() -> list[list[tuple[str, str]]]:
    """The console blocks: pairs of a command and its output."""
    blocks = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE) for block in blocks]


def get(client: httpx.Client, command: str) -> str:
    """What curl would print."""
    words = shlex.split(command)
    (url,) = [word for word in words if word.startswith(ADDRESS)]
    headers = [words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H"]
    return client.get(url.removeprefix(ADDRESS), headers=dict(headers)).text


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    path = tmp_path_factory.mktemp("readme") / "odm.db"
    with running(Settings(odm_sqlite_path=path)) as client:
        yield client


def test_there_are_transcripts() -> None:
    """Three blocks, so that the tests below have something to fail on."""
    assert [len(block) for block in transcripts()] == [3, 2, 4]


@pytest.mark.parametrize(("command", "output"), transcripts()[0] + transcripts()[1])
def test_demo(demo: httpx.Client, command: str, output: str) -> None:
    """On the synthetic company, as a newcomer has it after `make serve`."""
    assert get(demo, command) == output.rstrip("\n")


def test_volve(
    real_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the real field, loaded by the commands that the README shows."""
    monkeypatch.setenv("ODM_SQLITE_PATH", str(tmp_path / "volve.db"))
    loads = [pair for pair in transcripts()[2] if "app.load" in pair[0]]
    asks = [pair for pair in transcripts()[2] if "curl" in pair[0]]
    for command, output in loads:
        words = shlex.split(command)[3:]
        (file,) = real_data.glob(f"*/{words[-1]}")
        assert main([*words[:-1], str(file)]) == LOADED
        told = capsys.readouterr().out.replace(f"{file.parent}/", "")
        assert _without_time(told) == _without_time(output)
    with running(Settings(odm_sqlite_path=tmp_path / "volve.db")) as client:
        for command, output in asks:
            assert get(client, command) == output.rstrip("\n")


def _without_time(text: str) -> str:
    return re.sub(r"\(\d+\.\d s\)", "", text)
