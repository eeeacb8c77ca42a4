"""The install, upgrade, uninstall and grants scripts, as they are written."""

import re
from pathlib import Path

import pytest

from tests.plsql.grammar import BODY, BY_HAND, PLAIN, SPECIFICATION
from tests.plsql.scripts import SCRIPTS, plan, statements

BY_HAND_LISTS = {script.name for script in BY_HAND} - {"create_once.sql"}


def test_every_file_is_listed() -> None:
    """Each plain file is run by some script, the package by the two that install it."""
    listed = {step.path for script in BY_HAND_LISTS for step in plan(script)}
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
    assert names[:2] == ["check_place.sql", "check_privileges.sql"]
    assert names[-1] == "check_compiled.sql"
    package = [step.path.name for step in plan("install_package.sql")]
    assert package[:2] == ["check_place.sql", "check_package_privileges.sql"]
    assert package[-1] == "check_compiled.sql"


def test_what_is_made_once_is_whole() -> None:
    """A file that is left out where its object is there is one statement: none is ever half done.

    Each object that CREATE alone makes is looked for first; the other files can be run again.
    """
    steps = {step for script in BY_HAND_LISTS for step in plan(script)}
    for step in steps:
        made = list(statements(step.path.read_text(encoding="utf-8")))
        if step.creates:
            assert len(made) == 1, step.path.name
            kind, name = step.creates
            verb, _, rest = made[0].partition(" ")
            assert (verb, kind) in {("CREATE", kind), ("ALTER", "TABLE PARTITION")}
            assert re.match(rf"(?:GLOBAL TEMPORARY |UNIQUE |\w+ )*{name}\b", rest), step.path.name
        else:
            for statement in made:
                again = r"CREATE OR REPLACE |COMMENT ON |GRANT |BEGIN\b|DECLARE\b"
                assert re.match(again, statement), step.path.name


def test_the_job_goes_first() -> None:
    """It would else refresh what is being dropped."""
    names = [step.path.name for step in plan("uninstall.sql")]
    assert names[0] == "drop_job.sql"
    assert "drop_materialized_views.sql" in names[1:]


def test_checks_know_every_object() -> None:
    """The gate and the drops name each object that the installation creates."""
    others = {"checks", "drops", "grants", "versions", "indexes"}
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
    granted = ["CREATE SESSION", "EXECUTE ON ' || l_needed.package_name || '"]
    assert re.findall(r"GRANT (.*) TO", account) == granted
    assert re.findall(r"'(DBMS_\w+)'", account) == ["DBMS_LOB", "DBMS_OUTPUT"]
