"""The settings of a service that is to reach a wire server."""

from app.settings import Settings
from tests.wire.oracle import Control

POOL = 3


def settings_for(oracle: Control, **changes: object) -> Settings:
    """Limits that no test meets by being slow; `changes` replace them."""
    host, _, service = oracle.dsn.partition("/")
    host, _, port = host.partition(":")
    return Settings.model_validate(
        {
            "oracle_user": "scott",
            "oracle_password": "tiger",
            "oracle_host": host,
            "oracle_port": port,
            "oracle_service_name": service,
            "oracle_pool_size": POOL,
            "oracle_connect_timeout_seconds": 20,
            "odm_pool_wait_seconds": 20,
            "odm_call_timeout_seconds": 20,
            **changes,
        }
    )
