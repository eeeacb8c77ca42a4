"""The settings: their table in the reference, the example file, and what is refused."""

import re
from pathlib import Path

import pytest

from app.contract.faults import StartupFault
from app.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_reference_table() -> None:
    """The reference's table has exactly the settings, with their defaults and descriptions."""
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    assert table == [
        (name.upper(), _shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: object) -> str:
    if default in (None, ""):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_example_file() -> None:
    """.env.example names every setting once, with its default."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#? ?([A-Z_]+)=(.*)$", example, re.MULTILINE)
    assert sorted(named) == sorted(
        (name.upper(), _shown(field.default).strip("`"))
        for name, field in Settings.model_fields.items()
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
