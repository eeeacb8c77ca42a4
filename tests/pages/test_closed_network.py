"""Every page in a network that reaches nothing but the service: no request goes elsewhere."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Route, expect

from app.catalogue import PROCEDURES
from tests.pages.conftest import HOSTILE_DIVISION, Site


def cut_off(context: BrowserContext, site: Site) -> None:
    """Abort what goes elsewhere; the watch of the context has seen it and fails the test."""
    host = urlsplit(site.address).netloc

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            route.abort()

    context.route("**/*", judge)


def test_title_page(context: BrowserContext, page: Page, site: Site) -> None:
    cut_off(context, site)
    page.goto("/")
    expect(page.locator("#health")).to_contain_text("The database answers")
    for name, path in {"Dashboard": "/dashboard", "API": "/docs", "Health": "/readyz"}.items():
        page.goto("/")
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        page.wait_for_url(f"**{path}")


def test_docs(context: BrowserContext, page: Page, site: Site) -> None:
    """Every operation opens, and each one's example works from the page itself."""
    cut_off(context, site)
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
        operation.get_by_role("button", name="Execute").click()
        status = operation.locator(".live-responses-table .response-col_status").last
        expect(status).to_contain_text("200")
        shown = operation.locator(".live-responses-table .highlight-code").first
        expect(shown).to_contain_text('"well_id": 3001' if path == "/well-summary" else '": "')
        operation.locator(".opblock-summary-control").click()  # the page is quicker with few open
    page.locator(".models-control").click()
    expect(page.locator(".models.is-open")).to_be_visible()


def test_dashboard(context: BrowserContext, page: Page, site: Site) -> None:
    """Divisions, wells, a well, its ranges, units, themes and menus."""
    cut_off(context, site)
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
