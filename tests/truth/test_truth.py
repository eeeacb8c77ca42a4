"""`make oracle-truth`, tried on the wire server: what it runs, and what its page tells."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plsql.engines.oracle import CLIENT, NEEDED
from tests.truth.__main__ import ROOT, SECTIONS
from tests.truth.played import Played
from tests.wire.oracle import Control, ServerProcess

PASSWORD = "not-for-the-page"


@pytest.fixture
def oracle(database: Path) -> Iterator[Control]:
    """A database that executes nothing, with the company's data."""
    with ServerProcess(Played, database, user="odm_test", password=PASSWORD) as server:
        yield server


def run(*arguments: str, **given: str) -> "subprocess.CompletedProcess[str]":
    """The program, in an environment that names no other database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ODM_TEST_")}
    return subprocess.run(
        [sys.executable, "-m", "tests.truth", *arguments],
        cwd=ROOT,
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def account(oracle: Control, **changes: str) -> dict[str, str]:
    """How the tests reach it."""
    given = dict(zip(NEEDED, ("odm_test", PASSWORD, oracle.dsn), strict=True))
    return {**given, **changes}


@pytest.mark.slow
@pytest.mark.parametrize("missing", NEEDED)
def test_says_what_it_needs(missing: str) -> None:
    """Without one of the three nothing is begun, and the page is not written."""
    given = {name: "TEST" for name in NEEDED if name != missing}
    done = run(**given)
    assert done.returncode == 2
    assert f"{missing} not set" in done.stderr
    for name in (*NEEDED, CLIENT):
        assert f"  {name} " in done.stderr


@pytest.mark.slow
def test_not_any_account(oracle: Control) -> None:
    """A schema that may not be emptied is refused, and so is a wrong password; it is not told."""
    done = run(**account(oracle, ODM_TEST_ORACLE_USER="odm_owner"))
    assert (done.returncode, oracle.stats().logons) == (2, 0)
    assert "does not look like an account for tests" in done.stderr
    done = run(**account(oracle, ODM_TEST_ORACLE_PASSWORD=f"{PASSWORD}!"))
    assert done.returncode == 2
    assert "ORA-01017" in done.stderr
    assert PASSWORD not in done.stderr


@pytest.mark.slow
def test_page(oracle: Control, tmp_path: Path) -> None:
    """Over the wire all is run as it would be on a database, and told as it ends.

    Installations pass, and the contract; so do the failures that the network makes. What needs a
    statement to be executed cannot, and the page says so. The secrets are not on it.
    """
    sections = ("installation", "contract", "failures")
    done = run(*sections, "--folder", str(tmp_path), **account(oracle))
    assert done.returncode == 1, done.stderr
    assert "not all passed" in done.stdout
    (file,) = tmp_path.glob("oracle-truth-????-??-??.md")
    told = file.read_text(encoding="utf-8")
    assert f"# What Oracle says, {file.stem.removeprefix('oracle-truth-')}" in told
    for fact in ("Oracle Database 19c Standard Edition 2", "AL32UTF8", "ODMPDB", "19."):
        assert f"| {fact}" in told
    summary = dict(re.findall(r"^\| (\w+) \| (\d.*?) \(\d+\.\d s\) \|", told, re.MULTILINE))
    assert summary["installation"] == "11 passed"
    assert re.fullmatch(r"\d\d+ passed", summary["contract"])
    assert summary["failures"] == "2 failed, 6 passed"
    assert told.count(f"not run: {CLIENT} is not set") == 3
    failed = re.findall(r"^\| test_failures: (\w+) \| failed \| not run \|", told, re.MULTILINE)
    assert failed == ["test_view_goes_and_comes", "test_loads_take_turns"]
    assert PASSWORD not in told
    assert oracle.dsn not in told


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_checks(section: str) -> None:
    """What pytest is given for a section are tests that there are, of the real database."""
    given = dict(zip(NEEDED, ("odm_test", "x", "127.0.0.1:1/x"), strict=True))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *SECTIONS[section]],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(found) >= 4, done.stdout
    for test in found:
        assert "/real/" in test or "oracle" in test.partition("::")[2], test
        assert "mariadb" not in test
        assert "postgres" not in test


def test_every_real_test_is_in_a_section() -> None:
    """No module of the real database's is left out."""
    named = {word for words in SECTIONS.values() for word in words}
    modules = (ROOT / "tests/wells/oracle/real").glob("test_*.py")
    assert {module.relative_to(ROOT).as_posix() for module in modules} <= named
