"""Runs what a page shows: its consoles and its Python, in one shell, from top to bottom."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.docs.pages import ROOT, Block
from tests.support.running import free_port

# `make serve` is what the Makefile's target runs, in the background, once it is ready. Its log goes
# where the page sends it, and into a file where the page says nothing of it.
_SHELL = r"""
cd "$ODM_FOLDER"
make() {
  [ "$*" = setup ] && return  # .venv is there
  [ "$*" = serve ] || { echo "make $* is not tried here"; return 1; }
  if [ /dev/fd/1 -ef /dev/fd/2 ]; then
    "$ODM_PYTHON" "$ODM_ROOT/service.py" > /dev/null 2>> service.log &
  else
    "$ODM_PYTHON" "$ODM_ROOT/service.py" > /dev/null &
  fi
  until curl -sf "http://127.0.0.1:$ODM_PORT/readyz" -o /dev/null; do
    kill -0 $! 2> /dev/null || { echo "the service has ended"; return 1; }
    sleep 0.05
  done
}
"""

_VARYING = [
    (r"\r", ""),
    ("\ufeff", ""),
    (r"\b[0-9a-f]{16}\b", "<id>"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "<date>"),
    (r"\b\d+\.\d (ms|s)\b", r"<duration> \1"),
    (r"\bdur=\d+\.\d", "dur=<duration>"),
]
"""What is another one each time: ids, versions, tags, times and durations."""


def steady(text: str) -> str:
    """Output without what varies, and without white space at its end."""
    for pattern, instead in _VARYING:
        text = re.sub(pattern, instead, text)
    return text.rstrip()


def run_page(blocks: list[Block], folder: Path, shared: int) -> list[tuple[str, str]]:
    """Commands and what they said, with the addresses that the page has.

    A page that starts a service has it; any other asks the one at port `shared`.
    """
    commands: list[str] = []
    for block in blocks:
        if block.language == "console":
            commands += [command for command, _ in block.commands]
        else:
            path = folder / f"block{block.line}.py"
            path.write_text(block.text, encoding="utf-8")
            commands.append(f"python {ROOT}/tests/docs/statements.py {path.name}")
    alone = any("make serve" in command or "uvicorn" in command for command in commands)
    ports = {"8000": str(free_port() if alone else shared), "8001": str(free_port())}
    for path in folder.glob("block*.py"):
        path.write_text(_with_ports(path.read_text(encoding="utf-8"), ports), encoding="utf-8")

    script = [_SHELL]
    for n, command in enumerate(commands):
        script.append(f"{{\n{_with_ports(command, ports)}\n}} > {n}.out 2>&1\necho $? > {n}.status")
    _run("\n".join(script), folder, ports["8000"])

    told = []
    for n, command in enumerate(commands):
        status = (folder / f"{n}.status").read_text(encoding="utf-8").strip()
        output = (folder / f"{n}.out").read_text(encoding="utf-8")
        for documented, real in ports.items():
            output = re.sub(rf"(?<=:){real}\b", documented, output)
        told.append((command, output if status == "0" else f"{output}[exit status {status}]"))
    return told


def expected(blocks: list[Block]) -> list[tuple[str, str]]:
    """What a page says that its commands say; Python says nothing when all values are right."""
    pairs: list[tuple[str, str]] = []
    for block in blocks:
        if block.language == "console":
            pairs += block.commands
        else:
            pairs.append((f"python {ROOT}/tests/docs/statements.py block{block.line}.py", ""))
    return pairs


def _with_ports(text: str, ports: dict[str, str]) -> str:
    return re.sub(
        r"(127\.0\.0\.1:|ODM_PORT=|--port )(800[01])\b",
        lambda found: found[1] + ports[found[2]],
        text,
    )


def _run(script: str, folder: Path, port: str) -> None:
    (folder / ".venv").symlink_to(sys.prefix)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ODM_TEST_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "ODM_PORT": port,
    }
    variables = {"FOLDER": folder, "ROOT": ROOT, "PYTHON": sys.executable}
    head = "\n".join(f"ODM_{name}='{value}'" for name, value in variables.items())
    shell = subprocess.Popen(
        ["bash", "-c", f"{head}\n{script}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        shell.wait(240)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)  # the services that it has started, too
        shell.wait(60)
