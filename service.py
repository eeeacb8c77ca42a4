"""The service: `python service.py`, at the address in the settings.

Or `uvicorn service:app --http app.web.protocol:Protocol`, with all that uvicorn can.
"""

import math
import socket
import sys

import uvicorn

from app.application import create_app
from app.contract.faults import StartupFault
from app.observe.log import configure_logging
from app.settings import load_settings, warn_of_open_files

try:
    settings = load_settings()
except StartupFault as fault:
    sys.exit(f"ODM cannot start: {fault}")
configure_logging(settings)
warn_of_open_files()
app = create_app(settings)


def check_address(host: str, port: int) -> None:
    """End with a word that names the settings where the address cannot be had.

    uvicorn would find out when the database is open, and the demo data made, for nothing.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        sys.exit(
            f"ODM cannot start: {host} port {port}: {error.strerror or error}; "
            "set ODM_HOST and ODM_PORT to another address"
        )


if __name__ == "__main__":
    check_address(settings.odm_host, settings.odm_port)
    uvicorn.run(
        app,
        host=settings.odm_host,
        port=settings.odm_port,
        http="app.web.protocol:Protocol",
        access_log=False,
        log_level=settings.odm_log_level,
        timeout_graceful_shutdown=math.ceil(settings.odm_shutdown_seconds),
    )
