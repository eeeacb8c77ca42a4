"""`python -m app`: one door for the commands; `python -m app.load` and the like lead there, too."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings

PROGRAM = "python -m app"


def load(arguments: Sequence[str], program: str = f"{PROGRAM} load") -> int:
    """Runs the loader, which was called by that name; returns the exit status."""
    from app.wells.load.command import main as run  # noqa: PLC0415 (only what is asked for)

    return run(arguments, program, _settings)


def install(arguments: Sequence[str], program: str = f"{PROGRAM} install") -> int:
    """Runs the installer, which was called by that name; returns the exit status."""
    from app.wells.oracle.install import main as run  # noqa: PLC0415

    return run(arguments, program, _settings)


def _settings() -> "Settings":
    """The settings; a file of them that is open to others is told of on standard error."""
    from app.settings import load_settings, warn_of_open_files  # noqa: PLC0415

    settings = load_settings()
    warn_of_open_files()
    return settings


COMMANDS: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "load": (load, "production, prices and budgets from files into the database"),
    "install": (install, "the schema of ODM into an Oracle database"),
}

USAGE = f"""\
usage: {PROGRAM} COMMAND ...

{chr(10).join(f"  {name:10}{text}" for name, (_, text) in COMMANDS.items())}

{PROGRAM} COMMAND --help tells more. The service itself: python service.py
"""


def main(arguments: Sequence[str]) -> int:
    """Runs the command that the first word names; returns its exit status, 2 if there is none."""
    if not arguments or arguments[0] in {"-h", "--help"}:
        sys.stdout.write(USAGE)
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        sys.stderr.write(f"{USAGE}\n{PROGRAM}: there is no command {name!r}\n")
        return 2
    command, _ = COMMANDS[name]
    return command(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
