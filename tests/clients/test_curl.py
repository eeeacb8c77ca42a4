"""curl: a download that goes on where it was broken off, and files that bear their own names."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.clients.conftest import Service


@pytest.fixture(autouse=True)
def _curl() -> None:
    if not shutil.which("curl"):
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail("curl is not installed")
        pytest.skip("curl is not installed")


def curl(folder: Path, *arguments: str) -> None:
    subprocess.run(["curl", "-sSf", *arguments], cwd=folder, check=True, timeout=60)


@pytest.mark.slow
def test_goes_on(service: Service, tmp_path: Path) -> None:
    """`curl -C -` fetches the rest, and only that."""
    url = service.days("parquet")
    whole = httpx.get(url, trust_env=False).content
    (tmp_path / "days.parquet").write_bytes(whole[:1000])
    service.asked()
    curl(tmp_path, "-C", "-", "-o", "days.parquet", url)
    assert (tmp_path / "days.parquet").read_bytes() == whole
    assert service.asked() == [("GET", 206)]


@pytest.mark.slow
def test_names(service: Service, tmp_path: Path) -> None:
    """`curl -OJ` of two wells, of two ranges and of each format makes as many files."""
    address = f"{service.url}/well-summary-by-day"
    for well in (3001, 3002):
        curl(tmp_path, "-OJ", f"{address}.csv?well_id={well}&division_id=30")
    january = "from_date=2025-01-01&to_date=2025-01-31"
    curl(tmp_path, "-OJ", f"{address}.csv?well_id=3001&division_id=30&{january}")
    curl(tmp_path, "-OJ", f"{address}?well_id=3001&division_id=30")
    assert {file.name for file in tmp_path.iterdir()} == {
        "well-summary-by-day_well-3001.csv",
        "well-summary-by-day_well-3002.csv",
        "well-summary-by-day_well-3001_2025-01-01_2025-01-31.csv",
        "well-summary-by-day_well-3001.json",
    }
