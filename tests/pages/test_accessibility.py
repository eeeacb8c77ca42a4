"""axe-core on every page in both themes: nothing serious or critical."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.conftest import Site, Watch

VIEWS = {
    "title page": ("/", "#health.live"),
    "docs": ("/docs", ".opblock"),
    "divisions": ("/dashboard", "tbody tr"),
    "wells": ("/dashboard?division=30", "tbody .barred"),
    "well": ("/dashboard?division=30&well=3001", ".plot-decline canvas"),
}


def findings(page: Page) -> list[Any]:
    """Rule, impact and first place of what is serious or critical."""
    violations = Axe().run(page).response["violations"]
    return [
        (found["id"], found["impact"], [node["html"][:150] for node in found["nodes"]][:4])
        for found in violations
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe(page: Page, view: str, theme: Literal["light", "dark"]) -> None:
    path, ready = VIEWS[view]
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(path)
    expect(page.locator(ready).first).to_be_visible()
    if view == "docs":
        page.locator(".opblock-summary-control").nth(3).click()
        page.get_by_role("button", name="Execute").click()
        expect(page.locator(".live-responses-table")).to_be_visible()
    elif view != "title page":
        page.get_by_text("Download").click()
        expect(page.locator("#status")).to_contain_text("Live")
    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_when_things_are_wrong(
    page: Page, site: Site, watch: Watch, theme: Literal["light", "dark"]
) -> None:
    """The states that one hopes not to see are as readable."""
    watch.forgive("ERR_FAILED")
    page.emulate_media(color_scheme=theme)
    page.goto("/dashboard")
    expect(page.locator("#status")).to_contain_text("Live")
    expect(page.locator("tbody tr")).to_have_count(10)
    site.events.database(False, "ORA-03113: end-of-file on communication channel.")
    page.route("**/division-summary", lambda route: route.abort())
    site.events.version()
    expect(page.locator(".note")).to_be_visible()
    expect(page.locator(".banner")).to_be_visible()
    assert findings(page) == []
    page.reload()
    expect(page.locator(".failed")).to_be_visible()
    assert findings(page) == []
