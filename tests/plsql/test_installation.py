"""The scripts' checks and drops, and whole installations, executed by MariaDB.

It stands in for Oracle with a made-up dictionary, most of which looks into its own.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from dateutil.rrule import rrulestr

from tests.plsql.company import parse
from tests.plsql.conftest import started
from tests.plsql.engines import StatementRefused
from tests.plsql.engines.mariadb import MariaDB
from tests.plsql.scripts import SCRIPTS, plan
from tests.plsql.test_summaries import company

DICTIONARY = """
CREATE TABLE user_sys_privs (privilege VARCHAR2(40));
CREATE TABLE role_sys_privs (privilege VARCHAR2(40));
CREATE VIEW session_privs AS
SELECT privilege FROM user_sys_privs
UNION
SELECT privilege FROM role_sys_privs;
CREATE TABLE all_tab_privs (
    table_schema VARCHAR2(30), table_name VARCHAR2(30), privilege VARCHAR2(30), grantee VARCHAR2(30)
);
CREATE TABLE v$option (parameter VARCHAR2(30), value VARCHAR2(30));
CREATE TABLE product_component_version (product VARCHAR2(80));
CREATE TABLE user_env (parameter VARCHAR2(30), value VARCHAR2(30));
CREATE OR REPLACE FUNCTION sys_context(namespace VARCHAR2(30), name VARCHAR2(30))
RETURN VARCHAR2(64) AS
    l_value VARCHAR2(30);
BEGIN
    IF name = 'CURRENT_SCHEMA' THEN
        RETURN DATABASE();
    END IF;
    SELECT value INTO l_value FROM user_env WHERE namespace = 'USERENV' AND parameter = name;
    RETURN l_value;
END
/
CREATE TABLE user_users (default_tablespace VARCHAR2(30));
CREATE TABLE user_ts_quotas (tablespace_name VARCHAR2(30), bytes INT, max_bytes INT);
CREATE TABLE user_scheduler_jobs (job_name VARCHAR2(30), repeat_interval VARCHAR2(99));
CREATE TABLE user_errors (
    name VARCHAR2(30), type VARCHAR2(30), line INT, text VARCHAR2(200), attribute VARCHAR2(9),
    sequence INT
);
CREATE VIEW user_tables AS
SELECT UPPER(table_name) AS table_name
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE';
CREATE VIEW user_tab_columns AS
SELECT UPPER(table_name) AS table_name, UPPER(column_name) AS column_name,
       numeric_precision AS data_precision
  FROM information_schema.columns
 WHERE table_schema = DATABASE();
CREATE VIEW user_constraints AS
SELECT UPPER(constraint_name) AS constraint_name
  FROM information_schema.table_constraints
 WHERE constraint_schema = DATABASE();
CREATE VIEW user_objects AS
SELECT 'TABLE' AS object_type, table_name AS object_name FROM user_tables
UNION ALL
SELECT 'MATERIALIZED VIEW', mview_name FROM user_mviews
UNION ALL
SELECT 'VIEW', UPPER(table_name) FROM information_schema.views WHERE table_schema = DATABASE()
UNION ALL
SELECT DISTINCT 'INDEX', UPPER(index_name)
  FROM information_schema.statistics
 WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'
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
        INSERT INTO user_scheduler_jobs VALUES (name, calendar);
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


PACKAGES = {
    "DBMS_LOB": "DBMS_LOB",
    "DBMS_MVIEW": "DBMS_SNAPSHOT",  # of which the other is a synonym
    "DBMS_SCHEDULER": "DBMS_SCHEDULER",
}
TOLD = (
    "user_sys_privs",
    "role_sys_privs",
    "all_tab_privs",
    "user_env",
    "user_users",
    "user_ts_quotas",
    "user_errors",
    "v$option",
    "product_component_version",
)


