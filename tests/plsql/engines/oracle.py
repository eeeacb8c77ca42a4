"""A real Oracle Database, when ODM_TEST_ORACLE_USER, _PASSWORD and _DSN name one.

The shipped files run as they are. The account's name must have "test" in it, because
everything that its schema holds is dropped. ODM_TEST_ORACLE_CLIENT_LIB_DIR names the folder of an
Instant Client: then the driver works in its thick mode.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import oracledb

from tests.plsql.engines import TABLES, Argument, EngineMissing, StatementRefused
from tests.plsql.scripts import SCRIPTS, plan, statements

DROP_EVERYTHING = """
BEGIN
    FOR l_job IN (SELECT job_name FROM user_scheduler_jobs) LOOP
        DBMS_SCHEDULER.DROP_JOB(l_job.job_name, TRUE);
    END LOOP;
    FOR l_object IN (
        SELECT object_type, object_name
          FROM user_objects
         WHERE object_type IN ('MATERIALIZED VIEW', 'VIEW', 'PACKAGE', 'PROCEDURE')
         ORDER BY object_type
    ) LOOP
        EXECUTE IMMEDIATE
            'DROP ' || l_object.object_type || ' "' || l_object.object_name || '"';
    END LOOP;
    FOR l_table IN (SELECT table_name FROM user_tables) LOOP
        EXECUTE IMMEDIATE
            'DROP TABLE "' || l_table.table_name || '" CASCADE CONSTRAINTS PURGE';
    END LOOP;
END;
"""


NEEDED = tuple(f"ODM_TEST_ORACLE_{part}" for part in ("USER", "PASSWORD", "DSN"))
CLIENT = "ODM_TEST_ORACLE_CLIENT_LIB_DIR"


def settings() -> dict[str, str]:
    """The service's settings for that database. Raises EngineMissing and ValueError."""
    if missing := [name for name in NEEDED if not os.environ.get(name)]:
        raise EngineMissing(f"{', '.join(missing)} not set")
    user = os.environ["ODM_TEST_ORACLE_USER"]
    if "TEST" not in user.upper():
        raise ValueError(f"ODM_TEST_ORACLE_USER={user} does not look like an account for tests")
    given = {name: os.environ[name] for name in (*NEEDED, CLIENT) if os.environ.get(name)}
    return {name.removeprefix("ODM_TEST_").lower(): value for name, value in given.items()}


def connect(**changes: Any) -> oracledb.Connection:
    """A session of the test account's, in the mode that is asked for."""
    given = settings()
    if "oracle_client_lib_dir" in given:
        oracledb.init_oracle_client(lib_dir=given["oracle_client_lib_dir"])
    account = {name: given[f"oracle_{name}"] for name in ("user", "password", "dsn")}
    return oracledb.connect(**{**account, **changes})


class Oracle:
    """The test account's schema."""

    name = "oracle"
    installed: str | None = None

    def __init__(self) -> None:
        self.connection = connect()
        self.connection.autocommit = True

    def install(self, script: str, before: str = "", scripts: Path = SCRIPTS) -> None:
        self.installed = script
        self.query(DROP_EVERYTHING)
        for statement in statements(before):
            self.query(statement)
        self.run(script, scripts)

    def run(self, script: str, scripts: Path = SCRIPTS) -> None:
        """Executes what a script run by hand lists."""
        for step in plan(script, scripts):
            if step.creates is not None and self._execute(
                "SELECT 1 FROM user_objects WHERE object_type = :1 AND object_name = UPPER(:2)",
                step.creates,
            ):
                continue
            for statement in statements(step.path.read_text(encoding="utf-8")):
                self.query(statement)

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join(f":{place}" for place in range(1, len(rows[0]) + 1))
            with self.connection.cursor() as cursor:
                try:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", list(rows))
                except oracledb.Error as error:
                    raise StatementRefused(str(error)) from error

    def clear(self) -> None:
        for table in reversed(TABLES):
            self.query(f"DELETE FROM {table}")

    def refresh(self, view: str | None = None) -> None:
        one = f"DBMS_MVIEW.REFRESH('{view}', 'C')"
        self.query(f"BEGIN {one if view else 'odm_refresh_summaries'}; END;")

    def call(self, procedure: str, *arguments: Argument) -> str:
        if procedure.lower() == "get_data_version":
            with self.connection.cursor() as cursor:
                version = cursor.var(str, 4000)
                cursor.callproc(f"get_odm_data_pkg.{procedure}", [version])
                return str(version.getvalue())
        given: list[Any] = list(arguments)
        with self.connection.cursor() as cursor:
            document = cursor.var(oracledb.DB_TYPE_CLOB)
            position = 2 if procedure.lower() == "get_well_summary_by_day" else len(given)
            given.insert(position, document)
            try:
                cursor.callproc(f"get_odm_data_pkg.{procedure}", given)
            except oracledb.Error as error:
                raise StatementRefused(str(error)) from error
            return str(document.getvalue().read())

    def appended(self) -> None:
        """A database does not tell how its LOBs came about."""

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self._execute(statement, ())

    def _execute(self, statement: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(statement, list(arguments))
            except oracledb.Error as error:
                raise StatementRefused(str(error)) from error
            return list(cursor.fetchall()) if cursor.description else []

    def another(self) -> "Oracle":
        return Oracle()

    def close_session(self) -> None:
        self.connection.close()

    def close(self) -> None:
        self.close_session()
