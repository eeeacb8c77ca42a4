"""Settings of every call to a database, whichever wing makes it, and secrets out of files."""

import os
import stat
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, Field, SecretStr

Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]

MAX_SECRET_BYTES = 4096
"""More than any password has; a larger file was named by mistake."""


class CallSettings(BaseModel):
    """How long a call may wait, and take."""

    odm_pool_wait_seconds: Seconds = Field(
        5, description="How long a request waits for a free database session before it gets 503."
    )
    odm_call_timeout_seconds: Seconds = Field(
        60, description="How long the database may work on one answer before the caller gets 504."
    )


def secrets_of(settings: type[BaseModel]) -> dict[str, str]:
    """The settings that are secrets, each with the setting that names a file which holds it.

    Every `SecretStr` is one: whoever declares `oracle_password` gets `oracle_password_file`.
    """
    return {
        name: f"{name}_file"
        for name, field in settings.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    }


def read_secret(path: Path) -> str:
    """The secret that a file holds, without the end of its line.

    Raises ValueError, which says what is wrong with the file and never what is in it.
    """
    try:
        with open(path, "rb", buffering=0, opener=_opened_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ValueError("is not a file")
            content: bytes = file.read(MAX_SECRET_BYTES + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_SECRET_BYTES:
        raise ValueError(f"is larger than {MAX_SECRET_BYTES:,} bytes")
    try:
        secret = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    if not secret:
        raise ValueError("is empty")
    if any(character < " " or character == "\x7f" for character in secret):
        raise ValueError("holds more than one line, or a control character")
    return secret


def _opened_at_once(path: str, flags: int) -> int:
    """A pipe that nobody writes to would hold up the start for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def mode_for_others(path: Path) -> str | None:
    """The file's mode if everybody on the machine may read it, as `0644`; else None."""
    if os.name == "nt":  # modes say nothing there
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    return f"{stat.S_IMODE(mode):04o}" if mode & stat.S_IROTH else None
