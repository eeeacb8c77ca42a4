"""The checks, drops and the job, executed by MariaDB over a made-up dictionary of Oracle."""

from collections.abc import Iterator

import pytest

from tests.plsql.conftest import started
from tests.plsql.engines import StatementRefused
from tests.plsql.engines.mariadb import MariaDB
from tests.plsql.scripts import SCRIPTS

DICTIONARY = """
CREATE TABLE session_privs (privilege VARCHAR2(40));
CREATE TABLE user_users (default_tablespace VARCHAR2(30));
CREATE TABLE user_ts_quotas (tablespace_name VARCHAR2(30), bytes INT, max_bytes INT);
CREATE TABLE user_tables (table_name VARCHAR2(30));
CREATE TABLE user_objects (object_type VARCHAR2(30), object_name VARCHAR2(30));
CREATE TABLE user_scheduler_jobs (job_name VARCHAR2(30));
CREATE TABLE user_errors (
    name VARCHAR2(30), type VARCHAR2(30), line INT, text VARCHAR2(200), attribute VARCHAR2(9),
    sequence INT
);
CREATE PACKAGE dbms_scheduler AS
    PROCEDURE create_job(
        name VARCHAR2(99), kind VARCHAR2(99), action VARCHAR2(99), calendar VARCHAR2(99),
        enabled BOOLEAN, comments VARCHAR2(99)
    );
    PROCEDURE drop_job(name VARCHAR2(99), forced BOOLEAN);
END dbms_scheduler
/
CREATE PACKAGE BODY dbms_scheduler AS
    PROCEDURE create_job(
        name VARCHAR2(99), kind VARCHAR2(99), action VARCHAR2(99), calendar VARCHAR2(99),
        enabled BOOLEAN, comments VARCHAR2(99)
    ) AS
    BEGIN
        INSERT INTO user_scheduler_jobs VALUES (name);
        IF kind <> 'STORED_PROCEDURE' OR action <> 'ODM_REFRESH_SUMMARIES' OR NOT enabled THEN
            raise_application_error(-27452, 'not the job that is meant');
        END IF;
    END;
    PROCEDURE drop_job(name VARCHAR2(99), forced BOOLEAN) AS
    BEGIN
        DELETE FROM user_scheduler_jobs WHERE job_name = name;
    END;
END dbms_scheduler
/
"""
PRIVILEGES = [
    ("CREATE SESSION",),
    ("CREATE TABLE",),
    ("CREATE VIEW",),
    ("CREATE MATERIALIZED VIEW",),
    ("CREATE PROCEDURE",),
    ("CREATE JOB",),
]
TABLES = [(path.stem.upper(),) for path in SCRIPTS.glob("tables/*.sql")]


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """MariaDB with ODM and a dictionary; PostgreSQL has no anonymous blocks of this kind."""
    engine = started("mariadb")
    try:
        assert isinstance(engine, MariaDB)
        engine.install("install.sql", before=DICTIONARY)
        yield engine
    finally:
        engine.close()


@pytest.fixture
def dictionary(mariadb: MariaDB) -> MariaDB:
    """A dictionary that is as it should be before an installation in an account with a quota."""
    for table in ("session_privs", "user_users", "user_ts_quotas", "user_tables", "user_objects"):
        mariadb.query(f"DELETE FROM {table}")
    mariadb.query("DELETE FROM user_scheduler_jobs")
    mariadb.query("DELETE FROM user_errors")
    mariadb.query("SET @oracle_version = 19")
    mariadb.insert("session_privs", PRIVILEGES)
    mariadb.insert("user_users", [("USERS",)])
    mariadb.insert("user_ts_quotas", [("USERS", 0, -1)])
    return mariadb


def run(engine: MariaDB, file: str) -> None:
    """Executes a shipped file."""
    engine.run((SCRIPTS / file).read_text(encoding="utf-8"))


def refusal(engine: MariaDB, file: str) -> str:
    """Executes a shipped file that must fail, and returns what it says."""
    with pytest.raises(StatementRefused) as refused:
        run(engine, file)
    return str(refused.value)


@pytest.mark.parametrize("version", [19, 21, 23])
def test_all_privileges(dictionary: MariaDB, version: int) -> None:
    """An account with everything it needs passes, on 19c and later."""
    dictionary.query(f"SET @oracle_version = {version}")
    run(dictionary, "checks/check_privileges.sql")


def test_too_old_a_database(dictionary: MariaDB) -> None:
    """18c is told that it is too old."""
    dictionary.query("SET @oracle_version = 18")
    assert "needs Oracle Database 19c" in refusal(dictionary, "checks/check_privileges.sql")


@pytest.mark.parametrize("privilege", [name for (name,) in PRIVILEGES[1:]])
def test_a_missing_privilege(dictionary: MariaDB, privilege: str) -> None:
    """Each privilege is looked for, and named when it is missing, alone."""
    dictionary.query(f"DELETE FROM session_privs WHERE privilege = '{privilege}'")
    message = refusal(dictionary, "checks/check_privileges.sql")
    assert f"the account lacks {privilege};" in message
    assert message.count(";") == 1


