"""`python -m app`: one door for the commands; `python -m app.load` and the like lead there, too."""

import sys
from collections.abc import Callable, Sequence

PROGRAM = "python -m app"


def _load(arguments: Sequence[str]) -> int:
    from app.wells.load.command import main as load  # noqa: PLC0415 (only what is asked for)

    return load(arguments, f"{PROGRAM} load")


def _install(arguments: Sequence[str]) -> int:
    from app.wells.oracle.install import main as install  # noqa: PLC0415

    return install(arguments, f"{PROGRAM} install")


COMMANDS: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "load": (_load, "production, prices and budgets from files into the database"),
    "install": (_install, "the schema of ODM into an Oracle database"),
}

USAGE = f"""\
usage: {PROGRAM} COMMAND ...

{chr(10).join(f"  {name:10}{text}" for name, (_, text) in COMMANDS.items())}

{PROGRAM} COMMAND --help tells more. The service itself: uvicorn service:app
"""


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit status, or 2 for one that there is not."""
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
