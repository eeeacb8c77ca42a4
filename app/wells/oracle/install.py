"""`python -m app install`: the schema of ODM into an Oracle database, through the driver."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence

import oracledb

from app.contract.faults import StartupFault
from app.wells.oracle.database import connected, place
from app.wells.oracle.scripts import SCRIPTS, Step, plan, statements
from app.wells.settings import IDENTIFIER, WellsSettings

DONE, FAILED, USAGE = 0, 1, 2

DESCRIPTION = """\
Runs the scripts of database/oracle in an Oracle database, through the driver: no SQL*Plus
is needed. The settings say where the database is, as for the service (ORACLE_HOST and
ORACLE_SERVICE_NAME, or ORACLE_DSN); ORACLE_USER and ORACLE_PASSWORD are those of the
owner: the account whose schema holds the tables, and not the service's account.

Before anything is changed, the place and the account are checked, and all that is missing
is told in one list, as the GRANTs that a DBA has to run. The first error ends the run, and the
last step looks for compilation errors. Every action can be run again, and finishes what an
interrupted run has left.
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
  JOB, EXECUTE on DBMS_LOB, DBMS_MVIEW and DBMS_SCHEDULER, and a quota on its default
  tablespace, all of it directly and not by a role. A DBA creates it and the service's account:
  database/oracle/owner_account.sql and service_account.sql.

partitions
  Nothing is partitioned unless --partitions asks for it: a licensed option of Enterprise
  Edition, which Standard Edition does not have.

exit status
  0  done
  1  not done: the settings, the connection, or a statement failed. The message has the
     file, the number of the statement in it and what the database said. What ran
     before it stays (DDL commits): mend the cause and run the same again. Where the list of
     what is missing is told, nothing was changed.
  2  the command line is wrong; nothing was run

examples
  %(prog)s --dry-run
  ORACLE_USER=ODM_OWNER %(prog)s --check
  ORACLE_USER=ODM_OWNER %(prog)s --service-account ODM_SERVICE
  %(prog)s upgrade
  %(prog)s grants --service-account ODM_SERVICE
