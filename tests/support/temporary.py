"""A folder for all that is temporary, which ends with the process, however that ends.

A process that is killed removes nothing. So a shell of its own watches: it reads from a pipe that
this process, and what is forked off it, hold open and nobody writes to.
"""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

_WATCH = """
cat > /dev/null
for process in "$1"/.processes/*; do kill -KILL "${process##*/}" 2> /dev/null; done
for again in 1 2 3 4 5; do rm -rf -- "$1" 2> /dev/null && break; sleep 1; done
"""
"""A browser that is about to end may still put files there."""

_folder: Path | None = None
_pipes: list[object] = []
"""Held for as long as the process lives."""


def own_temporary_folder() -> Path:
    """From now on the temporary files of this process and of those that it starts lie here."""
    global _folder  # noqa: PLW0603 (one for the process)
    if _folder is None:
        outside = tempfile.gettempdir()
        # pytest keeps the files of its last three runs, to be looked at, and removes older ones.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", outside)
        _folder = Path(tempfile.mkdtemp(prefix="odm-", dir=outside))
        _folder.chmod(0o1777)  # as its own folder is: engines run on accounts of their own
        (_folder / ".processes").mkdir(0o700)
        watcher = subprocess.Popen(
            ["sh", "-c", _WATCH, "sh", _folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C is not for it
        )
        watcher.returncode = 0  # nobody waits for it: it is the one that waits
        _pipes.append(watcher)
        tempfile.tempdir = str(_folder)
        os.environ["TMPDIR"] = str(_folder)
    return _folder


def end_with_this_process(process: "subprocess.Popen[bytes]") -> None:
    """Have an engine killed, at the latest, when this process ends."""
    (own_temporary_folder() / ".processes" / str(process.pid)).touch()


def has_ended(process: "subprocess.Popen[bytes]") -> None:
    """Whose number may be that of another one from now on."""
    with contextlib.suppress(FileNotFoundError):
        (own_temporary_folder() / ".processes" / str(process.pid)).unlink()
