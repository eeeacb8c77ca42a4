"""`python -m app install`: the schema of ODM into an Oracle database, through the driver."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence

import oracledb

from app.contract.faults import StartupFault
from app.wells.oracle.database import connected, place
from app.wells.oracle.scripts import SCRIPTS, Step, plan, statements
from app.wells.settings import WellsSettings

DONE, FAILED, USAGE = 0, 1, 2

DESCRIPTION = """\
Runs the scripts of database/oracle in an Oracle database, through the driver: no SQL*Plus
is needed. The settings say where the database is, as for the service (ORACLE_HOST and
ORACLE_SERVICE_NAME, or ORACLE_DSN); ORACLE_USER and ORACLE_PASSWORD are those of the
owner: the account whose schema holds the tables, and not the service's account.

The privileges are checked before anything is changed. The first error ends the run, and
the last step looks for compilation errors. Every action can be run again.
"""

ACTIONS = {
    "install": ("install.sql", "tables, views, package, triggers, job; what is there is kept"),
    "package": ("install_package.sql", "the package alone, over tables of your own"),
    "upgrade": ("upgrade.sql", "an installation to this release; rows stay"),
    "grants": ("grants.sql", "let --service-account execute the package, and nothing else"),
    "uninstall": ("uninstall.sql", "drop all of ODM but the tables and their rows"),
    "uninstall-tables": ("uninstall_tables.sql", "DROP THE TABLES WITH EVERY ROW; needs --yes"),
}

EPILOG = f"""\
actions
{chr(10).join(f"  {name:16}  {text}" for name, (_, text) in ACTIONS.items())}

privileges
  The owner needs CREATE SESSION, TABLE, VIEW, MATERIALIZED VIEW, PROCEDURE, TRIGGER and
  JOB, and a quota on its default tablespace. What is missing is said at once. The service's account
  is created by a DBA: database/oracle/service_account.sql.

exit status
  0  done
  1  not done: the settings, the connection, or a statement failed. The message has the
     file, the number of the statement in it and what the database said. What ran
     before it stays (DDL commits): mend the cause and run the same again.
  2  the command line is wrong; nothing was run

examples
  %(prog)s --dry-run
  ORACLE_USER=ODM_OWNER %(prog)s --service-account ODM_SERVICE
  %(prog)s upgrade
  %(prog)s grants --service-account ODM_SERVICE
"""

_IS_THERE = """
SELECT COUNT(*)
  FROM user_objects
 WHERE object_type = :object_type
   AND object_name = UPPER(:object_name)"""

# An unquoted name, or a quoted one: nothing that could end the statement it stands in.
_ACCOUNT = re.compile(r'[A-Za-z][A-Za-z0-9_$#]{0,127}|"[^"\0]{1,128}"')


class StatementFailed(Exception):
    """A statement that the database refused; the text says which, and why."""


def main(arguments: Sequence[str], program: str, load_settings: Callable[[], WellsSettings]) -> int:
    """Run the installer, which was called by the name `program`; returns the exit status.

    The settings are read when it is to connect.
    """
    options = _parser(program).parse_args(arguments)
    account = options.service_account
    if problem := _unusable(options):
        _print_error(problem)
        return USAGE
    steps = _steps(options.action, account)
    if options.dry_run:
        for step in steps:
            number = len(_statements(step, account))
            once = f", unless there is a {step.creates[0]} of that name" if step.creates else ""
            _print_step(step, f"{number} statement{'s' if number > 1 else ''}{once}")
        return DONE
    try:
        where = _install(load_settings(), steps, options)
    except KeyboardInterrupt:
        _print_error(f"interrupted; run {options.action} again to finish it")
        return FAILED
    except (StartupFault, StatementFailed) as fault:
        _print_error(str(fault))
        return FAILED
    sys.stdout.write(f"{options.action}: done ({where})\n")
    if options.action in {"install", "package"} and not account:
        sys.stdout.write(
            f"the service's account still needs: {program} grants --service-account NAME\n"
        )
    return DONE


def _unusable(options: argparse.Namespace) -> str:
    """What is wrong with the options taken together."""
    account = options.service_account
    if options.action == "grants" and not account:
        return "grants needs --service-account NAME"
    if account is not None and options.action.startswith("uninstall"):
        return f"{options.action} takes no --service-account"
    if account is not None and not _ACCOUNT.fullmatch(account):
        return f"--service-account: not a name of an account: {account!r}"
    if options.action == "uninstall-tables" and not (options.yes or options.dry_run):
        return "uninstall-tables drops every row of ODM's tables; say --yes if that is meant"
    return ""


def _steps(action: str, service_account: str | None) -> list[Step]:
    scripts = [ACTIONS[action][0]]
    if service_account and action != "grants":
        scripts.append(ACTIONS["grants"][0])
    return [step for script in scripts for step in plan(script)]


def _statements(step: Step, service_account: str | None) -> list[str]:
    text = step.path.read_text(encoding="utf-8")
    return list(statements(text.replace("&service_account", service_account or "")))


def _install(settings: WellsSettings, steps: list[Step], options: argparse.Namespace) -> str:
    """Run the steps; returns where.

    Raises StartupFault, and StatementFailed at the first error.
    """
    if not settings.uses_oracle:
        raise StartupFault("no Oracle is named: set ORACLE_HOST or ORACLE_DSN")
    with connected(settings, "ODM install") as connection, connection.cursor() as cursor:
        connection.action = options.action
        for step in steps:
            _run(cursor, step, options.service_account)
    return f"{place(settings)}, as {settings.oracle_user}"


def _run(cursor: oracledb.Cursor, step: Step, service_account: str | None) -> None:
    if step.creates and _is_there(cursor, *step.creates):
        _print_step(step, "already there, left as it is")
        return
    for number, statement in enumerate(_statements(step, service_account), 1):
        try:
            cursor.execute(statement)
        except (oracledb.Error, OSError) as error:  # noqa: PERF203 (the number is in the message)
            raise StatementFailed(f"{_name(step)}, statement {number}: {_text(error)}") from error
    _print_step(step, "done")


def _is_there(cursor: oracledb.Cursor, object_type: str, object_name: str) -> bool:
    try:
        cursor.execute(_IS_THERE, object_type=object_type, object_name=object_name)
        return bool(cursor.fetchone()[0])
    except (oracledb.Error, OSError) as error:
        raise StatementFailed(f"is there a {object_type} {object_name}? {_text(error)}") from error


def _text(error: Exception) -> str:
    """All that the database said (a list of compilation errors is long), but no links."""
    return "\n".join(line for line in str(error).splitlines() if not line.startswith("Help: "))


def _name(step: Step) -> str:
    return step.path.relative_to(SCRIPTS).as_posix()


def _print_step(step: Step, what: str) -> None:
    sys.stdout.write(f"{_name(step):55} {what}\n")
    sys.stdout.flush()


def _print_error(text: str) -> None:
    sys.stderr.write(f"odm install: {text}\n")


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        default="install",
        metavar="ACTION",
        help="default: install; see below",
    )
    parser.add_argument(
        "--service-account",
        metavar="NAME",
        help="the account that may execute the package: for grants, or to run them after an "
        "install, package or upgrade",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="list the files that would be run, in order, and connect to nothing",
    )
    parser.add_argument("--yes", action="store_true", help="yes, drop every row")
    return parser
