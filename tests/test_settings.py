"""The settings: their table in the reference, the example file, and what is refused."""

import logging
import os
import re
from pathlib import Path

import pytest

from app.contract.faults import StartupFault
from app.contract.settings import MAX_SECRET_BYTES, secrets_of
from app.settings import Settings, load_settings, warn_of_open_files

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_reference_table() -> None:
    """The reference's table has exactly the settings, with their defaults and descriptions."""
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    assert table == [row for name in Settings.model_fields for row in _rows(name)]


def _rows(name: str) -> list[tuple[str, str, str]]:
    """The rows of a setting: a secret has a second one, for the file that holds it."""
    field = Settings.model_fields[name]
    rows = [(name.upper(), _shown(field.default), str(field.description))]
    if in_file := secrets_of(Settings).get(name):
        rows += [(in_file.upper(), "", f"File that holds `{name.upper()}` instead.")]
    return rows


def _shown(default: object) -> str:
    if default in (None, ""):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_example_file() -> None:
    """.env.example names every setting once, with its default."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#? ?([A-Z_]+)=(.*)$", example, re.MULTILINE)
    assert sorted(named) == sorted(
        (setting, default.strip("`"))
        for name in Settings.model_fields
        for setting, default, _ in _rows(name)
    )


def test_no_settings_needed() -> None:
    """Without any, the embedded default serves on port 8000."""
    settings = load_settings()
    assert settings.odm_sqlite_path == Path("odm.db")
    assert settings.odm_port == 8000


def test_env_file_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment goes before .env; an empty variable counts as not set."""
    Path(".env").write_text("ODM_PORT=9000\nODM_HOST=0.0.0.0\n", encoding="utf-8")
    monkeypatch.setenv("ODM_PORT", "9001")
    monkeypatch.setenv("ODM_DEMO", "")
    settings = load_settings()
    assert (settings.odm_port, settings.odm_host, settings.odm_demo) == (9001, "0.0.0.0", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ODM_PORT", "http"),
        ("ODM_PORT", "0"),
        ("ODM_PORT", "65536"),
        ("ODM_DEMO", "perhaps"),
        ("ODM_CALL_TIMEOUT_SECONDS", "0"),
        ("ODM_CALL_TIMEOUT_SECONDS", "inf"),
        ("ODM_POOL_WAIT_SECONDS", "nan"),
        ("ODM_LOG_LEVEL", "loud"),
        ("ODM_MAX_CONNECTIONS", "-1"),
        ("ODM_MAX_CONNECTIONS_PER_ADDRESS", "many"),
        ("ODM_MAX_LISTENERS_PER_ADDRESS", "-1"),
        ("ODM_MAX_HEAD_BYTES", "1023"),
        ("ODM_HEAD_TIMEOUT_SECONDS", "0"),
        ("ODM_MAX_PIPELINED", "0"),
        ("ODM_TRUSTED_PROXIES", "127.0.0.1, nginx"),
        ("ODM_SQLITE_PATH", ":memory:"),
        ("ODM_SQLITE_PATH", "file:odm.db"),
    ],
)
def test_wrong_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that is not allowed is refused with the setting's name and the value."""
    monkeypatch.setenv(name, value)
    with pytest.raises(StartupFault, match=f"^{name}: .*{value}"):
        load_settings()


def test_misspelt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt setting is not ignored in silence."""
    monkeypatch.setenv("ODM_SQLITE_PAHT", "x.db")
    with pytest.raises(StartupFault, match="did you mean ODM_SQLITE_PATH"):
        load_settings()


def test_unparsable_env_file() -> None:
    """A line of .env that can't be parsed is refused, and not skipped."""
    Path(".env").write_text('ODM_HOST=a\nODM_PORT="8797\nODM_DEMO=false\n', encoding="utf-8")
    with pytest.raises(StartupFault, match=r"\.env: line 2 cannot be parsed"):
        load_settings()


def test_log_level_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log level is known in any case."""
    monkeypatch.setenv("ODM_LOG_LEVEL", "INFO")
    assert load_settings().odm_log_level == "info"


def test_unreadable_env_file() -> None:
    """A .env that is not UTF-8 is refused in words."""
    Path(".env").write_bytes(b"ODM_HOST=\xff\n")
    with pytest.raises(StartupFault, match=r"\.env cannot be read"):
        load_settings()


SECRET = "tiger-ñ $HOME # 'x' \\n"


def with_oracle(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    where = {"ORACLE_DSN": "db/odm", "ORACLE_USER": "odm_service"}
    for name, value in {**where, **settings}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", ["oracle_password", "oracle_wallet_password"])
def test_secret_from_file(monkeypatch: pytest.MonkeyPatch, name: str, end: str) -> None:
    """A secret is the file's text to the letter, without the end of its line."""
    Path("secret").write_bytes((SECRET + end).encode())
    others = {} if name == "oracle_password" else {"ORACLE_PASSWORD": "x"}
    with_oracle(monkeypatch, **others, **{f"{name}_file".upper(): "secret"})
    assert getattr(load_settings(), name).get_secret_value() == SECRET


