"""The scripts' checks and drops, and whole installations, executed by MariaDB.

It stands in for Oracle with a made-up dictionary, most of which looks into its own.
"""

from collections.abc import Iterator

import pytest

from tests.plsql.company import parse
from tests.plsql.conftest import started
from tests.plsql.engines import StatementRefused
from tests.plsql.engines.mariadb import MariaDB
from tests.plsql.scripts import SCRIPTS, plan
from tests.plsql.test_summaries import company

DICTIONARY = """
CREATE TABLE session_privs (privilege VARCHAR2(40));
CREATE TABLE user_users (default_tablespace VARCHAR2(30));
CREATE TABLE user_ts_quotas (tablespace_name VARCHAR2(30), bytes INT, max_bytes INT);
CREATE TABLE user_scheduler_jobs (job_name VARCHAR2(30));
CREATE TABLE user_errors (
    name VARCHAR2(30), type VARCHAR2(30), line INT, text VARCHAR2(200), attribute VARCHAR2(9),
    sequence INT
);
CREATE VIEW user_tables AS
SELECT UPPER(table_name) AS table_name
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE';
CREATE VIEW user_objects AS
SELECT 'TABLE' AS object_type, table_name AS object_name FROM user_tables
UNION ALL
SELECT 'MATERIALIZED VIEW', mview_name FROM user_mviews
UNION ALL
SELECT 'VIEW', UPPER(table_name) FROM information_schema.views WHERE table_schema = DATABASE()
UNION ALL
SELECT routine_type, UPPER(routine_name)
  FROM information_schema.routines
 WHERE routine_schema = DATABASE();
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
    ("CREATE TRIGGER",),
    ("CREATE JOB",),
]


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """MariaDB with a dictionary; PostgreSQL has no anonymous blocks of this kind."""
    engine = started("mariadb")
    try:
        assert isinstance(engine, MariaDB)
        yield engine
    finally:
        engine.close()


@pytest.fixture
def dictionary(mariadb: MariaDB) -> MariaDB:
    """ODM installed, and a dictionary that is as it should be in an account with a quota."""
    if mariadb.installed != "install.sql":
        mariadb.install("install.sql", before=DICTIONARY)
    for table in ("session_privs", "user_users", "user_ts_quotas", "user_errors"):
        mariadb.query(f"DELETE FROM {table}")
    mariadb.query("DELETE FROM user_scheduler_jobs")
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
    run(dictionary, "checks/check_installed.sql")
    dictionary.query("RENAME TABLE odm_daily_price TO hidden")
    try:
        assert "run install.sql" in refusal(dictionary, "checks/check_installed.sql")
    finally:
        dictionary.query("RENAME TABLE hidden TO odm_daily_price")


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


def whole(engine: MariaDB, script: str) -> None:
    """Executes everything that a script run by hand lists, as SQL*Plus would."""
    for step in plan(script):
        if step.creates is not None:
            kind, name = step.creates
            there = f"object_type = '{kind}' AND object_name = UPPER('{name}')"
            if engine.query(f"SELECT 1 FROM user_objects WHERE {there}"):
                continue
        engine.run(step.path.read_text(encoding="utf-8"))


def objects(engine: MariaDB) -> set[tuple[str, str]]:
    """What the schema holds of ODM."""
    named = "object_name LIKE '%ODM\\_%' OR object_name LIKE 'GET\\_%'"
    found = engine.query(f"SELECT object_type, object_name FROM user_objects WHERE {named}")
    helpers = {name for _, name in found if name.endswith("_QUERY")}
    return {(kind, name) for kind, name in found if name not in helpers}


def test_installed_upgraded_and_removed(dictionary: MariaDB) -> None:
    """Twice each: installing and upgrading keep the rows, removing keeps them too, until told."""
    stored = company()
    stored.store(dictionary)
    complete = objects(dictionary)
    dictionary.query("CREATE VIEW another AS SELECT 1 AS one FROM dual")
    dictionary.insert("user_scheduler_jobs", [("ANOTHER",)])
    for script in ("install.sql", "install.sql", "upgrade.sql", "upgrade.sql"):
        dictionary.query("UPDATE odm_daily_production SET oil_bbl = oil_bbl + 1 WHERE well_id = 8")
        stored.oil = {key: oil + (key[0] == 8) for key, oil in stored.oil.items()}
        whole(dictionary, script)
        if script == "install.sql":
            dictionary.refresh()
        assert parse(dictionary.call("Get_Division_Summary_Data")) == stored.division_summary()
        assert parse(dictionary.call("Get_Well_Summary_By_Day", 8, 30)) == stored.by_day(8, 30)
        assert objects(dictionary) == complete
        assert len(dictionary.query("SELECT * FROM user_scheduler_jobs")) == 2

    for _ in range(2):
        whole(dictionary, "uninstall.sql")
        assert {kind for kind, _ in objects(dictionary)} == {"TABLE"}
        assert dictionary.query("SELECT * FROM user_scheduler_jobs") == [("ANOTHER",)]
        total = sum(oil for oil in stored.oil.values())
        assert dictionary.query("SELECT SUM(oil_bbl) FROM odm_daily_production") == [(total,)]
    whole(dictionary, "install.sql")
    assert objects(dictionary) == complete
    assert parse(dictionary.call("Get_Division_Summary_Data")) == stored.division_summary()

    whole(dictionary, "uninstall.sql")
    dictionary.query("SET foreign_key_checks = OFF")
    for _ in range(2):
        whole(dictionary, "uninstall_tables.sql")
        assert objects(dictionary) == set()
    dictionary.query("SET foreign_key_checks = ON")
    assert dictionary.query("SELECT one FROM another") == [(1,)]
    assert "run install.sql" in refusal(dictionary, "checks/check_installed.sql")
    dictionary.installed = None
