"""The install, upgrade, uninstall and grants scripts, as they are written."""

import re
from pathlib import Path

import pytest

from tests.plsql.grammar import BODY, BY_HAND, PLAIN, SPECIFICATION
from tests.plsql.scripts import SCRIPTS, plan, statements


def test_every_file_is_listed() -> None:
    """Each plain file is run by some script, the package by the two that install it."""
    scripts = {script.name for script in BY_HAND} - {"create_once.sql"}
    listed = {step.path for script in scripts for step in plan(script)}
    assert listed == set(PLAIN)
    assert {SPECIFICATION, BODY} <= {step.path for step in plan("install_package.sql")}


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: path.name)
def test_scripts_stop_at_the_first_error(path: Path) -> None:
    """Scripts that are run by hand leave with a failure, whatever fails, before anything runs."""
    text = path.read_text(encoding="utf-8")
    if path.name in {"create_once.sql", "already_there.sql"}:
        assert "WHENEVER" not in text
        return
    code = [line for line in text.splitlines() if line and not line.startswith("--")]
    assert code[:2] == [
        "WHENEVER OSERROR EXIT FAILURE ROLLBACK",
        "WHENEVER SQLERROR EXIT FAILURE ROLLBACK",
    ]


@pytest.mark.parametrize("script", ["install.sql", "upgrade.sql"])
def test_privileges_first_and_errors_last(script: str) -> None:
    """Nothing is changed before the privileges are checked, and the compile gate has the end."""
    names = [step.path.name for step in plan(script)]
    assert names[0] == "check_privileges.sql"
    assert names[-1] == "check_compiled.sql"
    assert [step.path.name for step in plan("install_package.sql")][-1] == "check_compiled.sql"


def test_checks_know_every_object() -> None:
    """The gate and the drops name each object that the installation creates."""
    others = {"checks", "drops", "grants", "versions"}
    created = {path.stem.upper() for path in PLAIN if path.parent.name not in others}
    tables = {path.stem.upper() for path in PLAIN if path.parent.name == "tables"}
    gate = (SCRIPTS / "checks" / "check_compiled.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"'([A-Z_]{7,})'", gate)) == created - tables - {
        "ODM_REFRESH_SUMMARIES_JOB"
    }
    drops = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("drops/*.sql"))
    quoted = set(re.findall(r"'([A-Z_]{7,})'", drops)) - {"PACKAGE", "PROCEDURE", "TRIGGER"}
    assert quoted == created


def test_service_account_may_execute_the_package_and_nothing_else() -> None:
    """One grant, of EXECUTE on the package, without the right to pass it on."""
    (step,) = plan("grants.sql")
    (grant,) = statements(step.path.read_text(encoding="utf-8"))
    assert grant == "GRANT EXECUTE ON get_odm_data_pkg TO &service_account"
    account = (SCRIPTS / "service_account.sql").read_text(encoding="utf-8")
    assert re.findall(r"GRANT (.*) TO", account) == ["CREATE SESSION"]
