"""Every setting of the service, joined from what each part says of its own."""

import difflib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.answers.settings import AnswerSettings
from app.contract.faults import StartupFault
from app.contract.settings import mode_for_others, read_secret, secrets_of
from app.observe.log import LogSettings
from app.web.settings import WebSettings
from app.wells.settings import WellsSettings

log = logging.getLogger("odm.settings")

_ENV_FILE = Path(".env")

_ORACLE_TOOLS = {"ORACLE_HOME", "ORACLE_BASE", "ORACLE_SID", "ORACLE_PDB_SID", "ORACLE_HOSTNAME"}
"""Variables of Oracle's own tools, which may stand in a `.env` beside ours."""


class Settings(LogSettings, WebSettings, AnswerSettings, WellsSettings, BaseSettings):
    """The settings, from the environment or from `.env`: the field's name in capitals.

    A secret may stand in a file instead, which the same name with `_FILE` names. `load_settings`
    reads them; a test may build one directly.
    """

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (a folder of secrets)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual ones, and the files that hold secrets."""
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls)


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets out of files. Raises StartupFault, which names each setting that is wrong."""

    def __call__(self) -> dict[str, Any]:
        given = _given()
        values = {}
        faults = []
        for name, in_file in secrets_of(self.settings_cls).items():
            path = given.get(in_file.upper())
            if path is None:
                continue
            if name.upper() in given:
                faults.append(f"{name.upper()} and {in_file.upper()} say the same; keep one")
                continue
            try:
                values[name] = read_secret(Path(path))
            except ValueError as error:
                faults.append(f"{in_file.upper()}: {path} {error}")
        if faults:
            raise StartupFault("; ".join(faults))
        return values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked: each value comes from a file of its own."""
        raise NotImplementedError(field_name)


def load_settings() -> Settings:
    """The settings of this process.

    Raises StartupFault with one line a fault: a value that is not allowed, or a variable that
    begins with ODM_ and is no setting (a misspelling would otherwise be ignored in silence).
    """
    known = {name.upper() for name in (*Settings.model_fields, *secrets_of(Settings).values())}
    try:
        in_file = _names_in(_ENV_FILE)
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
    except StartupFault as fault:
        faults.append(str(fault))
    if faults:
        raise StartupFault("; ".join(faults))
    return settings


def warn_of_open_files() -> None:
    """Log a warning for each file of settings that everybody on the machine may read."""
    given = _given()
    named = [given[name.upper()] for name in secrets_of(Settings).values() if name.upper() in given]
    for path in dict.fromkeys([_ENV_FILE, *map(Path, named)]):
        if mode := mode_for_others(path):
            log.warning(
                "%s can be read by every account of this machine (mode %s); chmod 600 %s",
                path,
                mode,
                path,
            )


def _given() -> Mapping[str, str]:
    """What the environment and `.env` give: an empty variable counts as not set."""
    in_file = dotenv_values(_ENV_FILE) if _ENV_FILE.is_file() else {}
    both = [*in_file.items(), *os.environ.items()]
    return {name.upper(): value for name, value in both if value}


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
    shown = "" if name.lower() in secrets_of(Settings) else f" (it is {item['input']!r})"
    return f"{name}: {item['msg']}{shown}"
