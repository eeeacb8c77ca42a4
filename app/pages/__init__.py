"""The pages that people look at: title page, dashboard and docs, served wholly from here.

    /            static/title.html
    /dashboard   static/dashboard.html
    /docs        static/docs.html
    /pages/...   what they load: our own files, and those that Python packages ship

static/kit holds what any page uses, static/charts the drawing, static/wells the views of divisions
and wells; none imports upwards.

Every address inside the pages is relative, so they work under a reverse proxy's sub-path.
"""

import gzip
import mimetypes
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from app.answers.compression import choose_encoding
from app.contract.faults import NotAcceptable

# A machine's own registry may say otherwise, and a browser then refuses to run the scripts.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")

PAGES = {"/": "title.html", "/dashboard": "dashboard.html", "/docs": "docs.html"}

_TEXTS = {".html", ".css", ".js", ".svg"}

_OWN = Path(__file__).parent / "static"

_OF_PACKAGES = {
    "fastapi_offline": ("static/swagger-ui-bundle.js", "static/swagger-ui.css"),
    "youplot": ("vendor/uplot.iife.min.js", "vendor/uplot.min.css"),
}

HEADERS = {
    # Nothing may be loaded from, or sent to, another host; no script or style stands in a page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # A browser keeps the files and asks each time whether they are still those (ETag): after an
    # upgrade of the service no screen runs the old scripts.
    "Cache-Control": "no-cache",
}


class PageFiles(StaticFiles):
    """The files of the pages by name: our folder, and single files out of packages."""

    def __init__(self) -> None:
        super().__init__(directory=_OWN)
        self.of_packages = dict(_files_of_packages())

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Where the file of that name lies."""
        if path in self.of_packages:
            full = self.of_packages[path]
            return str(full), full.stat()
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, compressed where that is wanted, or 304, with the pages' headers."""
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and Path(response.path).suffix in _TEXTS:
            response = await self._compressed(response, Headers(scope=scope))
            response.headers["Vary"] = "Accept-Encoding"
        response.headers.update(HEADERS)
        return response

    async def _compressed(self, file: FileResponse, wanted: Headers) -> Response:
        accept = wanted.get("accept-encoding", "").encode("latin-1")
        with suppress(NotAcceptable):  # then it is sent as it is: a page is better than none
            if choose_encoding(accept, ("gzip",)) == "gzip":
                tag = file.headers["etag"].rstrip('"') + '-gzip"'
                headers = {"ETag": tag, "Last-Modified": file.headers["last-modified"]}
                if self.is_not_modified(Headers(headers), wanted):
                    return NotModifiedResponse(Headers(headers))
                body = await run_in_threadpool(_gzipped, str(file.path), tag)
                headers["Content-Encoding"] = "gzip"
                return Response(body, media_type=file.media_type, headers=headers)
        return file


@lru_cache(maxsize=64)
def _gzipped(path: str, _tag: str) -> bytes:
    """The file, as small as gzip can make it: that is done once, and Swagger UI takes .1 s."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


def _files_of_packages() -> list[tuple[str, Path]]:
    """Found without importing the packages: only their files are wanted."""
    files = []
    for package, names in _OF_PACKAGES.items():
        spec = find_spec(package)
        assert spec is not None  # noqa: S101 (requirements.txt names it)
        assert spec.origin is not None  # noqa: S101
        for name in names:
            path = Path(spec.origin).parent / name
            files.append((path.name, path))
    return files


def _lead_on(target: str) -> Callable[[Request], Awaitable[Response]]:
    """Leads on to a page's own address, which is relative: there may be a sub-path before it."""

    async def answer(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, status_code=308, headers=HEADERS)

    return answer


def add_pages(app: FastAPI) -> None:
    """Add the pages and what they load."""
    files = PageFiles()

    def page(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await files.get_response(name, request.scope)

        return answer

    for path, name in PAGES.items():
        app.router.add_route(path, page(name), methods=["GET"], include_in_schema=False)
        if path != "/":
            lead = _lead_on(f"..{path}")
            app.router.add_route(f"{path}/", lead, methods=["GET"], include_in_schema=False)
    app.mount("/pages", files, name="pages")