def test_everything_missing_is_said_at_once(dictionary: MariaDB) -> None:
    """A DBA need not grant one privilege after the other to learn what is needed."""
    dictionary.query("DELETE FROM session_privs")
    dictionary.query("DELETE FROM user_ts_quotas")
    message = refusal(dictionary, "checks/check_privileges.sql")
    for (privilege,) in PRIVILEGES[1:]:
        assert f" {privilege};" in message
    assert "a quota on its default tablespace" in message


@pytest.mark.parametrize(
    ("quota", "unlimited", "enough"),
    [
        (("USERS", 10, 20), False, True),
        (("USERS", 20, 20), False, False),
        (("OTHERS", 0, -1), False, False),
        (("OTHERS", 0, -1), True, True),
    ],
)
def test_space(
    dictionary: MariaDB, quota: tuple[str, int, int], unlimited: bool, enough: bool
) -> None:
    """Room is a quota on the default tablespace that is not used up, or no limit at all."""
    dictionary.query("DELETE FROM user_ts_quotas")
    dictionary.insert("user_ts_quotas", [quota])
    if unlimited:
        dictionary.insert("session_privs", [("UNLIMITED TABLESPACE",)])
    if enough:
        run(dictionary, "checks/check_privileges.sql")
    else:
        message = refusal(dictionary, "checks/check_privileges.sql")
        assert "lacks a quota on its default tablespace" in message


def test_upgrade_needs_an_installation(dictionary: MariaDB) -> None:
    """All five tables make an installation; with one less, install.sql is what is meant."""
    dictionary.insert("user_tables", [*TABLES, ("ANOTHER",)])
    run(dictionary, "checks/check_installed.sql")
    dictionary.query("DELETE FROM user_tables WHERE table_name = 'ODM_WELL'")
    assert "run install.sql" in refusal(dictionary, "checks/check_installed.sql")


def test_compile_gate_passes(dictionary: MariaDB) -> None:
    """Without errors the installation ends well; warnings and other code do not matter."""
    dictionary.insert(
        "user_errors",
        [
            ("SOMETHING_ELSE", "PROCEDURE", 1, "PLS-00201", "ERROR", 1),
            ("GET_ODM_DATA_PKG", "PACKAGE BODY", 1, "PLW-05018", "WARNING", 1),
        ],
    )
    run(dictionary, "checks/check_compiled.sql")


@pytest.mark.parametrize("name", ["GET_ODM_DATA_PKG", "ODM_REFRESH_SUMMARIES"])
def test_compile_gate_stops(dictionary: MariaDB, name: str) -> None:
    """An error fails the installation, and the message says what and where, however many."""
    dictionary.insert(
        "user_errors",
        [(name, "PACKAGE BODY", line, f"PLS-{line}", "ERROR", line) for line in range(100)],
    )
    message = refusal(dictionary, "checks/check_compiled.sql")
    assert f"PACKAGE BODY {name} line 0: PLS-0" in message.replace("\\n", "\n")


def test_job_is_created_once(dictionary: MariaDB) -> None:
    """The job is made when it is missing, and left alone when it is there."""
    for _ in range(2):
        run(dictionary, "jobs/odm_refresh_summaries_job.sql")
        jobs = dictionary.query("SELECT job_name FROM user_scheduler_jobs")
        assert jobs == [("ODM_REFRESH_SUMMARIES_JOB",)]


def test_code_is_dropped(dictionary: MariaDB) -> None:
    """Job, package, procedure and views go, what is not ODM's stays, and again is no error."""
    dictionary.insert("user_scheduler_jobs", [("ODM_REFRESH_SUMMARIES_JOB",), ("ANOTHER",)])
    dictionary.query("CREATE VIEW another AS SELECT 1 AS one FROM dual")
    dictionary.insert(
        "user_objects",
        [
            ("PACKAGE", "GET_ODM_DATA_PKG"),
            ("PROCEDURE", "ODM_REFRESH_SUMMARIES"),
            ("VIEW", "GET_WELL_SUMMARY_BY_DAY_VW"),
            ("VIEW", "ODM_WELL_TOTALS_VW"),
            ("VIEW", "ANOTHER"),
            ("TABLE", "ODM_WELL"),
        ],
    )
    run(dictionary, "drops/drop_code.sql")
    assert dictionary.query("SELECT job_name FROM user_scheduler_jobs") == [("ANOTHER",)]
    assert dictionary.query("SELECT one FROM another") == [(1,)]
    assert dictionary.query("SELECT COUNT(*) FROM odm_well") == [(0,)]
    for gone in ("get_well_summary_by_day_vw", "odm_well_totals_vw"):
        with pytest.raises(StatementRefused):
            dictionary.query(f"SELECT 1 FROM {gone}")
    with pytest.raises(StatementRefused):
        dictionary.call("get_division_list")
    with pytest.raises(StatementRefused):
        dictionary.refresh()
    dictionary.query("DELETE FROM user_objects")
    run(dictionary, "drops/drop_code.sql")
