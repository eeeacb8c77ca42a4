"""The service under test, behind a real uvicorn on a real port, in a thread of the test process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from app.application import create_app
from app.gateway import Gateway
from app.settings import Settings


@contextmanager
def running(settings: Settings, gateway: Gateway | None = None) -> Iterator[httpx.Client]:
    """A client of the service while it runs; the service is stopped afterwards."""
    with serving(create_app(settings, gateway)) as client:
        yield client


@contextmanager
def serving(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of that application while it runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            deadline = time.monotonic() + 30
            while not server.started:
                assert thread.is_alive(), "the service did not start"
                assert time.monotonic() < deadline, "the service did not start in time"
                time.sleep(0.005)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(30)
        assert not thread.is_alive(), "the service did not stop"
