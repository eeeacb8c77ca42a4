"""Every setting of the service, joined from what each part says of its own."""

import difflib
import os
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.answers.settings import AnswerSettings
from app.contract.faults import StartupFault
from app.observe.log import LogSettings
from app.web.settings import WebSettings
from app.wells.settings import WellsSettings

_ORACLE_TOOLS = {"ORACLE_HOME", "ORACLE_BASE", "ORACLE_SID", "ORACLE_PDB_SID", "ORACLE_HOSTNAME"}
"""Variables of Oracle's own tools, which may stand in a `.env` beside ours."""


class Settings(LogSettings, WebSettings, AnswerSettings, WellsSettings, BaseSettings):
    """The settings, from the environment or from `.env`: the field's name in capitals.

    `load_settings` reads them; a test may build one directly.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


def load_settings() -> Settings:
    """The settings of this process.

    Raises StartupFault with one line a fault: a value that is not allowed, or a variable that
    begins with ODM_ and is no setting (a misspelling would otherwise be ignored in silence).
    """
    known = {name.upper() for name in Settings.model_fields}
    try:
        in_file = _names_in(Path(".env"))
    except (OSError, UnicodeDecodeError) as error:
        raise StartupFault(f".env cannot be read: {error}") from None
    faults = []
    for name in sorted(({name.upper() for name in os.environ} | in_file) - known):
        ours = name.startswith("ODM_") and not name.startswith("ODM_TEST_")
        if ours or (name.startswith("ORACLE_") and name in in_file - _ORACLE_TOOLS):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            faults.append(f"{name} is not a setting{hint}")
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_in_words(item) for item in error.errors()]
    if faults:
        raise StartupFault("; ".join(faults))
    return settings


def _names_in(env_file: Path) -> set[str]:
    """The variables of an env file; a line that can't be parsed is refused, not skipped."""
    if not env_file.is_file():
        return set()
    with env_file.open(encoding="utf-8") as lines:
        bindings = list(parse_stream(lines))
    for binding in bindings:
        if binding.error:
            raise StartupFault(f".env: line {binding.original.line} cannot be parsed")
    return {binding.key.upper() for binding in bindings if binding.key}


def _in_words(item: ErrorDetails) -> str:
    """One fault of a setting. What was given is shown, unless it may be a secret."""
    if not item["loc"]:  # several settings together: the message names them
        return item["msg"].removeprefix("Value error, ")
    name = str(item["loc"][0]).upper()
    shown = "" if "PASSWORD" in name else f" (it is {item['input']!r})"
    return f"{name}: {item['msg']}{shown}"