def tell(engine: MariaDB) -> None:
    """Have the dictionary say that all is as it should be, in an account with a quota."""
    for table in TOLD:
        engine.query(f"DELETE FROM {table}")
    engine.query("SET @oracle_version = 19")
    engine.insert("user_env", [("CON_NAME", "ODMPDB"), ("SESSION_USER", "ODM_OWNER")])
    engine.insert("user_sys_privs", PRIVILEGES)
    public = [("SYS", name, "EXECUTE", "PUBLIC") for name in PACKAGES.values()]
    engine.insert("all_tab_privs", public)
    engine.insert("user_users", [("USERS",)])
    engine.insert("user_ts_quotas", [("USERS", 0, -1)])
    engine.insert("v$option", [("Partitioning", "TRUE")])
    engine.insert("product_component_version", [("Oracle Database 19c Enterprise Edition ",)])


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
    tell(mariadb)
    mariadb.query("DELETE FROM user_scheduler_jobs")
    return mariadb


def run(engine: MariaDB, file: str) -> None:
    """Executes a shipped file."""
    engine.run((SCRIPTS / file).read_text(encoding="utf-8"))


def refusal(engine: MariaDB, file: str) -> str:
    """Executes a shipped file that must fail by itself, and returns what it says."""
    engine.query("SET @raised = NULL")
    with pytest.raises(StatementRefused) as refused:
        run(engine, file)
    assert engine.raised()[:100] in str(refused.value).replace("\\n", "\n").replace("\\'", "'")
    return engine.raised()


CHECKS = ("check_place", "check_privileges", "check_package_privileges", "check_partitions")
PLACE = "checks/check_place.sql"
PRIVILEGED = "checks/check_privileges.sql"


@pytest.mark.parametrize("version", [19, 21, 23])
def test_all_privileges(dictionary: MariaDB, version: int) -> None:
    """An account with everything it needs passes every check, on 19c and later."""
    dictionary.query(f"SET @oracle_version = {version}")
    for check in CHECKS:
        run(dictionary, f"checks/{check}.sql")


def test_too_old_a_database(dictionary: MariaDB) -> None:
    """18c is told that it is too old."""
    dictionary.query("SET @oracle_version = 18")
    assert "needs Oracle Database 19c or later, and this is 18" in refusal(dictionary, PLACE)


def test_root_of_a_container_database(dictionary: MariaDB) -> None:
    """CDB$ROOT is no place for anybody's tables."""
    dictionary.query("UPDATE user_env SET value = 'CDB$ROOT' WHERE parameter = 'CON_NAME'")
    assert "this is CDB$ROOT: name the service" in refusal(dictionary, PLACE)


@pytest.mark.parametrize("account", ["SYS", "SYSTEM"])
def test_accounts_of_oracle(dictionary: MariaDB, account: str) -> None:
    """Nobody installs into SYS or SYSTEM by mistake; all that is wrong with the place is said."""
    dictionary.query(f"UPDATE user_env SET value = '{account}' WHERE parameter = 'SESSION_USER'")
    dictionary.query("UPDATE user_env SET value = 'CDB$ROOT' WHERE parameter = 'CON_NAME'")
    message = refusal(dictionary, PLACE)
    assert f"{account} must not own it" in message
    assert "this is CDB$ROOT" in message


@pytest.mark.parametrize("privilege", [name for (name,) in PRIVILEGES[1:]])
def test_a_missing_privilege(dictionary: MariaDB, privilege: str) -> None:
    """Each privilege is looked for; when it is missing, the grant of it is told, alone."""
    dictionary.query(f"DELETE FROM user_sys_privs WHERE privilege = '{privilege}'")
    message = refusal(dictionary, PRIVILEGED)
    assert f'GRANT {privilege} TO "ODM_OWNER";' in message
    assert message.count(";") == 1
    assert "by a role" not in message.lower()


