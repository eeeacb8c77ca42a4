"""Months in the dashboard: drawn, counted and told as months, by their real days.

The figures are counted by hand: a well reports each month of 2022 to 2024 but May 2023.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from app.application import create_app
from app.settings import Settings
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import Period, PriceRow, ProductionRow
from tests.pages.test_dashboard import open_well, tile
from tests.support.running import serving

MONTHS = [f"{year}-{month:02d}-01" for year in (2022, 2023, 2024) for month in range(1, 13)]
REPORTED = [month for month in MONTHS if month != "2023-05-01"]
DAYS = [str(date(2024, 1, 1) + timedelta(n)) for n in range(4, 100)]
BY_MONTH, BY_BOTH, CORRECTED = 1, 2, 3


def load(path: Path) -> None:
    """A well by month, 31,000 bbl in each; one by month, then by day; one with corrections."""
    store = EmbeddedStore(connect_for_writing(path), path)
    with store.prices("brent") as prices:
        prices.add([PriceRow(0, "2021-12-31", 80_000), PriceRow(1, "2024-12-31", 111_000)])
        prices.commit()
    loads: list[tuple[Period, int, list[str], int]] = [
        ("month", BY_MONTH, REPORTED, 31_000_000),
        ("month", BY_BOTH, MONTHS[:24], 31_000_000),
        ("day", BY_BOTH, DAYS, 990_000),
        ("month", CORRECTED, MONTHS[:3], 10_000_000),
        ("month", CORRECTED, MONTHS[3:5], -1_500),
    ]
    for period, well, days, oil in loads:
        with store.production("brent", period) as load:
            load.add(
                [
                    ProductionRow(line, well, day, "", oil, f"W-{well}", 1, "Field")
                    for line, day in enumerate(days)
                ]
            )
            load.commit()
    store.close()


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("months") / "odm.db"
    load(path)
    with serving(create_app(Settings(odm_sqlite_path=path))) as client:
        yield str(client.base_url)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, timezone_id="America/Argentina/Buenos_Aires")
    yield context.new_page()
    context.close()


def well(number: int, **range_of_dates: str) -> str:
    query = "".join(f"&{name}={day}" for name, day in range_of_dates.items())
    return f"/dashboard?division=1&well={number}{query}"


def asked(address: str, number: int, **dates: str) -> Any:
    params: dict[str, str | int] = {"well_id": number, "division_id": 1, **dates}
    answer = httpx.get(f"{address}/well-summary-by-day", params=params, trust_env=False)
    return json.loads(answer.text, parse_float=Decimal)


def value(page: Page, label: str) -> Any:
    return tile(page, label).locator(".value")


def test_counted_as_months(page: Page) -> None:
    """35 of 36 months are reported, so one is not; nothing is said of days."""
    open_well(page, well(BY_MONTH))
    expect(value(page, "Not reported")).to_have_text("1 month")
    expect(value(page, "Shut in")).to_have_text("0 months")
    expect(tile(page, "Shut in")).to_contain_text("of 35 months reported")
    expect(value(page, "Oil in the range")).to_have_text("1,085,000")
    expect(tile(page, "Latest month, bbl/d")).to_contain_text("2024-12")
    expect(tile(page, "Oil produced")).to_contain_text("by month")
    expect(page.locator(".legend")).to_contain_text("Reported by month.")
    expect(page.locator(".legend")).to_contain_text("Mean price")
    words = [*page.locator("dl.tiles").all_inner_texts(), page.locator(".toolbar").inner_text()]
    assert not re.search(r"\bdays?\b", " ".join(words))


@pytest.mark.parametrize(
    ("month", "end", "rate"),
    [
        ("2024-01", "2024-01-31", "1,000.000"),
        ("2024-02", "2024-02-29", "1,068.966"),
        ("2023-02", "2023-02-28", "1,107.143"),
        ("2023-04", "2023-04-30", "1,033.333"),
    ],
)
def test_rate_of_the_months_real_days(page: Page, month: str, end: str, rate: str) -> None:
    """Barrels a day are the month's oil over its 28 to 31 days; its own oil stands beside."""
    open_well(page, well(BY_MONTH, **{"from": f"{month}-01", "to": end}))
    readout = page.locator("#readout")
    expect(readout).to_contain_text(f"Oil 31,000.000 bbl, {rate} bbl/d")
    expect(readout).to_contain_text("Mean price 80.00 USD/bbl")
    expect(readout.locator(".read-day")).to_have_text(month)
    expect(tile(page, "Shut in")).to_contain_text("of 1 month reported")


def test_mean_price(page: Page) -> None:
    """30 days of 80 and one of 111 through 31 is 81."""
    open_well(page, well(BY_MONTH))
    expect(page.locator("#readout")).to_contain_text("Mean price 81.00 USD/bbl")
    expect(page.locator("#readout")).to_contain_text("Sales 2,511,000.00 USD")


def stretches(page: Page, rows: Any) -> Any:
    """What the page makes of rows: its bands, and its points of time."""
    script = """async (rows) => {
        const { Days, dayOf } = await import('/pages/kit/days.js');
        const { pointsOf } = await import('/pages/charts/panels.js');
        const days = new Days(rows);
        const bands = (all) => all.map(({ from, to }) => [dayOf(from), dayOf(to)]);
        return {
            unreported: bands(days.unreported), shutIn: bands(days.shutIns), end: dayOf(days.end),
            points: pointsOf(days).time.map(dayOf), decline: days.decline(days.first, days.end),
        };
    }"""
    return page.evaluate(script, rows)


