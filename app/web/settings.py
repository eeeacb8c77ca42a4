"""Settings of the service's side of HTTP."""

from pydantic import BaseModel, Field, field_validator

from app.contract.settings import Seconds
from app.web.proxies import networks_of


class WebSettings(BaseModel):
    """Where the service listens, who may read, how much it takes of a client, and how it stops."""

    odm_host: str = Field("127.0.0.1", description="Address that `python service.py` listens on.")
    odm_port: int = Field(
        8000, ge=1, le=65535, description="Port that `python service.py` listens on."
    )
    odm_cors_origins: str = Field(
        "",
        description="Origins whose pages may read the data from a browser, with commas between "
        "them; `*` for all.",
    )
    odm_trusted_proxies: str = Field(
        "",
        description="Addresses and networks of the proxies whose `X-Forwarded-For` is believed, "
        "with commas between them. Without any, nobody's is.",
    )
    odm_max_connections: int = Field(
        800,
        ge=0,
        description="Connections of a process; any more get 503. 0 for no limit.",
    )
    odm_max_connections_per_address: int = Field(
        100,
        ge=0,
        description="Connections of one address (IPv6: of one /64) that is no trusted proxy's; any "
        "more get 503. 0 for no limit.",
    )
    odm_max_listeners_per_address: int = Field(
        50,
        ge=0,
        description="Listeners of `/events` of one client's address, also behind a trusted proxy; "
        "any more get 503. 0 for no limit.",
    )
    odm_max_head_bytes: int = Field(
        32768,
        ge=1024,
        le=1048576,
        description="Bytes of a request's line and headers together; a longer head gets 431.",
    )
    odm_head_timeout_seconds: Seconds = Field(
        15,
        description="How long a request's head may take to come, and a new connection may say "
        "nothing; then 408, or the end.",
    )
    odm_max_pipelined: int = Field(
        16,
        ge=1,
        le=1000,
        description="Requests that may wait on a connection for the one before them; any more are "
        "read later.",
    )
    odm_shutdown_seconds: Seconds = Field(
        30, description="How long `python service.py` lets running answers finish on SIGTERM."
    )

    @field_validator("odm_trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        networks_of(text)
        return text