"""

_IS_THERE = """
SELECT COUNT(*)
  FROM user_objects
 WHERE object_type = :object_type
   AND object_name = UPPER(:object_name)"""

_CAN_BE_CHECKED = {"install", "package", "upgrade"}
_CAN_BE_PARTITIONED = {"install", "upgrade"}

_FOUND_MISSING = re.compile("ORA-2000[0-9]: ")
"""How the words of our own checks come."""


class StatementFailed(Exception):
    """A statement that the database refused; the text says which, and why."""


class NotReady(Exception):
    """What the checks found missing, all of it. Nothing was changed."""


def main(arguments: Sequence[str], program: str, load_settings: Callable[[], WellsSettings]) -> int:
    """Run the installer, which was called by the name `program`; returns the exit status.

    The settings are read when it is to connect.
    """
    options = _parser(program).parse_args(arguments)
    if problem := _unusable(options):
        _print_error(problem)
        return USAGE
    checks, changes = _steps(options)
    if options.dry_run:
        for step in [*checks, *changes]:
            number = len(_statements(step, options.service_account))
            once = f", unless there is a {step.creates[0]} of that name" if step.creates else ""
            _print_step(step, f"{number} statement{'s' if number > 1 else ''}{once}")
        return DONE
    try:
        where = _install(load_settings(), checks, changes, options)
    except KeyboardInterrupt:
        _print_error(f"interrupted; run {options.action} again to finish it")
    except NotReady as missing:
        _print_error(f"nothing was changed\n{missing}")
    except (StartupFault, StatementFailed) as fault:
        _print_error(str(fault))
    else:
        _print_end(options, program, where)
        return DONE
    return FAILED


def _print_end(options: argparse.Namespace, program: str, where: str) -> None:
    """What has been done, and what is left to do."""
    if options.check:
        sys.stdout.write(f"{options.action}: nothing is missing, nothing was changed ({where})\n")
        return
    sys.stdout.write(f"{options.action}: done ({where})\n")
    if options.action in {"install", "package"} and not options.service_account:
        sys.stdout.write(
            f"the service's account still needs: {program} grants --service-account NAME\n"
        )


def _unusable(options: argparse.Namespace) -> str:
    """What is wrong with the options taken together."""
    account, action = options.service_account, options.action
    wrong = {
        "grants needs --service-account NAME": action == "grants" and not account,
        f"{action} takes no --service-account": (
            account is not None and action.startswith("uninstall")
        ),
        f"--service-account: not a name of an account: {account!r}": (
            account is not None and not IDENTIFIER.fullmatch(account)
        ),
        f"{action} has no --check": options.check and action not in _CAN_BE_CHECKED,
        f"{action} takes no --partitions": (
            options.partitions and action not in _CAN_BE_PARTITIONED
        ),
        "uninstall-tables drops every row of ODM's tables; say --yes if that is meant": (
            action == "uninstall-tables" and not (options.yes or options.dry_run)
        ),
    }
    return next((text for text, is_so in wrong.items() if is_so), "")


def _steps(options: argparse.Namespace) -> tuple[list[Step], list[Step]]:
    """The checks, which come before everything else, each once, and what changes something."""
    scripts = [ACTIONS[options.action][0]]
    if options.partitions:
        scripts.append("partition.sql")
    if options.service_account and options.action != "grants":
        scripts.append(ACTIONS["grants"][0])
    steps = [step for script in scripts for step in plan(script)]
    checks = list(dict.fromkeys(step for step in steps if step.is_check))
    changes = [] if options.check else [step for step in steps if not step.is_check]
    return checks, changes


def _statements(step: Step, service_account: str | None) -> list[str]:
    text = step.path.read_text(encoding="utf-8")
    return list(statements(text.replace("&service_account", service_account or "")))


def _install(
    settings: WellsSettings, checks: list[Step], changes: list[Step], options: argparse.Namespace
) -> str:
    """Run the steps; returns where.

    Raises StartupFault, NotReady where a check finds something missing, and StatementFailed at the
    first error.
    """
    if not settings.uses_oracle:
        raise StartupFault("no Oracle is named: set ORACLE_HOST or ORACLE_DSN")
    if settings.oracle_schema and not _same(settings.oracle_schema, settings.oracle_user or ""):
        raise StartupFault(
            f"ORACLE_USER is {settings.oracle_user}, and ORACLE_SCHEMA says that "
            f"{settings.oracle_schema} owns the package; its owner is who installs"
        )
    with connected(settings, "ODM install") as connection, connection.cursor() as cursor:
        connection.action = options.action
        _check(cursor, checks)
        for step in changes:
            _run(cursor, step, options.service_account)
    return f"{place(settings)}, as {settings.oracle_user}"


def _same(one: str, other: str) -> bool:
    """Whether two names are one account's: only within quotes does the case count."""
    return _stored(one) == _stored(other)


def _stored(name: str) -> str:
    return name[1:-1] if name.startswith('"') else name.upper()


def _check(cursor: oracledb.Cursor, checks: list[Step]) -> None:
    """Run every check before anything is said of what one of them has found."""
    missing = []
    for step in checks:
        try:
            _run(cursor, step, None)
        except StatementFailed as failed:  # noqa: PERF203 (each may find something)
            text = _text(failed.__cause__) if failed.__cause__ else ""
            if not _FOUND_MISSING.match(text):
                raise
            missing.append(_FOUND_MISSING.sub("", text, count=1))
    if missing:
        raise NotReady("\n".join(missing))


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


def _text(error: BaseException) -> str:
    """All that the database said (a list of compilation errors is long), but no links, nor at which
    line of a check it was said."""
    lines = str(error).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("Help: ", "ORA-06512: ")))


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
    parser.add_argument(
        "--check",
        action="store_true",
        help="only check the place and the account, and change nothing",
    )
    parser.add_argument(
        "--partitions",
        action="store_true",
        help="have the largest table partitioned by month: a licensed option of Oracle's",
    )
    parser.add_argument("--yes", action="store_true", help="yes, drop every row")
    return parser
