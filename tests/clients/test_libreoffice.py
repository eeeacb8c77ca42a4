"""LibreOffice given an address."""

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.clients.conftest import Service

REQUESTS = [("OPTIONS", 405), ("HEAD", 200), ("GET", 200), ("HEAD", 200)]
"""What LibreOffice 7.4 asks for: WebDAV, which is not here, then the file."""


@pytest.mark.slow
def test_opens(service: Service, tmp_path: Path) -> None:
    """It opens a CSV by its address, with all rows and accents."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice (libreoffice-calc) is not installed; 230 MB, so CI goes without")
    service.asked()
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", "out"]
    subprocess.run(
        [
            "soffice",
            "--headless",
            profile,
            "--infilter=CSV:44,34,UTF8",
            *convert,
            service.days("csv"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (file,) = (tmp_path / "out").iterdir()
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1091
    assert 'VM-01 ST2,30,"Vaca Muerta, Neuquén"' in lines[1]
    asked = service.asked()
    assert set(asked) == set(REQUESTS)
    assert asked.count(("GET", 200)) == 1


@pytest.mark.slow
def test_what_it_asks(service: Service) -> None:
    """The same requests, for machines without it: lengths are told, and all is of one version."""
    with httpx.Client(trust_env=False, headers={"Accept-Encoding": "gzip"}) as client:
        told = [client.request(method, service.days("csv")) for method, _ in REQUESTS]
    assert [each.status_code for each in told] == [status for _, status in REQUESTS]
    assert told[0].headers["allow"] == "GET, HEAD"
    assert len({each.headers["etag"] for each in told[1:]}) == 1
    assert len({each.headers["content-length"] for each in told[1:]}) == 1
    assert told[2].text.count("\r\n") == 1091
