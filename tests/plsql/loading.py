"""PostgreSQL behind the wire server: it executes the loader's statements as the driver sends them.

So a load goes through the real driver, and its SQL is run. What Oracle has and PostgreSQL has not
is put right here: binds, LOCK ... WAIT, temporary tables that outlive the session, and that a
failed row of an array leaves the others alone.
"""

import re

import psycopg

from tests.plsql.engines.postgres import DEFINITION_REWRITES, MONTH_REWRITES
from tests.plsql.scripts import SCRIPTS, statements
from tests.wire.oracle import Call, Column, OraError, Rows, Session

STAGES = sorted(SCRIPTS.glob("tables/odm_stage_*.sql"))
REFRESH = "odm_refresh_summaries;"

CODES = {
    "23505": 1,
    "23502": 1400,
    "22003": 1438,
    "22001": 12899,
    "23514": 2290,
    "42P01": 942,
    "42501": 1031,
}
TYPES = {20: "NUMBER", 23: "NUMBER", 1700: "NUMBER", 1114: "DATE"}


class Loading:
    """A handler of the wire server: each session has a connection of its own to PostgreSQL."""

    def __init__(self, host: str, database: str) -> None:
        self._host = host
        self._database = database
        self._connections: dict[int, psycopg.Connection] = {}
        self.refreshes = 0

    def __call__(self, call: Call) -> Rows | int | None:
        if call.sql.startswith("ALTER SESSION"):
            return None
        connection = self._connection(call.session)
        if REFRESH in call.sql:
            self.refreshes += 1
            connection.execute("CALL odm_refresh_summaries()")
            connection.commit()
            return None
        statement = re.sub(r" WAIT \d+$", "", call.sql)
        for pattern, replacement in MONTH_REWRITES:
            statement = re.sub(pattern, replacement, statement)
        statement = re.sub(r":(\w+)", r"%(\1)s", statement)
        binds = {bind.name.lower(): call[bind.position] for bind in call.binds}
        binds = {name: None if value == "" else value for name, value in binds.items()}
        cursor = psycopg.ClientCursor(connection)
        # Begins a transaction, whose next line is a savepoint. The tests' minute is a second.
        cursor.execute(f"SET LOCAL lock_timeout = {call.sql.endswith(' WAIT 60'):d}000".encode())
        try:
            with connection.transaction():
                cursor.execute(statement.encode(), binds)
        except psycopg.Error as error:
            code = CODES.get(error.sqlstate or "", 600)
            if isinstance(error, psycopg.errors.LockNotAvailable):
                code = 54 if call.sql.startswith("LOCK") else 30006
            raise OraError(code, str(error).splitlines()[0]) from error
        if cursor.description is None:
            return cursor.rowcount if call.kind == "dml" else None
        columns = [
            Column(column.name.upper(), TYPES.get(column.type_code, "VARCHAR2"))
            for column in cursor.description
        ]
        return Rows(columns, cursor.fetchall())

    def _connection(self, session: Session) -> psycopg.Connection:
        if session.sid not in self._connections:
            connection = psycopg.connect(host=self._host, user="odm", dbname=self._database)
            for stage in STAGES:
                definition = next(statements(stage.read_text(encoding="utf-8")))
                for pattern, replacement in DEFINITION_REWRITES[2:]:
                    definition = re.sub(pattern, replacement, definition)
                connection.execute(definition.encode())
            connection.commit()
            self._connections[session.sid] = connection
        return self._connections[session.sid]

    def commit(self, session: Session) -> None:
        self._connections[session.sid].commit()

    def rollback(self, session: Session) -> None:
        self._connections[session.sid].rollback()

    def close(self) -> None:
        """Leaves PostgreSQL."""
        for connection in self._connections.values():
            connection.close()
