"""Answers over HTTP in every format, made by the encoders from the service's JSON."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from app.catalogue import PROCEDURES
from app.formats import negotiate


@contextmanager
def formats_of(service: httpx.Client) -> Iterator[str]:
    """The address of a server that gives the service's answers as the request wants them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = dict(parse_qsl(url.query))
            accept = self.headers.get("Accept", "").encode()
            wanted = negotiate(accept, query.pop("format", None))
            (procedure,) = (p for p in PROCEDURES if p.path == url.path)
            body = service.get(f"{url.path}?{urlencode(query)}").raise_for_status().content
            if encoder := wanted.encoder(procedure):
                body = encoder.feed(body) + encoder.finish()
            self.send_response(200)
            self.send_header("Content-Type", wanted.media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()
