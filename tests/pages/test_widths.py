"""Every figure stands whole inside its tile, however wide the window and long the number."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

LARGEST = {
    "Well_Count": 9_999_999,
    "Total_Oil_Produced": "999999999999.999",
    "Total_Budget": "99999999999999.99",
    "Total_Actual": "99999999999999.99",
    "Total_Oil_Sales": "-99999999999999.99",
}
"""More than any company has: the columns' own bounds."""

CLIPPED = """() => [...document.querySelectorAll(".tile")].flatMap((tile) => {
  const range = document.createRange();
  range.selectNodeContents(tile.querySelector(".value"));
  const figure = range.getBoundingClientRect();
  const box = tile.getBoundingClientRect();
  const all = tile.parentElement.getBoundingClientRect();
  const fits = figure.left >= box.left && figure.right <= box.right + 0.5 &&
    box.right <= all.right + 0.5 && all.right <= innerWidth + 0.5;
  return fits ? [] : [tile.textContent];
})"""


def answer(route: Route) -> None:
    """The largest totals, as the service would write them."""
    row = {"Division_Id": 1, "Division_Name": "North Sea", **LARGEST}
    text = json.dumps([row])
    for figure in LARGEST.values():
        text = text.replace(f'"{figure}"', str(figure))
    route.fulfill(content_type="application/json", body=text)


@pytest.mark.parametrize(
    ("address", "largest"),
    [("/dashboard", True), ("/dashboard", False), ("/dashboard?division=30&well=3001", False)],
)
def test_no_figure_is_clipped(page: Page, address: str, largest: bool) -> None:
    """From 320 to 1440 px, with the demo data and with the largest totals."""
    if largest:
        page.route("**/division-summary", answer)
    page.goto(address)
    expect(page.locator(".tile .value").first).to_contain_text(",")
    clipped: dict[int, Any] = {}
    for width in (320, 360, 390, 480, 600, 768, 821, 900, 981, 1024, 1100, 1180, 1280, 1366, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        if found := page.evaluate(CLIPPED):
            clipped[width] = found
    assert clipped == {}
