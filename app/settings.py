"""Every setting of the service, from the environment or from `.env`."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.contract.faults import StartupFault

Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]


_ORACLE_TOOLS = {"ORACLE_HOME", "ORACLE_BASE", "ORACLE_SID", "ORACLE_PDB_SID", "ORACLE_HOSTNAME"}
"""Variables of Oracle's own tools, which may stand in a `.env` beside ours."""

_SAYS_WHO_OR_WHERE = {"oracle_user", "oracle_password", "oracle_port", "oracle_service_name"}


class Settings(BaseSettings):
    """The settings; the field's name in capitals is the variable's name.

    `load_settings` reads them; a test may build one directly.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    odm_sqlite_path: Path = Field(
        Path("odm.db"), description="File of the embedded database; made on first start."
    )
    odm_demo: bool = Field(
        True, description="Fill a new embedded database with the synthetic fleet."
    )
    oracle_user: str | None = Field(
        None, description="Account that the service logs in with; it may only EXECUTE the package."
    )
    oracle_password: SecretStr | None = Field(None, description="The account's password.")
    oracle_host: str | None = Field(
        None, description="Host of the Oracle listener; makes Oracle the database."
    )
    oracle_port: int = Field(1521, ge=1, le=65535, description="Port of the listener.")
    oracle_service_name: str | None = Field(
        None, description="Service of the database at that listener."
    )
    oracle_dsn: str | None = Field(
        None,
        description="Instead of host, port and service name: a connect descriptor, an Easy Connect "
        "string, or an alias of tnsnames.ora.",
    )
    oracle_config_dir: Path | None = Field(
        None, description="Folder of tnsnames.ora; without it the one that TNS_ADMIN names."
    )
    oracle_wallet_location: Path | None = Field(
        None, description="Folder of the TLS wallet (ewallet.pem), for tcps connections."
    )
    oracle_wallet_password: SecretStr | None = Field(
        None, description="Password of the TLS wallet, if it has one."
    )
    oracle_client_lib_dir: Path | None = Field(
        None,
        description="Folder of an Oracle Instant Client: the driver's thick mode, for networks "
        "that demand native encryption.",
    )
    oracle_pool_size: int = Field(
        8, ge=1, le=256, description="Database sessions, and so answers under way at once."
    )
    oracle_connect_timeout_seconds: Seconds = Field(
        5, description="How long one attempt to connect may take."
    )
    oracle_expire_minutes: int = Field(
        1,
        ge=0,
        le=1440,
        description="Idle minutes after which a sign of life is sent, below a firewall's limit; "
        "0 for never.",
    )
    oracle_session_lifetime_seconds: int = Field(
        3600, ge=0, description="Age at which a session is replaced; 0 for never."
    )
    oracle_chunk_chars: int = Field(
        4000, ge=2, le=8191, description="Characters of a chunk that the database hands over."
    )
    oracle_chunks_per_trip: int = Field(
        320,
        ge=1,
        le=10000,
        description="Chunks in a round trip: that many times the chunk is held in memory for each "
        "answer under way.",
    )
    odm_host: str = Field("127.0.0.1", description="Address that `python service.py` listens on.")
    odm_port: int = Field(
        8000, ge=1, le=65535, description="Port that `python service.py` listens on."
    )
    odm_validate_rows: bool = Field(
        False,
        description="Check every row against its model before it is sent (for staging).",
    )
    odm_version_poll_seconds: Annotated[float, Field(ge=0.05, le=60)] = Field(
        0.5,
        description="How often each process asks the database for the version of its data; no "
        "answer is older than twice that.",
    )
    odm_cache_megabytes: int = Field(
        64,
        ge=0,
        le=65536,
        description="Memory for answers that are kept while the data does not change; each may "
        "take an eighth of it. 0 keeps none.",
    )
    odm_stale_seconds: int = Field(
        0,
        ge=0,
        le=604800,
        description="How old an answer may be that is given, marked as stale, while the database "
        "is away; 0 for never.",
    )
    odm_cors_origins: str = Field(
        "",
        description="Origins whose pages may read the data from a browser, with commas between "
        "them; `*` for all.",
    )
    odm_pool_wait_seconds: Seconds = Field(
        5, description="How long a request waits for a free database session before it gets 503."
    )
    odm_call_timeout_seconds: Seconds = Field(
        60, description="How long the database may work on one answer before the caller gets 504."
    )
    odm_send_timeout_seconds: Seconds = Field(
        60,
        description="How long a streamed answer may wait for its client, "
        "and as long again for every megabyte taken.",
    )
    odm_shutdown_seconds: Seconds = Field(
        30, description="How long `python service.py` lets running answers finish on SIGTERM."
    )
    odm_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged; `info` logs a line a request."
    )

    @property
    def uses_oracle(self) -> bool:
        """Whether the data comes from Oracle rather than from the embedded database."""
        return bool(self.oracle_dsn or self.oracle_host)

    @model_validator(mode="after")
    def _oracle_is_whole(self) -> "Settings":
        """Refuse an Oracle that is only half described, or described twice."""
        given = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if self.oracle_dsn:
            if twice := sorted(given & {"oracle_host", "oracle_port", "oracle_service_name"}):
                raise ValueError(f"ORACLE_DSN and {_capitals(twice)} say the same; keep one")
            if "@" in self.oracle_dsn:
                raise ValueError(
                    "ORACLE_DSN must not hold an account; use ORACLE_USER and ORACLE_PASSWORD"
                )
        elif self.oracle_host:
            if not self.oracle_service_name:
                raise ValueError("ORACLE_SERVICE_NAME is missing beside ORACLE_HOST")
        elif lonely := sorted(given & _SAYS_WHO_OR_WHERE):
            raise ValueError(
                f"{_capitals(lonely)} given without ORACLE_HOST or ORACLE_DSN, which say where "
                "the database is"
            )
        missing = sorted({"oracle_user", "oracle_password"} - given)
        if self.uses_oracle and missing:
            raise ValueError(f"{_capitals(missing)} missing: the account to log in with")
        return self

    @field_validator("odm_sqlite_path")
    @classmethod
    def _is_a_file(cls, path: Path) -> Path:
        if "\0" in str(path) or str(path).startswith((":", "file:")):
            raise ValueError("not the path of a file")
        return path

    @field_validator("odm_log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level


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


def _capitals(names: list[str]) -> str:
    return " and ".join(name.upper() for name in names)
