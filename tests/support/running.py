"""The service under test, behind a real uvicorn on a real port, in a thread of the test process."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from app.application import create_app
from app.contract.gateway import Gateway, Wing
from app.settings import Settings
from app.wells.catalogue import WELLS

PROTOCOL = "app.web.protocol:Protocol"
"""How the service is started: its connections are within limits."""


def free_port() -> int:
    """A port for a process to listen on, of those that the system does not hand out by itself."""
    while True:
        port = random.randrange(15_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def running(settings: Settings, gateway: Gateway | None = None) -> Iterator[httpx.Client]:
    """A client of the service while it runs; the service is stopped afterwards."""
    with serving(create_app(settings, [Wing(WELLS, gateway)] if gateway else None)) as client:
        yield client


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[httpx.Client]:
    """A client of that application while it runs, under uvicorn with these options."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=PROTOCOL, log_config=None, access_log=False, lifespan="on", **options
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            deadline = time.monotonic() + 120
            while not server.started:
                assert thread.is_alive(), "the service did not start"
                assert time.monotonic() < deadline, "the service did not start in time"
                time.sleep(0.005)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(120)
        assert not thread.is_alive(), "the service did not stop"