@pytest.mark.parametrize("privilege", [name for (name,) in PRIVILEGES[1:]])
def test_a_privilege_by_a_role(dictionary: MariaDB, privilege: str) -> None:
    """What comes by a role is not enough, and that is said; the grant is told all the same."""
    dictionary.query(f"DELETE FROM user_sys_privs WHERE privilege = '{privilege}'")
    dictionary.insert("role_sys_privs", [(privilege,)])
    message = refusal(dictionary, PRIVILEGED)
    assert f'GRANT {privilege} TO "ODM_OWNER";' in message
    assert f"(By a role alone, which is not enough: {privilege})" in message


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_taken_from_public(dictionary: MariaDB, package: str) -> None:
    """A hardened database: a role that may execute it is not enough, a grant to the owner is."""
    owned = f"table_name = '{PACKAGES[package]}'"
    dictionary.query(f"UPDATE all_tab_privs SET grantee = 'HARDENED' WHERE {owned}")
    message = refusal(dictionary, PRIVILEGED)
    assert f'GRANT EXECUTE ON {package} TO "ODM_OWNER";' in message
    assert message.count(";") == 1
    assert f"(By a role alone, which is not enough: EXECUTE ON {package})" in message
    dictionary.query(f"DELETE FROM all_tab_privs WHERE {owned}")
    message = refusal(dictionary, PRIVILEGED)
    assert f'GRANT EXECUTE ON {package} TO "ODM_OWNER";' in message
    assert "by a role" not in message.lower()
    dictionary.insert("all_tab_privs", [("SYS", PACKAGES[package], "EXECUTE", "ODM_OWNER")])
    run(dictionary, PRIVILEGED)


def test_everything_missing_is_said_at_once(dictionary: MariaDB) -> None:
    """A DBA need not grant one privilege after the other to learn what is needed."""
    for table in ("user_sys_privs", "all_tab_privs", "user_ts_quotas"):
        dictionary.query(f"DELETE FROM {table}")
    message = refusal(dictionary, PRIVILEGED)
    lines = [line for line in message.splitlines() if line.endswith(";")]
    packages = [f'GRANT EXECUTE ON {package} TO "ODM_OWNER";' for package in PACKAGES]
    assert sorted(lines) == sorted(
        [f'GRANT {privilege} TO "ODM_OWNER";' for (privilege,) in PRIVILEGES[1:]]
        + packages
        + ['ALTER USER "ODM_OWNER" QUOTA UNLIMITED ON "USERS";']
    )


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
        dictionary.insert("user_sys_privs", [("UNLIMITED TABLESPACE",)])
    if enough:
        run(dictionary, PRIVILEGED)
    else:
        message = refusal(dictionary, PRIVILEGED)
        assert 'ALTER USER "ODM_OWNER" QUOTA UNLIMITED ON "USERS";' in message


@pytest.mark.parametrize("tablespace", ["SYSTEM", "SYSAUX"])
def test_tablespace_of_the_database(dictionary: MariaDB, tablespace: str) -> None:
    """A new pluggable database may have no other: what fills up would be the database's own."""
    dictionary.query(f"UPDATE user_users SET default_tablespace = '{tablespace}'")
    dictionary.insert("user_sys_privs", [("UNLIMITED TABLESPACE",)])
    message = refusal(dictionary, PRIVILEGED)
    assert 'ALTER USER "ODM_OWNER" DEFAULT TABLESPACE users QUOTA UNLIMITED ON users;' in message


def test_package_alone(dictionary: MariaDB) -> None:
    """Over tables of one's own two things are needed, and both are told at once."""
    dictionary.query("DELETE FROM user_sys_privs WHERE privilege <> 'CREATE PROCEDURE'")
    dictionary.query("DELETE FROM all_tab_privs WHERE table_name <> 'DBMS_LOB'")
    run(dictionary, "checks/check_package_privileges.sql")
    dictionary.query("DELETE FROM user_sys_privs")
    dictionary.query("UPDATE all_tab_privs SET grantee = 'HARDENED'")
    message = refusal(dictionary, "checks/check_package_privileges.sql")
    assert 'GRANT CREATE PROCEDURE TO "ODM_OWNER";' in message
    assert 'GRANT EXECUTE ON DBMS_LOB TO "ODM_OWNER";' in message


@pytest.mark.parametrize("options", [[], [("Partitioning", "FALSE")], [("OLAP", "TRUE")]])
def test_no_partitioning(dictionary: MariaDB, options: list[tuple[str, str]]) -> None:
    """Standard Edition is told in a clear word, and that nothing needs partitions."""
    dictionary.query("DELETE FROM v$option")
    dictionary.insert("v$option", options)
    product = "Oracle Database 19c Standard Edition 2 "
    dictionary.query(f"UPDATE product_component_version SET product = '{product}'")
    message = refusal(dictionary, "checks/check_partitions.sql")
    assert "this is Oracle Database 19c Standard Edition 2, without Partitioning" in message
    assert "ODM needs none" in message


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
    assert f"PACKAGE BODY {name} line 0: PLS-0" in message


