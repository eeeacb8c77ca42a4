"""`python -m app install` with everything behind it: the driver, the wire, and MariaDB.

MariaDB executes what is sent, checks and drops included, over a made-up dictionary of Oracle.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import install
from app.wells.oracle.database import SET_UP
from tests.plsql.company import parse
from tests.plsql.engines import StatementRefused
from tests.plsql.engines.mariadb import MariaDB, rewrite
from tests.plsql.test_installation import DICTIONARY, objects, tell
from tests.plsql.test_summaries import company
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import Call, Column, OraError, Rows, ServerProcess

pytestmark = pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")


class Installing:
    """A handler of the wire server: one statement after the other, for MariaDB."""

    def __init__(self, place: tuple[str, str]) -> None:
        self._engine = MariaDB(place)
        self._engine.query("SET @oracle_version = 19")
        self.granted: list[str] = []

    def __call__(self, call: Call) -> Rows | None:
        if call.sql == SET_UP:
            return None
        if call.sql.startswith("GRANT"):
            self.granted.append(call.sql)  # MariaDB has no such account
            return None
        try:
            if call.kind == "query":
                named = f"object_type = '{call[1]}' AND object_name = UPPER('{call[2]}')"
                rows = self._engine.query(f"SELECT COUNT(*) FROM user_objects WHERE {named}")
                return Rows([Column("COUNT", "NUMBER")], rows)
            for statement in rewrite(call.sql):
                self._engine.query(statement)
        except StatementRefused as refused:
            raised = self._engine.raised()
            own = raised[:60] in str(refused).replace("\\n", "\n").replace("\\'", "'")
            raise OraError(20002, raised if own else str(refused)) from refused
        return None

    def query(self, statement: str) -> None:
        """For the session that executes what is sent."""
        self._engine.query(statement)


@pytest.fixture
def mariadb(database: MariaDB) -> Iterator[MariaDB]:
    """A schema without ODM, and a dictionary that says that its owner may install it."""
    database.install("uninstall.sql", before=DICTIONARY)
    tell(database)
    yield database
    database.installed = None


@pytest.fixture
def installing(
    mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installing]:
    """The database that the environment names."""
    monkeypatch.chdir(tmp_path)
    with ServerProcess(Installing, mariadb.place) as server:
        monkeypatch.setenv("ORACLE_USER", str(settings_for(server).oracle_user))
        monkeypatch.setenv("ORACLE_PASSWORD", "tiger")
        monkeypatch.setenv("ORACLE_DSN", server.dsn)
        yield server.handler
        assert server.failures() == []


def test_installed_upgraded_and_removed(
    mariadb: MariaDB, installing: Installing, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each action twice; the rows outlast all of them but the one that is to drop them."""
    assert install(["upgrade"]) == 1
    assert "run install.sql" in capsys.readouterr().err
    assert install([]) == 0
    complete = objects(mariadb)
    stored = company()
    stored.store(mariadb)
    for action in ("install", "upgrade", "upgrade"):
        assert install([action]) == 0
        assert objects(mariadb) == complete
        assert parse(mariadb.call("Get_Division_Summary_Data")) == stored.division_summary()
    assert install(["grants", "--service-account", "ODM_SERVICE"]) == 0
    assert installing.granted == ["GRANT EXECUTE ON get_odm_data_pkg TO ODM_SERVICE"]
    for _ in range(2):
        assert install(["uninstall"]) == 0
        assert {name for kind, name in objects(mariadb) if kind != "INDEX"} == {
            "ODM_DIVISION",
            "ODM_WELL",
            "ODM_DAILY_PRODUCTION",
            "ODM_DAILY_PRICE",
            "ODM_MONTHLY_BUDGET",
            "ODM_DATA_VERSION",
        }
    assert install(["install"]) == 0
    assert objects(mariadb) == complete
    assert parse(mariadb.call("Get_Division_Summary_Data")) == stored.division_summary()
    assert install(["uninstall"]) == 0
    installing.query("SET foreign_key_checks = OFF")
    for _ in range(2):
        assert install(["uninstall-tables", "--yes"]) == 0
        assert objects(mariadb) == set()


@pytest.mark.usefixtures("installing")
def test_missing_privilege(mariadb: MariaDB, capsys: pytest.CaptureFixture[str]) -> None:
    """The check finds it, and nothing has been made."""
    mariadb.query("DELETE FROM user_sys_privs WHERE privilege = 'CREATE VIEW'")
    assert install([]) == 1
    said = capsys.readouterr().err
    assert 'GRANT CREATE VIEW TO "ODM_OWNER";' in said
    assert objects(mariadb) == set()


@pytest.mark.usefixtures("installing")
def test_compile_gate(mariadb: MariaDB, capsys: pytest.CaptureFixture[str]) -> None:
    """Code that the dictionary says does not compile fails the run at its end."""
    mariadb.insert(
        "user_errors", [("GET_ODM_DATA_PKG", "PACKAGE BODY", 7, "PLS-00103", "ERROR", 1)]
    )
    assert install([]) == 1
    said = capsys.readouterr().err
    assert "checks/check_compiled.sql, statement 1" in said
    assert "PACKAGE BODY GET_ODM_DATA_PKG line 7: PLS-00103" in said
