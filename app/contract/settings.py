"""Settings of every call to a database, whichever wing makes it."""

from typing import Annotated

from pydantic import BaseModel, Field

Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]


class CallSettings(BaseModel):
    """How long a call may wait, and take."""

    odm_pool_wait_seconds: Seconds = Field(
        5, description="How long a request waits for a free database session before it gets 503."
    )
    odm_call_timeout_seconds: Seconds = Field(
        60, description="How long the database may work on one answer before the caller gets 504."
    )
