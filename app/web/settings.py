"""Settings of the service's side of HTTP."""

from pydantic import BaseModel, Field

from app.contract.settings import Seconds


class WebSettings(BaseModel):
    """Where the service listens, who may read from elsewhere, and how it stops."""

    odm_host: str = Field("127.0.0.1", description="Address that `python service.py` listens on.")
    odm_port: int = Field(
        8000, ge=1, le=65535, description="Port that `python service.py` listens on."
    )
    odm_cors_origins: str = Field(
        "",
        description="Origins whose pages may read the data from a browser, with commas between "
        "them; `*` for all.",
    )
    odm_shutdown_seconds: Seconds = Field(
        30, description="How long `python service.py` lets running answers finish on SIGTERM."
    )