def row(day: str, oil: float, period: Period = "month") -> dict[str, Any]:
    return {
        "date_value": day,
        "oil_produced": oil,
        "oil_price": 80,
        "oil_sales": 80,
        "period": period,
    }


def test_bands(page: Page) -> None:
    """Bands are as long as what they mean, and never lie over a reported month."""
    page.goto("/")
    rows = [row("2023-12-01", 5), row("2024-01-01", 0), row("2024-02-01", 0), row("2024-05-01", 5)]
    seen = stretches(page, rows)
    assert seen["unreported"] == [["2024-03-01", "2024-05-01"]]
    assert seen["shutIn"] == [["2024-01-01", "2024-03-01"]]
    assert seen["end"] == "2024-06-01"
    assert seen["points"][:4] == ["2023-12-01", "2023-12-31", "2024-01-01", "2024-01-31"]


def test_decline_of_months(page: Page) -> None:
    """A constant rate declines by nothing, though months are of 28 to 31 days."""
    page.goto("/")
    oil = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
    rows = [row(f"2023-{month:02d}-01", 100 * oil.get(month, 31)) for month in range(1, 13)]
    seen = stretches(page, rows)
    assert abs(seen["decline"]["aYear"]) < 1e-9
    assert stretches(page, rows[:5])["decline"] is None


def test_decline_by_days_and_months(page: Page) -> None:
    """A well that falls by .1 % a day does so, whether it is told by day, by month or by both."""
    page.goto("/")
    first = date(2022, 1, 1)
    daily = [(first + timedelta(n), 1000 * 0.999**n) for n in range(730)]
    by_day = [row(str(day), oil, "day") for day, oil in daily]
    by_month: dict[str, float] = {}
    for day, oil in daily:
        key = f"{day:%Y-%m}-01"
        by_month[key] = by_month.get(key, 0) + oil
    months = [row(month, oil) for month, oil in by_month.items()]
    both = months[:12] + by_day[365:]
    expected = 1 - 0.999**365.25
    for rows in (by_day, months, both):
        assert abs(stretches(page, rows)["decline"]["aYear"] - expected) < 1e-4


@pytest.mark.parametrize(
    ("start", "stop", "months"),
    [
        ("2024-02-01", "2024-03-01", 2),
        ("2024-02-02", "2024-03-31", 1),
        ("2023-04-30", "2023-06-01", 1),  # May is missing
    ],
)
def test_range_is_the_downloads(
    page: Page, address: str, start: str, stop: str, months: int
) -> None:
    """The page counts the months that the service gives for the same dates."""
    rows = asked(address, BY_MONTH, from_date=start, to_date=stop)
    assert len(rows) == months
    open_well(page, well(BY_MONTH, **{"from": start, "to": stop}))
    plural = "" if months == 1 else "s"
    expect(tile(page, "Shut in")).to_contain_text(f"of {months} month{plural} reported")
    oil = sum(row["oil_produced"] for row in rows)
    expect(value(page, "Oil in the range")).to_have_text(f"{oil:,}")


def test_spans_of_months(page: Page) -> None:
    """Ranges are chosen by months, and zooming ends at the edges of months."""
    open_well(page, well(BY_MONTH))
    page.get_by_role("button", name="6 months").click()
    expect(page).to_have_url(re.compile("from=2024-07-01"))
    expect(tile(page, "Shut in")).to_contain_text("of 6 months reported")
    pressed = page.get_by_role("button", name="6 months")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Zoom in").click()
    expect(page).to_have_url(re.compile(r"from=2024-(08|09)-01&to=2024-\d\d-(30|31)"))


def test_days_after_months(page: Page) -> None:
    """A well that has both says which is which, in the page and in its picture."""
    open_well(page, well(BY_BOTH))
    words = "Reported by month from 2022-01 to 2023-12, by day from 2024-01-05 to 2024-04-09."
    expect(page.locator(".legend")).to_contain_text(words)
    expect(tile(page, "Shut in")).to_contain_text("of 24 months, 96 days reported")
    expect(value(page, "Not reported")).to_have_text("4 days")
    expect(tile(page, "Latest day, bbl/d")).to_contain_text("2024-04-09")
    expect(tile(page, "Best month, bbl/d")).to_contain_text("2022-02")
    expect(tile(page, "Oil produced")).to_contain_text("by day and month")
    with page.expect_download() as saved:
        page.get_by_text("Download").click()
        page.locator("[data-picture=svg]").click()
    assert words in Path(saved.value.path()).read_text(encoding="utf-8")


def test_corrections(page: Page) -> None:
    """Months below zero are counted as corrections, and part of the exact sum."""
    open_well(page, well(CORRECTED))
    expect(value(page, "Corrections")).to_have_text("2 months")
    expect(tile(page, "Oil in the range").locator("dd")).to_have_attribute(
        "title", "29,997.000 bbl"
    )
    expect(page.locator("#readout")).to_contain_text("Correction −1.500 bbl, −0.048 bbl/d")
    open_well(page, well(BY_MONTH))
    expect(tile(page, "Corrections")).to_have_count(0)


def test_divisions(page: Page) -> None:
    """A total that mixes days and months says so."""
    page.goto("/dashboard")
    expect(page.locator("tbody th")).to_contain_text("by day and month")
    expect(tile(page, "Oil produced")).to_contain_text("by day and month")