def test_job_is_created_once(dictionary: MariaDB) -> None:
    """The job is made when it is missing, and left alone when it is there."""
    for _ in range(2):
        run(dictionary, "jobs/odm_refresh_summaries_job.sql")
        jobs = dictionary.query("SELECT job_name FROM user_scheduler_jobs")
        assert jobs == [("ODM_REFRESH_SUMMARIES_JOB",)]


def test_rows_are_made_once(dictionary: MariaDB) -> None:
    """A subject that is missing comes back, at 0; one that is there keeps its count."""
    dictionary.query("UPDATE odm_data_version SET change_count = 7 WHERE subject = 'wells'")
    dictionary.query("DELETE FROM odm_data_version WHERE subject IN ('prices', 'budgets')")
    for _ in range(2):
        run(dictionary, "rows/odm_data_version.sql")
        counts = dict(dictionary.query("SELECT subject, change_count FROM odm_data_version"))
        assert sorted(counts) == [
            "budgets", "divisions", "prices", "production", "summaries", "wells",
        ]  # fmt: skip
        assert (counts["wells"], counts["prices"], counts["budgets"]) == (7, 0, 0)


def test_job_runs_every_hour(dictionary: MariaDB) -> None:
    """At five past each hour: calendars are written as iCalendar's rules (RFC 5545) here."""
    run(dictionary, "jobs/odm_refresh_summaries_job.sql")
    ((calendar,),) = dictionary.query("SELECT repeat_interval FROM user_scheduler_jobs")
    midnight = dt.datetime(2026, 3, 8)  # noqa: DTZ001 - the host's time
    try:
        runs = rrulestr(calendar, dtstart=midnight).between(midnight, midnight + dt.timedelta(1))
    except ValueError as error:
        pytest.fail(f"{calendar}: {error}")
    assert runs == [midnight + dt.timedelta(hours=hour, minutes=5) for hour in range(24)]


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


def test_table_of_an_earlier_release(dictionary: MariaDB) -> None:
    """Its rows become days, and then it takes what one that is made today takes."""
    company().store(dictionary)
    rows = "SELECT well_id, production_date, oil_bbl FROM odm_daily_production ORDER BY 1, 2"
    before = dictionary.query(rows)
    for change in (
        "DROP CONSTRAINT odm_daily_production_month_ck",
        "DROP CONSTRAINT odm_daily_production_period_ck",
        "DROP COLUMN period",
        "MODIFY oil_bbl DECIMAL(10,3) NOT NULL",
        "ADD CONSTRAINT odm_daily_production_oil_ck CHECK (oil_bbl >= 0)",
    ):
        dictionary.query(f"ALTER TABLE odm_daily_production {change}")
    for _ in range(2):
        run(dictionary, "upgrades/odm_daily_production.sql")
        assert dictionary.query(rows) == before
        periods = dictionary.query("SELECT DISTINCT period FROM odm_daily_production")
        assert periods == [("day",)]
    most = Decimal("-999999999.999")
    dictionary.insert("odm_daily_production", [(8, dt.datetime(2020, 6, 1), most, "month")])  # noqa: DTZ001
    for day, period in ((2, "month"), (1, "week"), (3, None)):
        with pytest.raises(StatementRefused):
            dictionary.insert("odm_daily_production", [(8, dt.datetime(2020, 7, day), 1, period)])  # noqa: DTZ001
    dictionary.installed = None


def test_installed_upgraded_and_removed(dictionary: MariaDB) -> None:
    """Twice each: installing and upgrading keep the rows, removing keeps them too, until told."""
    stored = company()
    stored.store(dictionary)
    complete = objects(dictionary)
    dictionary.query("CREATE VIEW another AS SELECT 1 AS one FROM dual")
    dictionary.insert("user_scheduler_jobs", [("ANOTHER", None)])
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
        assert {kind for kind, _ in objects(dictionary)} == {"TABLE", "INDEX"}
        assert dictionary.query("SELECT job_name FROM user_scheduler_jobs") == [("ANOTHER",)]
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
