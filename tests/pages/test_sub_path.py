"""Behind a reverse proxy that serves it under a path of its own: every address is relative."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from app.application import create_app
from app.settings import Settings
from tests.support.running import serving


class UnderPath:
    """A reverse proxy that takes a path away; anything outside of it fails."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self.path = path
        self.outside: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if not scope["path"].startswith(self.path + "/"):
                self.outside.append(scope["path"])
            path = scope["path"].removeprefix(self.path)
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)


@pytest.fixture
def proxy(database: Path) -> Iterator[tuple[str, UnderPath]]:
    app = UnderPath(create_app(Settings(odm_sqlite_path=database)), "/ops/odm")
    with serving(app) as client:
        yield f"{client.base_url}/ops/odm/", app


def test_pages_under_a_path(browser: Browser, proxy: tuple[str, UnderPath]) -> None:
    address, app = proxy
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#health")).to_contain_text("The database answers")
    page.get_by_role("navigation").get_by_role("link", name="API").click()
    page.locator(".opblock-summary-control").first.click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator(".live-responses-table .response-col_status").last
    expect(status).to_contain_text("200")
    page.get_by_role("link", name="Dashboard").click()
    page.get_by_role("link", name="O'Brien").click()
    page.locator("tbody a").first.click()
    expect(page.locator(".plot canvas")).to_have_count(4)
    page.reload()
    expect(page.locator(".plot canvas")).to_have_count(4)
    assert urlsplit(page.url).path == "/ops/odm/dashboard"
    context.close()
    assert app.outside == []
