"""From an empty database to a running service, by the lines of docs/how-to/load-into-oracle.md.

A DBA's SQL is read by Oracle's grammar and executed by a database that knows accounts and
privileges alone; the commands are the real ones, over the wire, with MariaDB behind it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import oracledb
import pytest
from sqlfluff.core import FluffConfig, Linter

from app.__main__ import install
from app.settings import Settings
from app.wells.oracle.scripts import statements
from tests.docs.console import run_page, steady
from tests.docs.pages import ROOT, Block, blocks
from tests.plsql.engines.mariadb import MariaDB
from tests.plsql.scripts import SCRIPTS
from tests.plsql.test_installation import DICTIONARY
from tests.plsql.walk import Pdb
from tests.support import company
from tests.support.running import running
from tests.wells.oracle.settings import settings_for
from tests.wire.oracle import Control, ServerProcess

PAGE = "docs/how-to/load-into-oracle.md"
WALK = [block for block in blocks(PAGE) if block.tried_by == "tests/plsql/test_walk.py"]
ACCOUNTS, SYNONYM = (block for block in WALK if block.language == "sql")
LINES = [*statements(ACCOUNTS.text)]
GRANTS = [line for line in LINES if line.startswith("GRANT")]

on_mariadb = pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def mariadb(database: MariaDB) -> Iterator[MariaDB]:
    """A schema without ODM, and a dictionary that says nothing yet."""
    database.install("uninstall.sql", before=DICTIONARY)
    yield database
    database.installed = None


@contextmanager
def empty_pdb(mariadb: MariaDB, data: Path) -> Iterator[Control]:
    """A pluggable database without accounts; once it is loaded, the package answers from data."""
    with ServerProcess(
        Pdb, mariadb.place, data, users={"SYS": "change_on_install"}, service="odm"
    ) as server:
        yield server
        assert server.failures() == []


@pytest.fixture
def pdb(mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """One with few data."""
    monkeypatch.chdir(tmp_path)
    company.load(tmp_path / "company.db")
    with empty_pdb(mariadb, tmp_path / "company.db") as server:
        yield server


def as_owner(pdb: Control, *arguments: str) -> int:
    """The installer's exit status."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ORACLE_DSN", pdb.dsn)
        environment.setenv("ORACLE_USER", "odm_owner")
        environment.setenv("ORACLE_PASSWORD", "owner-password")
        return install(arguments)


def administer(pdb: Control, lines: list[str]) -> None:
    """A DBA runs these."""
    with (
        oracledb.connect(user="SYS", password="change_on_install", dsn=pdb.dsn) as connection,
        connection.cursor() as cursor,
    ):
        for line in lines:
            cursor.execute(line)


@pytest.mark.parametrize("line", [*LINES, *statements(SYNONYM.text)])
def test_grammar(line: str) -> None:
    """Each line is Oracle's SQL; of tablespaces the grammar knows nothing."""
    if line.startswith("CREATE TABLESPACE"):
        assert re.fullmatch(
            r"CREATE TABLESPACE \w+ DATAFILE SIZE \d+M AUTOEXTEND ON NEXT \d+M MAXSIZE \d+G", line
        )
        return
    linter = Linter(config=FluffConfig(configs={"core": {"dialect": "oracle"}}))
    assert linter.parse_string(f"{line};\n").violations == []
    assert linter.parse_string(f"{line} TO;\n").violations != []


def test_every_privilege_has_its_reason() -> None:
    """A comment stands before each grant, here and in the script for SQL*Plus."""
    lines = ACCOUNTS.text.splitlines()
    for before, line in pairwise(lines):
        assert not line.startswith("GRANT") or before.startswith("-- "), line
    script = (SCRIPTS / "owner_account.sql").read_text(encoding="utf-8")
    reasons = dict(re.findall(r"-- (.*)\nGRANT (CREATE [A-Z ]+) TO", script))
    told = dict(re.findall(r"-- (.*)\nGRANT (CREATE [A-Z ]+) TO odm_owner", ACCOUNTS.text))
    assert reasons == told
    assert len(told) == 7


@pytest.mark.parametrize("account", ["owner", "service"])
def test_scripts_grant_the_same(account: str) -> None:
    """What the page grants an account is what the script of that account grants."""
    script = (SCRIPTS / f"{account}_account.sql").read_text(encoding="utf-8")
    listed = [grant for grant in GRANTS if grant.endswith(f" odm_{account}")]
    named = re.findall(r"GRANT (CREATE [A-Z ]+) TO", script)
    packages = re.findall(r"SELECT '(DBMS_\w+)' AS package_name", script)
    assert sorted(listed) == sorted(
        [f"GRANT {name} TO odm_{account}" for name in named]
        + [f"GRANT EXECUTE ON {name.lower()} TO odm_{account}" for name in packages]
    )


