"""`python -m app install` over the wire: which statements it sends, and where it stops."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import install
from app.wells.oracle.database import SET_UP
from app.wells.oracle.scripts import SCRIPTS, plan, statements
from tests.wells.oracle.interrupts import pressing_ctrl_c
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import Call, Column, Control, OraError, Rows, ServerProcess
from tests.wire.oracle.client import eventually

SECRET = "tiger"


class Schema:
    """A handler that notes the statements, and knows some objects."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.there: set[tuple[str, str]] = set()
        self.errors: dict[str, OraError] = {}
        """What it answers to statements with these words."""

    def __call__(self, call: Call) -> Rows | None:
        if call.sql == SET_UP:
            return None
        if "user_objects" in call.sql and call.kind == "query":
            asked = (call["object_type"], call["object_name"].upper())
            return Rows([Column("COUNT", "NUMBER")], [(int(asked in self.there),)])
        self.ran.append(call.sql)
        for words, error in self.errors.items():
            if words in call.sql:
                raise error
        return None


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


def listed(script: str) -> list[str]:
    """Every statement of what a script lists, in order."""
    return [
        statement
        for step in plan(script)
        for statement in statements(step.path.read_text(encoding="utf-8"))
    ]


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
    assert install(arguments) == 0
    assert schema.ran == listed(script)


@pytest.mark.usefixtures("oracle")
def test_first_and_last(schema: Schema) -> None:
    """The privileges are checked before anything is made, and what was made is checked last."""
    install([])
    assert "session_privs" in schema.ran[0]
    assert schema.ran[1].startswith("CREATE TABLE odm_division")
    assert "user_errors" in schema.ran[-1]


@pytest.mark.usefixtures("oracle")
def test_what_is_there_is_kept(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """A table and a materialized view that the schema has are not made again."""
    schema.there = {
        ("TABLE", "ODM_WELL"),
        ("MATERIALIZED VIEW", "GET_WELL_SUMMARY_DATA_MV"),
        ("INDEX", "ODM_DIVISION"),
    }
    assert install([]) == 0
    assert not any(ran.startswith("CREATE TABLE odm_well") for ran in schema.ran)
    assert not any("VIEW get_well_summary_data_mv" in ran for ran in schema.ran)
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
        "odm install: tables/odm_well.sql, statement 2: "
        "ORA-01536: space quota exceeded for tablespace 'USERS'\n"
    )


@pytest.mark.usefixtures("oracle")
def test_missing_privileges(schema: Schema, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is changed where the first check fails."""
    text = "ODM cannot be installed: the account lacks CREATE JOB;"
    schema.errors = {"session_privs": OraError(20002, text)}
    assert install(["--service-account", "ODM_SERVICE"]) == 1
    assert len(schema.ran) == 1
    assert f"checks/check_privileges.sql, statement 1: ORA-20002: {text}" in capsys.readouterr().err


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
    assert install(["grants", "--service-account", name]) == 0
    assert schema.ran == [grant]
    schema.ran = []
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
    monkeypatch.setitem(sys.modules, "oracledb", None)
    assert install([action, "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    script = "install_package.sql" if action == "package" else f"{action}.sql"
    assert [line.split()[0] for line in lines] == [
        step.path.relative_to(SCRIPTS).as_posix() for step in plan(script)
    ]
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


def test_a_dba_sees_who_installs(oracle: Control) -> None:
    """Module and action in V$SESSION."""
    assert install(["upgrade"]) == 0
    calls = [call for call in oracle.trace() if call.sql.startswith("CREATE")]
    assert {(call.module, call.action) for call in calls} == {("ODM install", "upgrade")}
