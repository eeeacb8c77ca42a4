"""The pages on paper and in the colours that a system forces, and their headings."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Watch

WELL = "/dashboard?division=30&well=3001"

COLOUR = "(node) => getComputedStyle(node).backgroundColor"

LEVELS = "(nodes) => nodes.map((node) => node.ariaLevel ?? node.tagName[1])"

AXIS = """(canvas) => {
  const {width, height} = canvas;
  const {data} = canvas.getContext("2d").getImageData(0, height - 40, width, 40);
  let darkest = 255;
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] > 200) darkest = Math.min(darkest, data[at]);
  return darkest;
}"""
"""How dark the darkest of the axis's figures is."""


def test_print(page: Page) -> None:
    """On paper stand the figures and charts, in light colours whatever the screen has."""
    page.emulate_media(color_scheme="dark")
    page.goto(WELL)
    axis = page.locator(".plot-rate canvas")
    expect(page.locator(".plot canvas")).to_have_count(4)
    on_screen = axis.evaluate(AXIS)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert axis.evaluate(AXIS) < on_screen - 20
    assert (
        page.locator("h1").evaluate("(node) => getComputedStyle(node).color") == "rgb(23, 33, 43)"
    )
    for words in ("Download", "30 days", "Next ›"):
        expect(page.get_by_text(words, exact=True)).not_to_be_visible()
    expect(page.locator(".bar select")).not_to_be_visible()
    expect(page.locator(".tile").first).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert axis.evaluate(AXIS) == on_screen


def test_forced_colours(page: Page) -> None:
    """The lines still differ, bars are seen, and what is chosen differs from what is not."""
    page.emulate_media(forced_colors="active")
    page.goto(WELL)
    expect(page.locator(".plot canvas")).to_have_count(4)
    keys = {key.evaluate(COLOUR) for key in page.locator(".legend .key").all()}
    assert len(keys) == 4
    chosen, other = page.locator("#unit-bbl"), page.locator("#unit-sm3")
    assert chosen.evaluate(COLOUR) != other.evaluate(COLOUR)
    page.goto("/dashboard")
    bar = page.locator(".barred .bar").first
    assert bar.evaluate(COLOUR) != page.locator("body").evaluate(COLOUR)


@pytest.mark.parametrize("path", ["/", "/docs", "/dashboard", "/dashboard?division=30", WELL])
def test_one_first_heading(page: Page, path: str) -> None:
    """Each page has one heading of the first level, and the others follow it in order."""
    page.goto(path)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".doors, .opblock, .tiles").first).to_be_visible()
    headings = page.locator("h1, h2, h3")
    levels = [int(n) for n in headings.evaluate_all(LEVELS)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


def test_heading_of_what_failed(page: Page, watch: Watch) -> None:
    """A page that could not be filled says what it would have been."""
    watch.forgive("ERR_FAILED")
    page.route("**/division-*", lambda route: route.abort())
    page.goto("/dashboard?division=30")
    expect(page.locator(".failed")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Division 30")


def test_events_in_the_docs(page: Page) -> None:
    """Trying out a stream that never ends shows what came in the first seconds, and leaves it."""
    page.goto("/docs")
    operation = page.locator(".opblock", has_text="/events")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    shown = operation.locator(".live-responses-table tbody .response-col_description")
    expect(shown).to_contain_text("event: version")
    expect(shown).to_contain_text("this page has stopped listening")
