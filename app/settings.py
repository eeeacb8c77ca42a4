"""Every setting of the service, from the environment or from `.env`."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.faults import StartupFault

Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]


class Settings(BaseSettings):
    """The settings; the field's name in capitals is the variable's name.

    `load_settings` reads them; a test may build one directly.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    odm_sqlite_path: Path = Field(
        Path("odm.db"), description="File of the embedded database; made on first start."
    )
    odm_demo: bool = Field(
        True, description="Fill a new embedded database with the synthetic fleet."
    )
    odm_host: str = Field("127.0.0.1", description="Address that `python service.py` listens on.")
    odm_port: int = Field(
        8000, ge=1, le=65535, description="Port that `python service.py` listens on."
    )
    odm_validate_rows: bool = Field(
        False,
        description="Check every row against its model before it is sent (for staging).",
    )
    odm_pool_wait_seconds: Seconds = Field(
        5, description="How long a request waits for a free database session before it gets 503."
    )
    odm_call_timeout_seconds: Seconds = Field(
        60, description="How long the database may work on one answer before the caller gets 504."
    )
    odm_send_timeout_seconds: Seconds = Field(
        60, description="How long a client may leave a piece of a streamed answer unread."
    )
    odm_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged; `info` logs a line a request."
    )


def load_settings() -> Settings:
    """The settings of this process.

    Raises StartupFault with one line a fault: a value that is not allowed, or a variable that
    begins with ODM_ and is no setting (a misspelling would otherwise be ignored in silence).
    """
    known = {name.upper() for name in Settings.model_fields}
    try:
        given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    except (OSError, UnicodeDecodeError) as error:
        raise StartupFault(f".env cannot be read: {error}") from None
    faults = []
    for name in sorted(given - known):
        if name.startswith("ODM_") and not name.startswith("ODM_TEST_"):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            faults.append(f"{name} is not a setting{hint}")
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [
            f"{str(item['loc'][0]).upper()}: {item['msg']} (it is {item['input']!r})"
            for item in error.errors()
        ]
    if faults:
        raise StartupFault("; ".join(faults))
    return settings
