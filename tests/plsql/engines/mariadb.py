"""MariaDB in its Oracle mode, which executes PL/SQL packages as they are, but for what is below.

It drops RETURNING and FORMAT JSON (its JSON functions know neither), AUTHID, NOCOPY, CONSTANT, WAIT
and the defaults of parameters; it has no partitions next to foreign keys, no materialized views
and no comments on objects. Its triggers are for each row alone, so ODM's are not installed.
What that hides is left to PostgreSQL and to the static rules.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pymysql

from tests.plsql.engines import HOST_TIME, TABLES, Argument, EngineMissing, StatementRefused
from tests.plsql.scripts import SCRIPTS, plan, statements
from tests.support.temporary import end_with_this_process, has_ended, own_temporary_folder

REWRITES = [
    (r"\bGLOBAL TEMPORARY TABLE\b", "TABLE"),
    (r"\nON COMMIT DELETE ROWS$", ""),
    (r"\bVARCHAR2\((\d+) CHAR\)", r"VARCHAR2(\1)"),
    (r"\bIN NUMBER\b", "IN DECIMAL(38)"),
    (r"\bPLS_INTEGER\b", "INT"),
    (r"\b(c_\w+)\s+CONSTANT\b", r"\1"),
    (r"\bAUTHID DEFINER\b", "SQL SECURITY DEFINER"),
    (r"\bNOCOPY\b", ""),
    (r"\bDEFAULT NULL\b", ""),
    (r"\bCAST\(SYS_EXTRACT_UTC\(SYSTIMESTAMP\) AS DATE\)", "UTC_TIMESTAMP()"),
    (HOST_TIME, r"\1"),
    (r"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'", "'%Y-%m-%dT%TZ'"),
    (r"\bTO_CHAR\((?=\s+told\.)", "DATE_FORMAT("),
    (r"\bTO_NUMBER\(\s+(TO_CHAR\(.*\)), '9+'\s+\)", r"(\1 + 0)"),
    (r"\bTRUNC\((\w+), 'MM'\)", r"DATE_SUB(CAST(\1 AS DATE), INTERVAL DAYOFMONTH(\1) - 1 DAY)"),
    (r"\bTRUNC\(([\w.]+)\)", r"CAST(\1 AS DATE)"),
    (r"\bspell\.till_date - spell\.from_date\b", "DATEDIFF(spell.till_date, spell.from_date)"),
    (
        r"\bnewest\.last_date - reported\.last_date\b",
        "DATEDIFF(newest.last_date, reported.last_date)",
    ),
    # Its LEAD has no default.
    (r"\bLEAD\(([\w.]+), 1, ([\w.]+)\) (OVER \([^()]*\))", r"COALESCE(LEAD(\1, 1) \3, \2)"),
    (r"('\w+') VALUE\b", r"\1,"),
    (r"\bNULL ON NULL\b", ""),
    (r"\bRETURNING (CLOB|VARCHAR2\(4000\))", ""),
    (r"\bFORMAT JSON\b", ""),
    (r"\bTO_CLOB\(", "("),
    (r"(?<=\bFOR UPDATE) WAIT \d+\b", ""),
    (r"\b\w+\s*=> ", ""),
    (r"\bDBMS_DB_VERSION\.VERSION\b", "@oracle_version"),
    (r"'DROP MATERIALIZED VIEW '", "'DROP TABLE '"),
    (r" CASCADE CONSTRAINTS PURGE", ""),
    (r"\nORGANIZATION INDEX$", ""),
]
_MATERIALIZED_VIEW = re.compile(
    r"CREATE MATERIALIZED VIEW (\w+)\nBUILD IMMEDIATE\nREFRESH COMPLETE ON DEMAND\nAS\n(.*)",
    re.DOTALL,
)

# What the package and the scripts use of Oracle's own. A temporary LOB is '' as a value, and the
# rows of appended hold its text: a value would be copied whole with each piece that is added.
SHIM = """
CREATE TABLE appended (position INT AUTO_INCREMENT PRIMARY KEY, bytes INT, piece LONGTEXT);
CREATE TABLE user_mview_refresh_times (
    name VARCHAR2(30), master VARCHAR2(30), last_refresh DATETIME, PRIMARY KEY (name, master)
);
CREATE VIEW user_mviews AS
SELECT UPPER(tables.table_name) AS mview_name
  FROM information_schema.tables tables
 WHERE tables.table_schema = DATABASE()
   AND tables.table_name LIKE '%_mv'
   AND tables.table_type = 'BASE TABLE';
