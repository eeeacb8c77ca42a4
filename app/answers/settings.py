"""Settings of the answers: what is kept, for how long, and what is checked."""

from typing import Annotated

from pydantic import Field

from app.contract.settings import CallSettings, Seconds


class AnswerSettings(CallSettings):
    """What is kept while the data does not change, and how answers travel."""

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
    odm_send_timeout_seconds: Seconds = Field(
        60,
        description="How long a streamed answer may wait for its client, "
        "and as long again for every megabyte taken.",
    )
