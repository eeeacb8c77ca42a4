"""`python -m app install` over the wire: which statements it sends, and where it stops."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import install
from app.wells.oracle import install as module
from app.wells.oracle.scripts import SCRIPTS, plan, statements
from tests.wells.oracle.interrupts import pressing_ctrl_c
from tests.wells.oracle.schema import Schema
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import Control, OraError, ServerProcess
from tests.wire.oracle.client import eventually

SECRET = "tiger"


@pytest.fixture
def oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """The database that the environment names. Every session must be gone in the end."""
    monkeypatch.chdir(tmp_path)
    with ServerProcess(Schema) as server:
        given = settings_for(server)
        monkeypatch.setenv("ORACLE_USER", str(given.oracle_user))
        monkeypatch.setenv("ORACLE_PASSWORD", SECRET)
        monkeypatch.setenv("ORACLE_DSN", server.dsn)
        monkeypatch.setenv("ORACLE_CONNECT_TIMEOUT_SECONDS", "20")
        yield server
        eventually(lambda: not server.sessions())
        assert server.failures() == []


@pytest.fixture
def schema(oracle: Control) -> Schema:
    """The schema there, which is empty."""
    schema: Schema = oracle.handler
    return schema


def listed(*scripts: str) -> list[str]:
    """Every statement of what the scripts list: the checks once and first, then all in order."""
    steps = [step for script in scripts for step in plan(script)]
    checks = list(dict.fromkeys(step for step in steps if step.is_check))
    return [
        statement
        for step in [*checks, *(step for step in steps if not step.is_check)]
        for statement in statements(step.path.read_text(encoding="utf-8"))
    ]


TABLES = ["ODM_DIVISION", "ODM_WELL", "ODM_DAILY_PRODUCTION", "ODM_DAILY_PRICE"]
TABLES += ["ODM_MONTHLY_BUDGET"]


def installed(schema: Schema) -> None:
    """Have everything there, and forget how it came."""
    assert install([]) == 0
    schema.ran = []


@pytest.mark.parametrize(
    ("arguments", "script"),
    [
        ([], "install.sql"),
        (["install"], "install.sql"),
        (["package"], "install_package.sql"),
        (["upgrade"], "upgrade.sql"),
        (["uninstall"], "uninstall.sql"),
        (["uninstall-tables", "--yes"], "uninstall_tables.sql"),
    ],
)
@pytest.mark.usefixtures("oracle")
def test_statements_in_order(schema: Schema, arguments: list[str], script: str) -> None:
    """What the script for SQL*Plus lists, statement by statement."""
    if script == "upgrade.sql":
        schema.objects = {("TABLE", name): "" for name in TABLES}
        made = [f"CREATE TABLE {name.lower()} " for name in TABLES]
        expected = [sql for sql in listed(script) if not sql.startswith(tuple(made))]
    else:
        expected = listed(script)
    assert install(arguments) == 0
    assert schema.ran == expected


@pytest.mark.usefixtures("oracle")
def test_first_and_last(schema: Schema) -> None:
    """Place and privileges are checked before anything is made, and what was made last."""
    assert install([]) == 0
    assert "CON_NAME" in schema.ran[0]
    assert "user_sys_privs" in schema.ran[1]
    assert schema.ran[2].startswith("CREATE TABLE odm_division")
    assert "user_errors" in schema.ran[-1]


@pytest.mark.usefixtures("oracle")
def test_what_is_there_is_kept(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """A table and a materialized view that the schema has are not made again.

    An index is an object of its own, whatever else bears its name.
    """
    schema.objects = {
        ("TABLE", "ODM_WELL"): "",
        ("MATERIALIZED VIEW", "GET_WELL_SUMMARY_DATA_MV"): "",
        ("INDEX", "ODM_DIVISION"): "",
    }
    assert install([]) == 0
    assert not any(ran.startswith("CREATE TABLE odm_well") for ran in schema.ran)
    assert not any("CREATE MATERIALIZED VIEW get_well_summary" in ran for ran in schema.ran)
    assert any(ran.startswith("CREATE TABLE odm_division") for ran in schema.ran)
    said = capsys.readouterr().out
    assert "tables/odm_well.sql" in said
    assert said.count("already there, left as it is") == 2
    assert "grants --service-account" in said


@pytest.mark.usefixtures("oracle")
def test_first_error_stops(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """File, number of the statement and Oracle's words; nothing after it is run."""
    refused = "CREATE INDEX odm_well_division_ix"
    schema.errors = {refused: OraError(1536, "space quota exceeded for tablespace 'USERS'")}
    assert install([]) == 1
    assert schema.ran[-1].startswith(refused)
    assert capsys.readouterr().err == (
        "odm install: indexes/odm_well_division_ix.sql, statement 1: "
        "ORA-01536: space quota exceeded for tablespace 'USERS'\n"
    )