CREATE PACKAGE dbms_lob AS
    PROCEDURE createtemporary(lob_loc IN OUT CLOB, cache IN BOOLEAN);
    PROCEDURE append(dest_lob IN OUT CLOB, src_lob IN CLOB);
END dbms_lob
/
CREATE PACKAGE BODY dbms_lob AS
    PROCEDURE createtemporary(lob_loc IN OUT CLOB, cache IN BOOLEAN) AS
    BEGIN
        lob_loc := '';
    END;
    PROCEDURE append(dest_lob IN OUT CLOB, src_lob IN CLOB) AS
    BEGIN
        IF dest_lob IS NULL OR src_lob IS NULL THEN
            raise_application_error(-22275, 'invalid LOB locator specified');
        END IF;
        INSERT INTO appended (bytes, piece) VALUES (LENGTHB(src_lob), src_lob);
    END;
END dbms_lob
/
CREATE PACKAGE dbms_mview AS
    PROCEDURE refresh(list IN VARCHAR2(200), method IN VARCHAR2(10), atomic_refresh IN BOOLEAN);
END dbms_mview
/
CREATE PACKAGE BODY dbms_mview AS
    PROCEDURE refresh(list IN VARCHAR2(200), method IN VARCHAR2(10), atomic_refresh IN BOOLEAN) AS
        l_rest VARCHAR2(200) := list || ',';
        l_name VARCHAR2(200);
    BEGIN
        WHILE l_rest <> '' LOOP
            l_name := SUBSTRING_INDEX(l_rest, ',', 1);
            l_rest := SUBSTRING(l_rest, CHAR_LENGTH(l_name) + 2);
            EXECUTE IMMEDIATE 'DELETE FROM ' || l_name;
            EXECUTE IMMEDIATE 'INSERT INTO ' || l_name || ' SELECT * FROM ' || l_name || '_query';
            l_name := UPPER(SUBSTRING_INDEX(l_name, '.', -1));
            REPLACE INTO user_mview_refresh_times VALUES (l_name, 'ODM_WELL', UTC_TIMESTAMP());
            REPLACE INTO user_mview_refresh_times VALUES (l_name, 'ODM_DIVISION', UTC_TIMESTAMP());
        END LOOP;
        COMMIT;
    END;
END dbms_mview
/
CREATE FUNCTION sys_context(namespace IN VARCHAR2(30), parameter IN VARCHAR2(30))
RETURN VARCHAR2(64) AS
BEGIN
    RETURN CASE WHEN namespace || '.' || parameter = 'USERENV.CURRENT_SCHEMA' THEN DATABASE() END;
END
/
CREATE PROCEDURE raise_application_error(num IN INT, msg IN VARCHAR2(9999)) AS
    l_beginning VARCHAR2(500) := SUBSTR(msg, 1, 500);
