"""Oracle's settings: what is refused at start, with the setting's name and without secrets."""

from pathlib import Path

import pytest

from app.contract.faults import StartupFault
from app.settings import load_settings
from app.wells.backends import make_gateway
from app.wells.oracle.gateway import OracleGateway
from tests.test_service import PYTHON_SERVICE, refused

ACCOUNT = {"ORACLE_USER": "odm_service", "ORACLE_PASSWORD": "s3cret"}
HOST = {"ORACLE_HOST": "db.example.com", "ORACLE_SERVICE_NAME": "odm"}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**ACCOUNT, "ORACLE_HOST": "db"}, "ORACLE_SERVICE_NAME is missing beside ORACLE_HOST"),
        (HOST, "ORACLE_PASSWORD and ORACLE_USER missing"),
        ({**HOST, "ORACLE_USER": "odm"}, "ORACLE_PASSWORD missing"),
        ({**HOST, "ORACLE_PASSWORD": "s3cret"}, "ORACLE_USER missing"),
        (
            {**ACCOUNT, **HOST, "ORACLE_DSN": "db/odm"},
            "ORACLE_DSN and ORACLE_HOST and ORACLE_SERVICE_NAME say the same; keep one",
        ),
        ({**ACCOUNT, "ORACLE_DSN": "db/odm", "ORACLE_PORT": "1521"}, "ORACLE_DSN and ORACLE_PORT"),
        ({**ACCOUNT, "ORACLE_DSN": "odm/s3cret@db/odm"}, "ORACLE_DSN must not hold an account"),
        (
            {**ACCOUNT, "ORACLE_DSN": "tcps://db/odm?wallet_password=s3cret"},
            "ORACLE_DSN must not hold WALLET_PASSWORD; use",
        ),
        (
            {**ACCOUNT, "ORACLE_DSN": "(DESCRIPTION=(SECURITY=(Wallet_Password = s3cret)))"},
            "ORACLE_DSN must not hold WALLET_PASSWORD; use",
        ),
        (ACCOUNT, "ORACLE_PASSWORD and ORACLE_USER given without ORACLE_HOST or ORACLE_DSN"),
        ({"ORACLE_SERVICE_NAME": "odm"}, "ORACLE_SERVICE_NAME given without ORACLE_HOST"),
        ({**ACCOUNT, **HOST, "ORACLE_PORT": "0"}, "ORACLE_PORT: "),
        *(
            ({**ACCOUNT, **HOST, "ORACLE_SCHEMA": name}, "ORACLE_SCHEMA: Value error, not the name")
            for name in ("1", "odm.owner", "odm; x", "odm owner", 'o"dm', '"o"dm"', "ö", "o" * 129)
        ),
        ({**ACCOUNT, **HOST, "ORACLE_POOL_SIZE": "0"}, "ORACLE_POOL_SIZE: "),
        ({**ACCOUNT, **HOST, "ORACLE_CHUNK_CHARS": "8192"}, "ORACLE_CHUNK_CHARS: "),
        ({**ACCOUNT, **HOST, "ORACLE_CHUNKS_PER_TRIP": "0"}, "ORACLE_CHUNKS_PER_TRIP: "),
    ],
)
def test_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str) -> None:
    """Half an Oracle, two of them, or a value out of bounds: a sentence with the names."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StartupFault) as info:
        load_settings()
    assert said in str(info.value)
    assert "s3cret" not in str(info.value)


def test_misspelt_in_env_file() -> None:
    """A misspelt name in `.env` is refused; the variables of Oracle's own tools are not."""
    Path(".env").write_text("ORACLE_HOME=/opt/oracle\nORACLE_SERVICE=odm\n", encoding="utf-8")
    with pytest.raises(StartupFault, match=r"^ORACLE_SERVICE is not a setting; did") as info:
        load_settings()
    assert "ORACLE_HOME" not in str(info.value)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (HOST, "Oracle db.example.com:1521/odm"),
        ({"ORACLE_DSN": "db.example.com/odm"}, "Oracle db.example.com/odm"),
        ({"ORACLE_DSN": "db/odm?wallet_location=/w"}, "Oracle db/odm"),
        (
            {"ORACLE_DSN": "(DESCRIPTION=(ADDRESS=(HOST=db))(SECURITY=(WALLET_LOCATION=/w)))"},
            "Oracle described by ORACLE_DSN",
        ),
    ],
)
def test_oracle_is_picked(
    monkeypatch: pytest.MonkeyPatch, place: dict[str, str], name: str
) -> None:
    """ORACLE_HOST or ORACLE_DSN makes Oracle the database; its name holds no secret."""
    for variable, value in {**ACCOUNT, **place}.items():
        monkeypatch.setenv(variable, value)
    settings = load_settings()
    gateway = make_gateway(settings)
    assert isinstance(gateway, OracleGateway)
    assert gateway.name == name
    assert "s3cret" not in repr(settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"ORACLE_DSN": "no_such_alias", "ORACLE_CONFIG_DIR": "."},
            "ODM cannot start: ORACLE_DSN: DPY-4000: ",
        ),
        ({"ORACLE_DSN": "(DESCRIPTION=(ADDRESS"}, "ODM cannot start: ORACLE_DSN: DPY-"),
        (
            {"ORACLE_DSN": "db/odm", "ORACLE_CLIENT_LIB_DIR": "nowhere"},
            "ODM cannot start: ORACLE_CLIENT_LIB_DIR: DPI-1047: ",
        ),
    ],
)
def test_cannot_start(tmp_path: Path, given: dict[str, str], said: str) -> None:
    """What only a person can mend ends the start with one sentence."""
    (tmp_path / "tnsnames.ora").write_text("other = db:1521/other\n", encoding="ascii")
    output = refused(tmp_path, PYTHON_SERVICE, **ACCOUNT, **given)
    (line,) = [line for line in output.splitlines() if "ODM cannot start" in line]
    assert said in line
    assert "s3cret" not in output


def test_tns_alias(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias of tnsnames.ora is resolved from ORACLE_CONFIG_DIR."""
    (tmp_path / "tnsnames.ora").write_text("odm = db.invalid:1521/odm\n", encoding="ascii")
    given = {**ACCOUNT, "ORACLE_DSN": "odm", "ORACLE_CONFIG_DIR": str(tmp_path)}
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    assert make_gateway(load_settings()).name == "Oracle odm"