@pytest.mark.slow
@on_mariadb
def test_line_by_line(
    mariadb: MariaDB, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of the page, from top to bottom: each says what the page says, and it serves."""
    console: list[Block] = [block for block in WALK if block.language == "console"]
    shown = [output for block in console for _, output in block.commands]
    with empty_pdb(mariadb, filled) as pdb:
        host, port = pdb.dsn.removesuffix("/odm").split(":")
        monkeypatch.setenv("ORACLE_PORT", port)
        administer(pdb, LINES)
        here = [replace(each, text=each.text.replace("db.example.com", host)) for each in console]
        told = run_page(here, tmp_path, 8000)
        assert pdb.handler.loaded > 200_000
    for (command, said), output in zip(told, shown, strict=True):
        place = said.replace(pdb.dsn, "db.example.com:1521/odm")
        assert steady(place) == steady(output), command
    assert len(told) == 9


def test_readme_walks_the_same_way() -> None:
    """The README's commands are the page's, word by word and in order."""
    (readme,) = (each for each in blocks("README.md") if each.tried_by == WALK[0].tried_by)
    walked = iter([command for block in WALK for command, _ in block.commands])
    for command, _ in readme.commands:
        assert command in walked, command  # (and what comes before it is passed)


def test_make_setup_is_what_serve_does() -> None:
    """`make setup` installs what `make serve` would: both have the one prerequisite."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    needs = dict(re.findall(r"^(setup|serve): (.*?)  ##", makefile, re.MULTILINE))
    assert needs["setup"] == needs["serve"] == "$(VENV)/.runtime"


@on_mariadb
@pytest.mark.parametrize("line", [line for line in GRANTS if line.endswith("odm_owner")])
def test_each_grant_is_needed(
    pdb: Control,
    capsys: pytest.CaptureFixture[str],
    line: str,
) -> None:
    """Without a line the check asks for that line, and for nothing else; with it, all is well."""
    administer(pdb, [each for each in LINES if each != line])
    assert as_owner(pdb, "--check") == 1
    said = capsys.readouterr().err
    if "CREATE SESSION" in line:
        assert "ORA-01045" in said
    else:
        asked = [grant for grant in said.splitlines() if grant.startswith(("GRANT", "ALTER"))]
        assert [grant.replace('"', "").upper() for grant in asked] == [f"{line.upper()};"]
        line = asked[0].removesuffix(";").replace('"', "")  # as it is told
    administer(pdb, [line])
    assert as_owner(pdb, "--check") == 0


@on_mariadb
def test_tablespace_is_needed(
    pdb: Control,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An owner without a place of its own would fill the database's."""
    administer(pdb, [re.sub(r"\s+DEFAULT TABLESPACE.*", "", line) for line in LINES])
    assert as_owner(pdb, "--check") == 1
    assert 'ALTER USER "ODM_OWNER" DEFAULT TABLESPACE' in capsys.readouterr().err


@on_mariadb
@pytest.mark.parametrize(
    "line", [line for line in GRANTS if line.endswith("odm_service")], ids=lambda line: line[6:-15]
)
def test_each_grant_of_the_service_is_needed(pdb: Control, line: str) -> None:
    """Without a line the service is not ready; it is as soon as that is granted."""
    administer(pdb, [each for each in LINES if each != line])
    assert as_owner(pdb, "--service-account", "odm_service") == 0
    with running(serving(pdb)) as client:
        assert client.get("/readyz").status_code == 503
    administer(pdb, [line])
    with running(serving(pdb)) as client:
        assert client.get("/readyz").status_code == 200


@on_mariadb
def test_synonym_instead_of_the_setting(pdb: Control) -> None:
    """With the page's synonym the service needs no ORACLE_SCHEMA; without both it is not ready."""
    administer(pdb, LINES)
    assert as_owner(pdb, "--service-account", "odm_service") == 0
    with running(serving(pdb, oracle_schema=None)) as client:
        assert client.get("/readyz").status_code == 503
    administer(pdb, [*statements(SYNONYM.text)])
    with running(serving(pdb, oracle_schema=None)) as client:
        assert client.get("/readyz").status_code == 200


def serving(pdb: Control, **changes: object) -> Settings:
    """The settings of the page's last step."""
    account = {"oracle_user": "odm_service", "oracle_password": "service-password"}
    return settings_for(pdb, **account, **{"oracle_schema": "odm_owner", **changes})
