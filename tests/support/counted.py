"""The service as a process of its own that also tells what it costs: `GET /figures`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.application import create_app
from app.contract.gateway import Call, Version, Wing
from app.settings import load_settings
from app.wells.catalogue import WELLS
from app.wells.embedded.gateway import EmbeddedAnswer, EmbeddedGateway
from tests.support.running import PROTOCOL, free_port
from tests.wire.oracle.client import eventually

ROOT = Path(__file__).parents[2]
UVICORN = [sys.executable, "-m", "uvicorn", "--http", PROTOCOL]


class CountingGateway(EmbeddedGateway):
    """The embedded gateway, which counts what it is asked."""

    calls = 0
    versions = 0

    async def call(self, call: Call) -> EmbeddedAnswer:
        self.calls += 1
        return await super().call(call)

    async def version(self) -> Version:
        self.versions += 1
        return await super().version()


def counting_app() -> Any:
    """For `uvicorn --factory`."""
    settings = load_settings()
    gateway = CountingGateway(settings)
    app = create_app(settings, [Wing(WELLS, gateway)])

    @app.get("/figures")
    async def figures() -> dict[str, int]:
        room = app.data["/division-list"][0].answers.cache.room  # type: ignore[union-attr]
        return {
            "calls": gateway.calls,
            "versions": gateway.versions,
            "room": room.used,
            "limit": room.limit,
            "pid": os.getpid(),
        }

    return app


@contextmanager
def started(
    folder: Path, *arguments: str, app: str = "service:app", **settings: str
) -> Iterator[tuple["subprocess.Popen[bytes]", httpx.Client]]:
    """uvicorn as a process of its own, once it answers; its log is in `service.log`."""
    port = free_port()
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [*UVICORN, app, "--port", str(port), *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "ODM_DEMO": "false", **settings},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:

            def answers() -> bool:
                assert process.poll() is None, (folder / "service.log").read_text(encoding="utf-8")
                try:
                    return client.get("/healthz").is_success
                except httpx.TransportError:
                    return False

            eventually(answers, 120)
            yield process, client
    finally:
        process.kill()
        process.wait()


def figures(client: httpx.Client) -> dict[str, int]:
    """What the service has cost so far."""
    told: dict[str, int] = client.get("/figures").json()
    return told