PLACE = OraError(20001, "ODM cannot be installed here:\n- this is CDB$ROOT: name the service")
PRIVILEGES = OraError(
    20002, 'ODM cannot be installed yet. A DBA runs:\nGRANT CREATE JOB TO "ODM_OWNER";'
)
PARTITIONS = OraError(20005, "Partitions cannot be had: this is Standard Edition 2")
MISSING = {"CON_NAME": PLACE, "user_sys_privs": PRIVILEGES, "V$OPTION": PARTITIONS}


@pytest.mark.parametrize("more", [[], ["--check"]], ids=["install", "check"])
@pytest.mark.usefixtures("oracle")
def test_all_that_is_missing(
    schema: Schema, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    """Every check is run before anything is changed; what they find is told in one list.

    The lines can be copied: nothing of the driver's or of the check's own is between them.
    """
    schema.errors = MISSING
    assert install(["--partitions", "--service-account", "ODM_SERVICE", *more]) == 1
    assert len(schema.ran) == 3
    assert schema.objects == {}
    assert capsys.readouterr().err == (
        "odm install: nothing was changed\n"
        "ODM cannot be installed here:\n"
        "- this is CDB$ROOT: name the service\n"
        "ODM cannot be installed yet. A DBA runs:\n"
        'GRANT CREATE JOB TO "ODM_OWNER";\n'
        "Partitions cannot be had: this is Standard Edition 2\n"
    )


@pytest.mark.usefixtures("oracle")
def test_check_that_fails(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that cannot be run tells which, and is no list of what is missing."""
    schema.errors = {"V$OPTION": OraError(942, "table or view does not exist")}
    assert install(["--partitions"]) == 1
    assert "checks/check_partitions.sql, statement 1: ORA-00942" in capsys.readouterr().err
    assert schema.objects == {}


@pytest.mark.parametrize(
    ("arguments", "checks"),
    [
        (["--check"], ["CON_NAME", "user_sys_privs"]),
        (["upgrade", "--check"], ["CON_NAME", "user_sys_privs", "FROM user_tables"]),
        (["package", "--check"], ["CON_NAME", "user_sys_privs"]),
        (["--check", "--partitions"], ["CON_NAME", "user_sys_privs", "V$OPTION"]),
    ],
)
@pytest.mark.usefixtures("oracle")
def test_only_checked(
    schema: Schema, capsys: pytest.CaptureFixture[str], arguments: list[str], checks: list[str]
) -> None:
    """With --check nothing else is sent, and it says that nothing is missing."""
    installed(schema)
    before = schema.catalogue()
    assert install(arguments) == 0
    assert len(schema.ran) == len(checks)
    for words, ran in zip(checks, schema.ran, strict=True):
        assert words in ran
    assert schema.catalogue() == before
    assert "nothing is missing, nothing was changed (Oracle 127.0.0.1" in capsys.readouterr().out


@pytest.mark.parametrize("action", ["install", "upgrade"])
@pytest.mark.usefixtures("oracle")
def test_partitions_by_request(schema: Schema, action: str) -> None:
    """Nothing is partitioned until it is asked for, and then once, whenever that is."""
    installed(schema)
    tables = [text for (kind, _), text in schema.objects.items() if kind == "TABLE"]
    assert tables
    assert not any("PARTITION" in text for text in tables)
    for times in (1, 0):
        schema.ran = []
        assert install([action, "--partitions"]) == 0
        assert sum(ran.startswith("ALTER TABLE odm_daily_prod") for ran in schema.ran) == times
    assert ("TABLE PARTITION", "ODM_DAILY_PRODUCTION") in schema.objects


@pytest.mark.parametrize(
    ("schema_name", "status"),
    [("SCOTT", 0), ("scott", 0), ('"SCOTT"', 0), ("ODM_OWNER", 1), ('"scott"', 1)],
)
@pytest.mark.usefixtures("oracle")
def test_another_account_than_the_owner(
    schema: Schema,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    schema_name: str,
    status: int,
) -> None:
    """Where the settings say who owns the package, the service's account does not install it."""
    monkeypatch.setenv("ORACLE_SCHEMA", schema_name)
    assert install([]) == status
    said = f"ORACLE_USER is scott, and ORACLE_SCHEMA says that {schema_name} owns the package"
    assert (said in capsys.readouterr().err) == bool(status)
    assert bool(schema.ran) != bool(status)


@pytest.mark.usefixtures("oracle")
def test_compile_gate(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """Code that does not compile fails the run, with every error that the gate lists."""
    errors = [f"PACKAGE BODY GET_ODM_DATA_PKG line {n}: PLS-00103: no" for n in range(30)]
    text = "ODM has compilation errors:\n" + "\n".join(errors)
    schema.errors = {"user_errors": OraError(20004, text)}
    assert install(["--service-account", "ODM_SERVICE"]) == 1
    assert text in capsys.readouterr().err
    assert not any(ran.startswith("GRANT") for ran in schema.ran)


@pytest.mark.parametrize("name", ["ODM_SERVICE", "odm$1", '"Odm Service"'])
@pytest.mark.usefixtures("oracle")
def test_grants(schema: Schema, name: str) -> None:
    """Alone, or after an installation."""
    grant = f"GRANT EXECUTE ON get_odm_data_pkg TO {name}"
    installed(schema)
    assert install(["grants", "--service-account", name]) == 0
    assert schema.ran == [grant]
    schema.empty()
    assert install(["--service-account", name]) == 0
    assert schema.ran == [*listed("install.sql"), grant]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grants"], "grants needs --service-account NAME"),
        (["grants", "--service-account", "x WITH GRANT OPTION"], "not a name of an account"),
        (["--service-account", 'x" y'], "not a name of an account"),
        (["--service-account", ""], "not a name of an account"),
        (["uninstall", "--service-account", "X"], "takes no --service-account"),
        (["uninstall-tables"], "say --yes if that is meant"),
        (["uninstall", "--check"], "uninstall has no --check"),
        (["grants", "--service-account", "X", "--check"], "grants has no --check"),
        (["package", "--partitions"], "package takes no --partitions"),
    ],
)
@pytest.mark.usefixtures("oracle")
def test_wrong_command_line(
    schema: Schema, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Exit status 2, and nothing is sent."""
    assert install(arguments) == 2
    assert said in capsys.readouterr().err
    assert schema.ran == []


def test_unknown_action(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, as of every command."""
    with pytest.raises(SystemExit) as left:
        install(["remove"])
    assert left.value.code == 2
    assert "uninstall-tables" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["install", "package", "upgrade", "uninstall"])
def test_dry_run(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file in order with what it depends on; no database is needed for that."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "connected", None)
    assert install([action, "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    script = "install_package.sql" if action == "package" else f"{action}.sql"
    steps = list(dict.fromkeys(step.path for step in plan(script)))
    names = [path.relative_to(SCRIPTS).as_posix() for path in steps]
    assert [line.split()[0] for line in lines] == sorted(
        names, key=lambda name: not (name.startswith("checks/") and "compiled" not in name)
    )
    once = [line for line in lines if "unless there is a TABLE of that name" in line]
    assert len(once) == (9 if action in {"install", "upgrade"} else 0)


def test_embedded_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no Oracle is named there is nothing to install into."""
    monkeypatch.chdir(tmp_path)
    assert install([]) == 1
    assert "set ORACLE_HOST or ORACLE_DSN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ORACLE_PASSWORD", "lion-" + SECRET, "check ORACLE_USER and ORACLE_PASSWORD"),
        ("ORACLE_DSN", "127.0.0.1:1/FREEPDB1", "the database cannot be reached"),
        ("ORACLE_DSN", "scott@127.0.0.1", "must not hold an account"),
    ],
)
@pytest.mark.usefixtures("oracle")
def test_cannot_connect(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    """One line, without the password."""
    monkeypatch.setenv(name, value)
    assert install([]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert SECRET not in shown.err + shown.out


@pytest.mark.parametrize("sql", ["user_objects", "CREATE TABLE odm_well"])
def test_lost_connection(
    oracle: Control, schema: Schema, capsys: pytest.CaptureFixture[str], sql: str
) -> None:
    """A connection that is lost half-way: what was being done, and exit status 1."""
    oracle.inject("close", sql=sql)
    assert install([]) == 1
    shown = capsys.readouterr().err
    assert "DPY-4011" in shown
    assert ("tables/odm_well.sql, statement 1" if "CREATE" in sql else "odm_division?") in shown


def test_interrupted(oracle: Control, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C says what to do next, at once, and leaves no session."""
    oracle.inject("hang", sql="CREATE TABLE odm_well")
    with pressing_ctrl_c(oracle):
        assert install([]) == 1
    assert "run install again" in capsys.readouterr().err


ENDS = ["close", "close_mid"]
"""The connection ends before a statement is executed, and after, before the answer is sent."""


def executions(oracle: Control, arguments: list[str]) -> int:
    """How many statements an undisturbed run sends, its questions what is there included."""
    oracle.reset()
    assert install(arguments) == 0
    return sum("execute" in call.operation for call in oracle.trace())


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("action", ["install", "upgrade"])
def test_interrupted_anywhere(oracle: Control, schema: Schema, action: str, end: str) -> None:
    """Killed at any statement, a run is finished by the next: all is there as if undisturbed."""
    arguments = [action, "--partitions", "--service-account", "ODM_SERVICE"]
    if action == "upgrade":
        assert install(["--partitions"]) == 0
    whole = executions(oracle, arguments)
    complete = schema.catalogue()
    assert whole > 60
    seen = set()
    for skip in range(whole):
        if action == "install":
            schema.empty()
        oracle.inject(end, operation="*execute*", skip=skip, after_bytes=0)
        assert install(arguments) == 1, f"statement {skip + 1} was not disturbed"
        seen.add(str(schema.catalogue()))
        assert install(arguments) == 0, f"statement {skip + 1}"
        assert schema.catalogue() == complete, f"statement {skip + 1}"
    assert len(seen) > (50 if action == "install" else 5)  # so many states were left behind


@pytest.mark.slow
@pytest.mark.usefixtures("oracle")
def test_refused_anywhere(schema: Schema) -> None:
    """A statement that is refused in the middle of a file: the next run finishes that file."""
    assert install([]) == 0
    complete = schema.catalogue()
    for statement in listed("install.sql"):
        schema.empty()
        schema.errors = {statement: OraError(1536, "space quota exceeded for tablespace 'USERS'")}
        assert install([]) == 1
        assert schema.ran[-1] == statement
        schema.errors = {}
        assert install([]) == 0
        assert schema.catalogue() == complete, statement


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_removal_interrupted_anywhere(oracle: Control, schema: Schema, end: str) -> None:
    """Killed at any statement, a removal is finished by the next, and the tables stay."""
    assert install([]) == 0
    assert install(["uninstall"]) == 0
    left = schema.catalogue()
    assert {kind for kind, _ in schema.objects} == {"TABLE", "INDEX"}
    for skip in range(executions(oracle, ["uninstall"])):
        assert install([]) == 0
        oracle.inject(end, operation="*execute*", skip=skip, after_bytes=0)
        assert install(["uninstall"]) == 1
        assert install(["uninstall"]) == 0
        assert schema.catalogue() == left


def test_a_dba_sees_who_installs(oracle: Control, schema: Schema) -> None:
    """Module and action in V$SESSION."""
    installed(schema)
    oracle.reset()
    assert install(["upgrade"]) == 0
    calls = [call for call in oracle.trace() if call.sql.startswith("CREATE")]
    assert {(call.module, call.action) for call in calls} == {("ODM install", "upgrade")}
