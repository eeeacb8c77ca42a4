"""Every page in a network that reaches nothing but the service: no request goes elsewhere."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from app.wells.catalogue import PROCEDURES
from tests.pages.conftest import HOSTILE_DIVISION, Site, Watch


@pytest.fixture(autouse=True)
def cut_off(context: BrowserContext, site: Site, watch: Watch) -> None:
    """Abort what goes elsewhere, and let the watch fail the test for it."""
    host = urlsplit(site.address).netloc

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            watch.foreign.append(route.request.url)
            route.abort()

    context.route("**/*", judge)


def test_title_page(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#health")).to_contain_text("The database answers")
    for name, path in {"Dashboard": "/dashboard", "API": "/docs", "Health": "/readyz"}.items():
        page.goto("/")
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        page.wait_for_url(f"**{path}")


def test_docs(page: Page) -> None:
    """Every operation opens, and each one's example works from the page itself."""
    page.goto("/docs")
    operations = page.locator(".opblock")
    expect(operations.first).to_be_visible()
    count = operations.count()
    assert count >= len(PROCEDURES) + 2
    for n in range(count):
        operation = operations.nth(n)
        path = operation.locator(".opblock-summary-path").inner_text().replace("\u200b", "")
        operation.locator(".opblock-summary-control").click()
        expect(operation.locator(".opblock-body")).to_be_visible()
        if path == "/events":  # it never ends
            continue
        if "." in path:  # the spellings of one format, of which most are saved and not shown
            operation.locator(".opblock-summary-control").click()
            continue
        operation.get_by_role("button", name="Execute").click()
        status = operation.locator(".live-responses-table .response-col_status").last
        expect(status).to_contain_text("200")
        shown = operation.locator(".live-responses-table .highlight-code").first
        expect(shown).to_contain_text('"well_id": 3001' if path == "/well-summary" else '": "')
        operation.locator(".opblock-summary-control").click()  # the page is quicker with few open
    page.locator(".models-control").click()
    expect(page.locator(".models.is-open")).to_be_visible()


def test_dashboard(page: Page) -> None:
    """Divisions, wells, a well, its ranges, units, themes and menus."""
    page.goto("/dashboard")
    page.get_by_role("link", name="Vaca Muerta, Neuquén").click()
    page.get_by_role("link", name="VM-03", exact=True).click()
    expect(page.locator(".plot canvas")).to_have_count(4)
    page.get_by_role("button", name="1 year").click()
    page.get_by_role("button", name="Sm³").click()
    page.get_by_label("Theme").select_option("dark")
    page.get_by_text("Download").click()
    page.get_by_role("link", name="Next well").or_(page.locator("a[rel=next]")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VM-04")
    page.goto(f"/dashboard?division={HOSTILE_DIVISION}&well=90001")
    expect(page.locator(".plot canvas")).to_have_count(4)


def test_the_watch_sees(context: BrowserContext, page: Page, watch: Watch) -> None:
    """What these tests rely on: a request to elsewhere is noticed, and the policy forbids it."""
    page.goto("/")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("fetch('https://example.com/').catch(() => null)")
    assert any("Content Security Policy" in error for error in watch.errors)
    page.goto("/readyz")  # no page of ours, so no policy
    page.evaluate("fetch('https://example.com/').catch(() => null)")
    assert watch.foreign == ["https://example.com/"]
    watch.foreign.clear()
    watch.errors.clear()
