"""The configuration of docs/how-to/run-behind-nginx.md, run by nginx in front of the service."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.docs.pages import ROOT, block_of
from tests.support.counted import UVICORN
from tests.support.running import free_port
from tests.wire.oracle.client import eventually

pytestmark = pytest.mark.slow

CONFIGURATION = block_of("docs/how-to/run-behind-nginx.md", "nginx")

# What Debian's /etc/nginx/nginx.conf is around a site, with everything in one folder.
AROUND = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_types *;
    gzip_proxied any;
    {site}
}}
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with odm.crt and odm.key; skips where nginx or openssl are not installed."""
    missing = [name for name in ("nginx", "openssl") if not shutil.which(name)]
    if missing:
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail(f"not installed: {missing}")
        pytest.skip(f"not installed: {missing}")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=odm.example.com", "-addext", "subjectAltName=DNS:odm.example.com"]
    files = ["-keyout", str(folder / "odm.key"), "-out", str(folder / "odm.crt")]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-days", "2", *curve, *subject, *files],
        check=True,
        capture_output=True,
    )
    return folder


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens there."""
    deadline = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, f"{process.args!r} has ended"
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def nginx(folder: Path, certificate: Path, upstream: int) -> Iterator[tuple[httpx.Client, int]]:
    """A client of nginx in front of that port, over TLS, and nginx's port without TLS."""
    plain, secure = free_port(), free_port()
    site = (
        CONFIGURATION.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
        .replace("listen 80;", f"listen 127.0.0.1:{plain};")
        .replace("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;")
        .replace("/etc/ssl/odm/", f"{certificate}/")
    )
    path = folder / "nginx.conf"
    path.write_text(AROUND.format(folder=folder, site=site), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(path)]
    if os.geteuid() == 0:
        command += ["-g", "daemon off; user root;"]
    else:
        command += ["-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(secure, process)
        trusted = ssl.create_default_context(cafile=str(certificate / "odm.crt"))
        with httpx.Client(
            base_url=f"https://127.0.0.1:{secure}",
            verify=trusted,
            trust_env=False,
            timeout=60,
            headers={"Host": "odm.example.com"},
        ) as client:
            yield client, plain
    finally:
        process.terminate()
        process.wait(60)


def get(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """A GET under the name that the certificate is for."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named, extensions={"sni_hostname": "odm.example.com"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service keeps its database and its log, and nginx its files."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def proxied(certificate: Path, filled: Path, folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """The service under /odm, as the page starts it, behind nginx."""
    shutil.copy(filled, folder / "odm.db")
    port = free_port()
    command = [*UVICORN, "service:app", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--root-path", "/odm", "--no-access-log"]
    settings = {"ODM_SQLITE_PATH": str(folder / "odm.db"), "ODM_TRUSTED_PROXIES": "127.0.0.1"}
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=log)
    try:
        wait_for(port, process)
        with nginx(folder, certificate, port) as client:
            yield client
    finally:
        process.terminate()
        process.wait(60)


def test_data_under_the_path(proxied: tuple[httpx.Client, int], service: httpx.Client) -> None:
    """The rows are the service's, and so is the request's id."""
    client, _ = proxied
    answer = get(client, "/odm/division-list", X_Request_ID="proxied-1")
    assert answer.content == service.get("/division-list").content
    assert answer.headers["x-request-id"] == "proxied-1"
    assert get(client, "/odm/well-list?division_id=81").status_code == 404


def test_clients_address(
    proxied: tuple[httpx.Client, int], certificate: Path, folder: Path
) -> None:
    """The service's log has whoever asks nginx, and nobody whom that one has made up."""
    trusted = ssl.create_default_context(cafile=str(certificate / "odm.crt"))
    client, _ = proxied
    elsewhere = httpx.HTTPTransport(verify=trusted, local_address="127.0.0.2")
    with httpx.Client(
        base_url=client.base_url, transport=elsewhere, headers={"Host": "odm.example.com"}
    ) as other:
        made_up = {"X_Forwarded_For": "203.0.113.5", "X_Request_ID": "proxied-2"}
        assert get(other, "/odm/division-list", **made_up).status_code == 200
    log = folder / "service.log"
    eventually(lambda: "proxied-2" in log.read_text(encoding="utf-8"))
    (line,) = [line for line in log.read_text(encoding="utf-8").splitlines() if "proxied-2" in line]
    assert line.endswith(" ms 127.0.0.2")


def test_redirects(proxied: tuple[httpx.Client, int]) -> None:
    """Without TLS, and without the last slash, the client is sent to where the service is."""
    client, plain = proxied
    to_tls = httpx.get(
        f"http://127.0.0.1:{plain}/odm/division-list",
        headers={"Host": "odm.example.com"},
        trust_env=False,
    )
    assert to_tls.headers["location"] == "https://odm.example.com/odm/division-list"
    assert get(client, "/odm").headers["location"].endswith("/odm/")


def test_docs_page(proxied: tuple[httpx.Client, int]) -> None:
    """The page under the path asks under the path."""
    client, _ = proxied
    assert get(client, "/odm/docs").status_code == 200
    assert get(client, "/odm/openapi.json").json()["servers"] == [{"url": "/odm"}]


def test_compressed_and_conditional(proxied: tuple[httpx.Client, int]) -> None:
    """The service's own compression and strong tags come through, and its 304."""
    client, _ = proxied
    path = "/odm/well-summary-by-day?well_id=3001&division_id=30"
    answer = get(client, path, Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    again = get(client, path, Accept_Encoding="gzip", If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    short = get(client, "/odm/division-list", Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers
    assert short.headers["etag"].startswith('"')


def test_events_are_not_held_back(proxied: tuple[httpx.Client, int]) -> None:
    """A listener hears at once, though the stream goes on."""
    client, _ = proxied
    with client.stream(
        "GET", "/odm/events", extensions={"sni_hostname": "odm.example.com"}
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: version"


def test_cut_answers_arrive_cut(certificate: Path, tmp_path: Path) -> None:
    """Where the service cuts an answer, nginx's client sees no end either."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                connection.sendall(head + b'1e\r\n[{"Division_Id":10,"Division_N\r\n')

        thread = threading.Thread(target=cut)
        thread.start()
        with (
            nginx(tmp_path, certificate, listener.getsockname()[1]) as (client, _),
            pytest.raises(httpx.RemoteProtocolError),
        ):
            get(client, "/odm/division-list")
        thread.join(60)
