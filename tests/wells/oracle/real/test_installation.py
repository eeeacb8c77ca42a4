"""The installer on a real database: checks, partitions, and runs that are cut short."""

from collections.abc import Iterator
from pathlib import Path

import oracledb
import pytest

from app.__main__ import install
from tests.plsql.engines.oracle import DROP_EVERYTHING, settings
from tests.wells.oracle.real import needs_oracle
from tests.wells.oracle.real.proxy import Proxy

pytestmark = needs_oracle

# (What the database names by itself is another name each time.)
CATALOGUE = """
SELECT object_type || ' ' || object_name || ' ' || status AS told
  FROM user_objects
 WHERE NOT REGEXP_LIKE(object_name, '^(SYS_|BIN[$]|I_SNAP[$])')
UNION ALL
SELECT 'CONSTRAINT ' || constraint_name || ' ' || status
  FROM user_constraints
 WHERE generated = 'USER NAME'
UNION ALL
SELECT 'COMMENT ' || table_name || ' ' || comments
  FROM user_tab_comments
 WHERE comments IS NOT NULL AND table_name NOT LIKE 'BIN$%'
UNION ALL
SELECT 'COMMENT ' || table_name || '.' || column_name || ' ' || comments
  FROM user_col_comments
 WHERE comments IS NOT NULL AND table_name NOT LIKE 'BIN$%'
 ORDER BY told"""


@pytest.fixture(autouse=True)
def _environment(
    connection: oracledb.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The owner's settings, and a schema with nothing in it, before and after."""
    monkeypatch.chdir(tmp_path)
    for name, value in settings().items():
        monkeypatch.setenv(name.upper(), value)
    execute(connection, DROP_EVERYTHING)
    yield
    execute(connection, DROP_EVERYTHING)


def execute(connection: oracledb.Connection, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement, if it has some."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def catalogue(connection: oracledb.Connection) -> list[object]:
    """What the schema holds, and the subjects whose changes are counted."""
    rows = execute(connection, CATALOGUE)
    if any("TABLE ODM_DATA_VERSION" in str(row) for row in rows):
        rows += execute(connection, "SELECT subject FROM odm_data_version ORDER BY subject")
    return [*rows]


def test_nothing_is_missing(connection: oracledb.Connection) -> None:
    """The test account has what an owner needs, and the check changes nothing."""
    assert install(["--check"]) == 0
    assert catalogue(connection) == []


def test_from_the_first_to_the_last_action(connection: oracledb.Connection) -> None:
    """Each action twice: nothing is left half done, nothing invalid, and nothing in the end."""
    assert install([]) == 0
    complete = catalogue(connection)
    assert not [row for row in complete if "INVALID" in str(row)]
    for action in ("install", "upgrade", "upgrade"):
        assert install([action]) == 0
        assert catalogue(connection) == complete
    for _ in range(2):
        assert install(["uninstall"]) == 0
    assert install(["install"]) == 0
    assert catalogue(connection) == complete
    assert install(["uninstall"]) == 0
    for _ in range(2):
        assert install(["uninstall-tables", "--yes"]) == 0
    assert catalogue(connection) == []


def test_partitions(connection: oracledb.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the database has the option, months and one index; else a clear word and no change."""
    option = "SELECT COUNT(*) FROM V$OPTION WHERE parameter = 'Partitioning' AND value = 'TRUE'"
    if execute(connection, option) == [(0,)]:
        assert install(["--partitions"]) == 1
        assert "Partitions cannot be had" in capsys.readouterr().err
        assert catalogue(connection) == []
        return
    for _ in range(2):
        assert install(["--partitions"]) == 0
    for statement in (
        "INSERT INTO odm_division VALUES (1, 'D', NULL, NULL)",
        "INSERT INTO odm_well VALUES (1, 'W', 1, NULL)",
        "INSERT INTO odm_daily_production VALUES (1, DATE '2024-02-29', 1)",
        "INSERT INTO odm_daily_production VALUES (1, DATE '2024-03-01', 1)",
    ):
        execute(connection, statement)
    table = "table_name = 'ODM_DAILY_PRODUCTION'"
    parts = execute(connection, f"SELECT COUNT(*) FROM user_tab_partitions WHERE {table}")
    assert parts == [(3,)]
    index = f"SELECT partitioned, status FROM user_indexes WHERE {table}"
    assert execute(connection, index) == [("NO", "VALID")]


@pytest.mark.parametrize("messages", [9, 12, 15, 20, 30, 45, 60, 75])
def test_cut_short(
    connection: oracledb.Connection, monkeypatch: pytest.MonkeyPatch, messages: int
) -> None:
    """A run whose connection is cut is finished by the next: all is there as if undisturbed."""
    assert install([]) == 0
    complete = catalogue(connection)
    execute(connection, DROP_EVERYTHING)
    with Proxy(settings()["oracle_dsn"]) as proxy:
        monkeypatch.setenv("ORACLE_DSN", proxy.dsn)
        proxy.cut_after(messages)
        assert install([]) == 1
    monkeypatch.setenv("ORACLE_DSN", settings()["oracle_dsn"])
    assert install([]) == 0
    assert catalogue(connection) == complete
