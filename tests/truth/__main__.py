"""Runs on a real Oracle what was tried elsewhere, and writes one dated page of what it said.

    ODM_TEST_ORACLE_USER=ODMTEST ODM_TEST_ORACLE_PASSWORD=... \\
    ODM_TEST_ORACLE_DSN=host:1521/service make oracle-truth

Each section is run in thin mode, and in thick mode where ODM_TEST_ORACLE_CLIENT_LIB_DIR names the
folder of an Instant Client. Everything in the account's schema is dropped, so its name must contain
TEST. Exit status: 0 all was run and passed, 1 something failed or was not run, 2 not begun.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.plsql.engines import EngineMissing
from tests.plsql.engines.oracle import CLIENT, settings
from tests.truth.page import Check, Facts, Run, checks_in, page

PASSED, FAILED, NOT_BEGUN = 0, 1, 2

ROOT = Path(__file__).parents[2]
REAL = "tests/wells/oracle/real"

SECTIONS: dict[str, list[str]] = {
    "installation": [f"{REAL}/test_installation.py"],
    "contract": ["tests/test_contract.py", "-k", "real"],
    "package": [
        f"{REAL}/test_package.py",
        *(f"tests/plsql/test_{name}.py" for name in ("by_day", "own_tables", "summaries")),
        *(f"tests/plsql/test_{name}.py" for name in ("tables", "version")),
        "-k",
        "(oracle or test_package) and not mariadb and not postgres",
    ],
    "loader": ["tests/plsql/test_loader.py", "-k", "oracle and not mariadb and not postgres"],
    "chunks": [f"{REAL}/test_chunks.py"],
    "failures": [f"{REAL}/test_failures.py"],
    "change notification": [f"{REAL}/test_changes.py"],
}
"""What pytest is given for each."""

NEEDS = """\
make oracle-truth needs a real Oracle, 19c or later, and an account on it that may be emptied:

  ODM_TEST_ORACLE_DSN             host:1521/service
  ODM_TEST_ORACLE_USER            the account; its name must contain TEST, because everything in
                                  its schema is dropped. It is made as an owner is:
                                  database/oracle/owner_account.sql
  ODM_TEST_ORACLE_PASSWORD        its password
  ODM_TEST_ORACLE_CLIENT_LIB_DIR  for thick mode: the folder of an Instant Client
"""


def main(arguments: Sequence[str]) -> int:
    """Run the sections and write the page; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make oracle-truth", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the page goes")
    options = parser.parse_args(arguments)
    chosen = options.sections or list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    try:
        given = settings()
    except (EngineMissing, ValueError) as missing:
        sys.stderr.write(f"{NEEDS}\n{missing}\n")
        return NOT_BEGUN
    runs = []
    for mode in ("thin", "thick"):
        if mode == "thick" and "oracle_client_lib_dir" not in given:
            runs.append(Run(mode, None, f"{CLIENT} is not set", {}))
            continue
        runs.append(_run(mode, chosen))
        if runs[0].facts is None:
            sys.stderr.write(f"{NEEDS}\nno session: {runs[0].trouble}\n")
            return NOT_BEGUN
    today = datetime.datetime.now(datetime.timezone.utc).date()
    file = options.folder / f"oracle-truth-{today}.md"
    dsn = given["oracle_dsn"]
    secrets = [given["oracle_password"], dsn, re.split("[:/]", dsn.removeprefix("//"))[0]]
    file.write_text(page(today, chosen, runs, secrets), encoding="utf-8")
    whole = all(run.is_whole for run in runs)
    sys.stdout.write(f"{file}: {'all was run and passed' if whole else 'not all passed'}\n")
    return PASSED if whole else FAILED


def _run(mode: str, sections: Sequence[str]) -> Run:
    """One mode of the driver, which a process has to keep for as long as it lives."""
    environment = dict(os.environ)
    if mode == "thin":
        environment.pop(CLIENT, None)
    asked = subprocess.run(
        [sys.executable, "-m", "tests.truth.facts"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        lines = [line for line in asked.stderr.splitlines() if not line.startswith("Help: ")]
        return Run(mode, None, (lines or ["it ended without a word"])[-1], {})
    facts: Facts = json.loads(asked.stdout)
    results: dict[str, list[Check]] = {}
    for section in sections:
        sys.stdout.write(f"{mode}: {section}\n")
        sys.stdout.flush()
        results[section] = _section(SECTIONS[section], environment)
    return Run(mode, facts, "", results)


def _section(arguments: Sequence[str], environment: dict[str, str]) -> list[Check]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"),
                *("--timeout=1200", "-o", "junit_family=xunit1", f"--junitxml={report}"),
                *arguments,
            ],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        checks = checks_in(report) if report.exists() else []
    if not checks:
        last = (done.stdout.strip().splitlines() or [""])[-1]
        checks = [Check("(the section itself)", "failed", 0, f"nothing was run: {last}", "")]
    return checks


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
