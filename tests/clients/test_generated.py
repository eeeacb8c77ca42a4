"""Clients that are written from the description, in Python and in TypeScript, fetch each format."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars
import pytest

from app.answers.formats import FORMATS
from tests.clients.conftest import Service

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".clients/node_modules"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the generator needs Python 3.11")
def test_python(service: Service, tmp_path: Path) -> None:
    """openapi-python-client: rows as objects, CSV and NDJSON as text, the others as files."""
    generate = [sys.executable, "-m", "openapi_python_client", "generate"]
    where = ["--url", f"{service.url}/openapi.json", "--output-path", str(tmp_path / "odm_client")]
    how = ["--config", str(HERE / "openapi-python-client.yml"), "--meta", "none"]
    generated = subprocess.run(
        [*generate, *where, *how], capture_output=True, text=True, timeout=120, check=False
    )
    assert generated.returncode == 0, generated.stdout
    assert "WARNING" not in generated.stdout
    used = subprocess.run(
        [sys.executable, str(HERE / "use.py"), service.url, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
        timeout=60,
    )
    assert used.returncode == 0
    for known in FORMATS:
        found = (tmp_path / f"days.{known.name}").read_bytes()
        assert rows(found, known.name) == 1090, known.name


def rows(found: bytes, name: str) -> int:
    """How many rows a file has."""
    read: Any = {
        "json": json.load,
        "ndjson": polars.read_ndjson,
        "csv": polars.read_csv,
        "arrow": polars.read_ipc_stream,
        "parquet": polars.read_parquet,
        "feather": polars.read_ipc,
    }[name]
    return len(read(io.BytesIO(found)))


def test_typescript(service: Service, tmp_path: Path) -> None:
    """openapi-typescript and openapi-fetch: it compiles, as strictly as can be, and runs."""
    if not NODE.is_dir():
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail("openapi-typescript is not installed: make clients")
        pytest.skip("openapi-typescript is not installed: make clients")
    (tmp_path / "node_modules").symlink_to(NODE)
    for name in ("use.mts", "tsconfig.json"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    commands = [
        [f"{NODE}/openapi-typescript/bin/cli.js", f"{service.url}/openapi.json", "-o", "odm.d.mts"],
        [f"{NODE}/typescript/bin/tsc"],
        ["out/use.mjs", service.url],
    ]
    for command in commands:
        done = subprocess.run(
            ["node", *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told == {
        "divisions": 8,
        "budget": "number",
        "oil": "number",
        "days": 1090,
        "again": 1090,
        "csv": 1092,
        "bare": "well_id,",
        "ndjson": 1091,
        "parquet": "PAR1",
        "arrow": "\ufffd\ufffd\ufffd\ufffd",
        "feather": "ARRO",
    }
