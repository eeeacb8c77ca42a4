"""Settings of the wells' database: the embedded one, or an Oracle."""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator

from app.contract.settings import CallSettings, Seconds

HIDDEN_PARAMETER = r"\w*(?:password|passwd|pwd|secret)"
"""How a parameter of a connect string is called, whatever its case, that nobody may be told."""

_SECRET = re.compile(rf"({HIDDEN_PARAMETER})\s*=", re.IGNORECASE)

IDENTIFIER = re.compile(r'[A-Za-z][A-Za-z0-9_$#]{0,127}|"[^"\0-\x1f]{1,128}"')
"""A name of Oracle's, unquoted or quoted: nothing that could end the statement it stands in."""

_SAYS_WHO_OR_WHERE = {"oracle_user", "oracle_password", "oracle_port", "oracle_service_name"}


class WellsSettings(CallSettings):
    """Where divisions and wells come from, and how Oracle is spoken to."""

    odm_sqlite_path: Path = Field(
        Path("odm.db"), description="File of the embedded database; made on first start."
    )
    odm_demo: bool = Field(True, description="Fill a new embedded database with demo data.")
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
    oracle_schema: str | None = Field(
        None,
        description="Schema of the package; without it the account needs a synonym for it.",
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
        5,
        description="How long one attempt to connect may take; the whole log-on, a second more.",
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
    )  # a chunk is a VARCHAR2 of at most 32,767 bytes, and a character has up to four
    oracle_chunks_per_trip: int = Field(
        320,
        ge=1,
        le=10000,
        description="Chunks in a round trip: that many times the chunk is held in memory for each "
        "answer under way.",
    )

    @property
    def uses_oracle(self) -> bool:
        """Whether the data comes from Oracle rather than from the embedded database."""
        return bool(self.oracle_dsn or self.oracle_host)

    @model_validator(mode="after")
    def _oracle_is_whole(self) -> "WellsSettings":
        """Refuse an Oracle that is only half described, or described twice."""
        given = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if self.oracle_dsn:
            if twice := sorted(given & {"oracle_host", "oracle_port", "oracle_service_name"}):
                raise ValueError(f"ORACLE_DSN and {_capitals(twice)} say the same; keep one")
            if "@" in self.oracle_dsn:
                raise ValueError(
                    "ORACLE_DSN must not hold an account; use ORACLE_USER and ORACLE_PASSWORD"
                )
            if secret := _SECRET.search(self.oracle_dsn):
                raise ValueError(
                    f"ORACLE_DSN must not hold {secret[1].upper()}; use ORACLE_PASSWORD and "
                    "ORACLE_WALLET_PASSWORD"
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

    @field_validator("oracle_schema")
    @classmethod
    def _is_an_identifier(cls, name: str | None) -> str | None:
        if name is not None and not IDENTIFIER.fullmatch(name):
            raise ValueError("not the name of a schema")
        return name

    @field_validator("odm_sqlite_path")
    @classmethod
    def _is_a_file(cls, path: Path) -> Path:
        if "\0" in str(path) or str(path).startswith((":", "file:")):
            raise ValueError("not the path of a file")
        return path


def _capitals(names: list[str]) -> str:
    return " and ".join(name.upper() for name in names)
