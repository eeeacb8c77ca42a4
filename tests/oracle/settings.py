"""The settings of a service that is to reach a wire server."""

from app.settings import Settings
from tests.oracle_wire import Control

POOL = 3


def settings_for(oracle: Control, **changes: object) -> Settings:
    """Short limits, so that failures are quick; `changes` replace them."""
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
            "oracle_connect_timeout_seconds": 2,
            "odm_pool_wait_seconds": 0.3,
            "odm_call_timeout_seconds": 0.5,
            **changes,
        }
    )