BEGIN
    IF CHAR_LENGTH(msg) > 2048 THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'longer than Oracle passes on';
    END IF;
    SET @raised = msg;
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = l_beginning;
END
/
"""


_number = count()

TROUBLE = {0, *range(2000, 3000), 1040, 1205, 1213}
"""Codes that say nothing of the statement: of the client, no more connections, lock time-outs."""


def rewrite(statement: str) -> list[str]:
    """What MariaDB is given in place of a statement of the shipped files."""
    if statement.startswith(("COMMENT ON ", "CREATE OR REPLACE TRIGGER ", "ALTER TABLE ")):
        return []
    view = _MATERIALIZED_VIEW.fullmatch(statement)
    if view is not None:
        name, query = view.groups()
        return [
            f"CREATE OR REPLACE VIEW {name}_query AS\n{query}",
            f"CREATE TABLE {name} AS SELECT * FROM {name}_query",
        ]
    for pattern, replacement in REWRITES:
        statement = re.sub(pattern, replacement, statement)
    return [statement]


class Server:
    """A mariadbd of its own in a temporary folder, reached by a socket."""

    def __init__(self) -> None:
        server, setup = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
        if server is None or setup is None:
            raise EngineMissing("mariadbd is not installed (Debian: mariadb-server)")
        self.folder = Path(tempfile.mkdtemp(prefix="mariadb-", dir=own_temporary_folder()))
        options = ["--no-defaults", f"--datadir={self.folder / 'data'}"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "mysql")
            options.append("--user=mysql")
        subprocess.run(
            [setup, *options, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
            timeout=240,
        )
        self.socket = self.folder / "socket"
        command = [
            server,
            *options,
            f"--socket={self.socket}",
            f"--tmpdir={self.folder}",  # another one that starts clears what they would share
            "--skip-networking",
            "--lower-case-table-names=1",
            "--character-set-server=utf8mb4",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
            "--max-allowed-packet=256M",
            "--group-concat-max-len=1073741824",
        ]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end_with_this_process(self.process)
        deadline = time.monotonic() + 240
        while "ready for connections" not in (self.folder / "log").read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text()
                self.close()
                raise RuntimeError(f"mariadbd did not start: {said[-2000:]}")
            time.sleep(0.05)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=240)
        has_ended(self.process)
        shutil.rmtree(self.folder)


class MariaDB:
    """A database of its own on a server."""

    name = "mariadb"
    installed: str | None = None

    def __init__(self, place: tuple[str, str] | None = None) -> None:
        """With the `place` of another one: a session of its own in that one's database."""
        running = os.environ.get("ODM_TEST_MARIADB_SOCKET")
        self.server = None if place or running else Server()
        self.place = place or (
            running or str(self.server and self.server.socket),
            f"odm_{os.getpid()}_{next(_number)}",
        )
        socket, self.database = self.place
        self.connection = pymysql.connect(
            unix_socket=socket,
            user="root",
            database=self.database if place else None,
            autocommit=True,
            charset="utf8mb4",
            connect_timeout=240,
            init_command="SET sql_mode = 'ORACLE,STRICT_ALL_TABLES'",
        )

    def install_nothing(self) -> None:
        """Empties the schema."""
        self.installed = None
        self._drop()
        self.query(f"CREATE DATABASE {self.database} CHARACTER SET utf8mb4")
        self.query(f"USE {self.database}")

    def install(self, script: str, before: str = "", scripts: Path = SCRIPTS) -> None:
        self.install_nothing()
        self.installed = script
        for statement in statements(SHIM.strip()):
            self.query(statement)
        self.run(before)
        for step in plan(script, scripts):
            if step.path.parent.name not in {"checks", "jobs", "partitions"}:
                self.run(step.path.read_text(encoding="utf-8"))

    def _drop(self) -> None:
        self.query("SET foreign_key_checks = OFF")
        self.query(f"DROP DATABASE IF EXISTS {self.database}")
        self.query("SET foreign_key_checks = ON")

    def run(self, text: str) -> None:
        """Executes the text of a plain file."""
        for statement in statements(text):
            for rewritten in rewrite(statement):
                self.query(rewritten)

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join(["%s"] * len(rows[0]))
            self.execute(f"INSERT INTO {table} VALUES ({marks})", rows, many=True)

    def clear(self) -> None:
        for table in reversed(TABLES):
            self.query(f"DELETE FROM {table}")

    def refresh(self, view: str | None = None) -> None:
        one = f"dbms_mview.refresh('{view}', 'C', TRUE)"
        self.query(f"CALL {one if view else 'odm_refresh_summaries()'}")

    def call(self, procedure: str, *arguments: Argument) -> str:
        given: Sequence[Argument] = arguments
        after: Sequence[Argument] = ()
        if procedure.lower() == "get_well_summary_by_day":
            given, after = arguments[:2], (*arguments[2:], None, None)[:2]
        if procedure.lower() == "get_data_version":
            self.query("CALL get_odm_data_pkg.get_data_version(@p_version)")
            return str(self.query("SELECT @p_version")[0][0])
        self.query("TRUNCATE TABLE appended")
        marks = ", ".join([*["%s"] * len(given), "@p_json", *["%s"] * len(after)])
        self.execute(f"CALL get_odm_data_pkg.{procedure}({marks})", [*given, *after])
        pieces = self.query("SELECT @p_json")
        assert pieces[0][0] is not None, "p_json is null"
        pieces += self.query("SELECT piece FROM appended ORDER BY position")
        return "".join(piece for (piece,) in pieces)

    def appended(self) -> list[int]:
        return [size for (size,) in self.query("SELECT bytes FROM appended ORDER BY position")]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.execute(statement, None)

    def raised(self) -> str:
        """What raise_application_error was last given: the error itself has its beginning."""
        return str(self.query("SELECT @raised")[0][0])

    def execute(
        self, statement: str, arguments: Sequence[Any] | None, *, many: bool = False
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement with arguments, or executes it for each of many."""
        with self.connection.cursor() as cursor:
            try:
                if many:
                    cursor.executemany(statement, arguments or [])
                else:
                    cursor.execute(statement, arguments)
            except pymysql.MySQLError as error:
                if error.args[0] in TROUBLE:
                    raise
                raise StatementRefused(str(error)) from error
            return list(cursor.fetchall())

    def another(self) -> "MariaDB":
        return MariaDB(self.place)

    def close_session(self) -> None:
        self.connection.close()

    def close(self) -> None:
        self._drop()
        self.close_session()
        if self.server is not None:
            self.server.close()