def test_secret_file_named_in_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file may be named in .env; a name of a file that is empty counts as not set."""
    Path("secret").write_text("tiger", encoding="utf-8")
    Path(".env").write_text("ORACLE_PASSWORD_FILE=secret\n", encoding="utf-8")
    with_oracle(monkeypatch, ORACLE_WALLET_PASSWORD_FILE="")
    settings = load_settings()
    assert settings.oracle_password
    assert settings.oracle_password.get_secret_value() == "tiger"
    assert settings.oracle_wallet_password is None


@pytest.mark.parametrize("in_env_file", [True, False])
def test_secret_twice(monkeypatch: pytest.MonkeyPatch, in_env_file: bool) -> None:
    """A secret and its file at once are refused, wherever each of them stands."""
    Path("secret").write_text("tiger", encoding="utf-8")
    with_oracle(monkeypatch, ORACLE_PASSWORD_FILE="secret")
    if in_env_file:
        Path(".env").write_text("ORACLE_PASSWORD=lion\n", encoding="utf-8")
    else:
        monkeypatch.setenv("ORACLE_PASSWORD", "lion")
    with pytest.raises(StartupFault, match="PASSWORD and ORACLE_PASSWORD_FILE say the same"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"x" * (MAX_SECRET_BYTES + 1), "is larger than 4,096 bytes"),
        (b"tiger\xff", "is not UTF-8"),
        (b"tiger\nlion\n", "more than one line"),
        (b"tiger\0", "a control character"),
    ],
)
def test_wrong_secret_file(
    monkeypatch: pytest.MonkeyPatch, content: bytes | None, said: str
) -> None:
    """A file without a secret is refused by the setting's name; nothing of it is shown."""
    if content is not None:
        Path("secret").write_bytes(content)
    with_oracle(monkeypatch, ORACLE_PASSWORD_FILE="secret")
    with pytest.raises(StartupFault) as caught:
        load_settings()
    assert str(caught.value).startswith("ORACLE_PASSWORD_FILE: secret ")
    assert said in str(caught.value)
    assert "tiger" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("folder", "cannot be read: Is a directory"),
        ("pipe", "is not a file"),
        ("another's", "cannot be read: Permission denied"),
    ],
)
def test_secret_from_no_file(monkeypatch: pytest.MonkeyPatch, kind: str, said: str) -> None:
    """A folder, a pipe that nobody writes to, and a file of somebody else are refused at once."""
    with_oracle(monkeypatch, ORACLE_PASSWORD_FILE="secret")
    user = os.geteuid()
    Path().chmod(0o755)
    if kind == "folder":
        Path("secret").mkdir()
    elif kind == "pipe":
        os.mkfifo("secret")
    else:
        Path("secret").touch(0)
    try:
        if user == 0:  # may read every file
            os.seteuid(65534)
        with pytest.raises(StartupFault, match=f"^ORACLE_PASSWORD_FILE: secret {said}$"):
            load_settings()
    finally:
        os.seteuid(user)


def test_every_secret_may_stand_in_a_file() -> None:
    """Whatever is called a password is a secret, and so has its file."""
    passwords = {name for name in Settings.model_fields if "password" in name or "secret" in name}
    assert passwords == set(secrets_of(Settings))
    assert not set(secrets_of(Settings).values()) & set(Settings.model_fields)


def test_misspelt_secret_file() -> None:
    """A misspelt name of a file is refused with the right one."""
    Path(".env").write_text("ORACLE_PASWORD_FILE=x\n", encoding="utf-8")
    with pytest.raises(StartupFault, match="did you mean ORACLE_PASSWORD_FILE"):
        load_settings()


def test_files_that_are_open_to_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each file of settings that everybody may read is told of, and none that is not."""
    Path(".env").write_text("ODM_PORT=9000\n", encoding="utf-8")
    Path("secret").write_text("tiger", encoding="utf-8")
    monkeypatch.setenv("ORACLE_PASSWORD_FILE", "secret")
    for mode in (0o600, 0o640, 0o400):
        Path(".env").chmod(mode)
        Path("secret").chmod(mode)
        warn_of_open_files()
    assert caplog.records == []
    Path(".env").chmod(0o644)
    Path("secret").chmod(0o604)
    warn_of_open_files()
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    env_file, secret = caplog.messages
    assert env_file.startswith(".env can be read by every account of this machine (mode 0644)")
    assert secret.startswith("secret can be read by every account of this machine (mode 0604)")
