"""Writes into pages what their commands say now: `python -m tests.docs docs/tutorial.md ...`."""

import sys
import tempfile
from pathlib import Path

from app.settings import Settings
from tests.conftest import DATA
from tests.docs.console import run_page
from tests.docs.pages import ROOT, blocks, read
from tests.support.running import running
from tests.support.temporary import own_temporary_folder


def main(names: list[str]) -> None:
    """Run the pages, each in a folder of its own, and replace the output in them."""
    own_temporary_folder()
    for name in names:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            folder = Path(place)
            for file in DATA.glob("*/*.csv.gz"):
                (folder / file.name).symlink_to(file)
            with running(Settings(odm_sqlite_path=folder / "odm.db")) as client:
                run = [block for block in blocks(name) if block.is_run]
                assert client.base_url.port
                told = iter(run_page(run, folder, client.base_url.port))
        text = read(name)
        for block in run:
            said = [next(told) for _ in (block.commands if block.language == "console" else [0])]
            if block.language == "console":
                new = "".join(
                    "$ " + command.replace("\n", "\n> ") + "\n" + _ended(output)
                    for command, output in said
                )
                text = text.replace(f"```console\n{block.text}```", f"```console\n{new}```")
            elif said[0][1]:
                print(f"{name}, line {block.line}: {said[0][1]}", file=sys.stderr)
        (ROOT / name).write_text(text, encoding="utf-8")


def _ended(output: str) -> str:
    output = output.replace("\r", "").replace("\ufeff", "")
    return output.rstrip("\n") + "\n" if output.strip() else ""


if __name__ == "__main__":
    main(sys.argv[1:])
