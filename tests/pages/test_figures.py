"""The page's arithmetic, in the browser, against Python's decimals: exact to the digit shown."""

import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.conftest import Site

FACTOR = Decimal("6.2898")


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def decimals() -> list[Decimal]:
    chance = random.Random(7)
    drawn = [
        Decimal(chance.randrange(10 ** chance.randrange(1, 22))).scaleb(-chance.randrange(4))
        for _ in range(400)
    ]
    halves = [
        Decimal(text) for text in ("0.5", "1.5", "2.5", "0.0005", "-0.5", "-2.5", "0", "1E+3")
    ]
    return drawn + [-number for number in drawn[:50]] + halves


def rounded(number: Decimal, places: int) -> str:
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return "0" + text[2:] if text.startswith("-0") and not text.strip("-0.") else text


def run(page: Page, module: str, expression: str, values: Any) -> Any:
    """What the expression makes of each value, with the module as `m`."""
    script = f"async (values) => {{ const m = await import('/pages/{module}');"
    return page.evaluate(f"{script} return values.map((v) => {expression}); }}", values)


@pytest.mark.parametrize("places", [0, 2, 3])
def test_shown(page: Page, places: int) -> None:
    """Half away from zero, thousands apart, however many digits."""
    numbers = decimals()
    texts = run(page, "kit/numbers.js", f"m.shown(v, {places})", [str(n) for n in numbers])
    expected = [rounded(number, places).replace("-", "−") for number in numbers]
    assert texts == expected


def test_sum(page: Page) -> None:
    """Sums of thousandths, where floats would have lost the last digits."""
    numbers = [number for number in decimals() if number == number.quantize(Decimal("0.001"))]
    (text,) = run(page, "kit/numbers.js", "m.sum([...v, null], 3)", [[str(n) for n in numbers]])
    assert Decimal(text) == sum(numbers)
    assert run(page, "kit/numbers.js", "m.sum([null, null], 3)", [0]) == [None]


def test_cubic_metres(page: Page) -> None:
    """Barrels by the loader's factor, to 0.001 Sm3."""
    numbers = [number for number in decimals() if abs(number) < 10**15]
    texts = run(page, "kit/units.js", "m.inUnit(v, m.UNITS.sm3)", [str(n) for n in numbers])
    exact = [(n / FACTOR).quantize(Decimal("0.001"), ROUND_HALF_UP) for n in numbers]
    assert [Decimal(text) for text in texts] == exact


def test_over_budget(page: Page) -> None:
    """To a tenth of a percent, and nothing where there is nothing to compare."""
    pairs = [
        ["100", "105.55"],
        ["3", "2"],
        ["1000.10", "999.99"],
        ["0", "5"],
        [None, "1"],
        ["1", None],
    ]
    found = run(page, "kit/numbers.js", "m.overBudget(v[0], v[1])", pairs)
    assert found == [5.6, -33.3, 0, None, None, None]


def test_every_digit_of_an_id(page: Page) -> None:
    """An id of 38 digits is asked for as it is."""
    huge = "12345678901234567890123456789012345678"
    page.route(
        "**/division-summary",
        lambda route: route.fulfill(content_type="application/json", body=f'[{{"id":{huge}}}]'),
    )
    script = "async () => (await import('/pages/kit/api.js')).exactRows('division-summary')"
    assert page.evaluate(script) == [{"id": huge}]
