"""The dashboard as a person meets it: figures, links, keys, and what it says of failures."""

import datetime
import json
import re
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.pages.conftest import CROWD, CROWDED_DIVISION, HOSTILE, PATIENCE, Site, Watch

WELL = "/dashboard?division=30&well=3001"
UNREACHABLE: dict[str, Any] = {
    "type": "urn:odm:problem:database-unavailable",
    "title": "The database cannot be reached",
    "status": 503,
    "detail": "ORA-12541: there is no listener.",
    "request_id": "morning-7",
}


def asked(site: Site, path: str) -> Any:
    """What the API says, in decimals."""
    return json.loads(site.get(path), parse_float=Decimal)


def shown(value: Decimal, places: str = "1") -> str:
    return f"{value.quantize(Decimal(places), ROUND_HALF_UP):,}"


def tile(page: Page, label: str) -> Locator:
    return page.locator(".tile", has=page.locator("dt", has_text=re.compile(f"^{label}")))


def refuse(page: Page, path: str, problem: dict[str, Any] | None = None) -> None:
    """Let the service answer with a problem there."""
    problem = problem or UNREACHABLE

    def answer(route: Route) -> None:
        route.fulfill(
            status=problem["status"],
            content_type="application/problem+json",
            body=json.dumps(problem),
        )

    page.route(path, answer)


def open_well(page: Page, address: str = WELL) -> None:
    page.goto(address)
    expect(page.locator(".plot canvas")).to_have_count(4)


def test_divisions(page: Page, site: Site) -> None:
    """Every division with the API's own figures, and their exact sum above."""
    page.goto("/dashboard")
    rows = asked(site, "/division-summary")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(len(rows))
    for n, row in enumerate(rows):
        line = lines.nth(n)
        expect(line.locator("th")).to_have_text(row["Division_Name"])
        for field in ("Total_Oil_Produced", "Total_Oil_Sales", "Total_Budget", "Total_Actual"):
            words = "–" if row[field] is None else shown(Decimal(row[field]))
            expect(line).to_contain_text(words)
    oil = sum((Decimal(row["Total_Oil_Produced"]) for row in rows), Decimal(0))
    expect(tile(page, "Oil produced").locator(".value")).to_have_text(shown(oil))
    expect(tile(page, "Oil produced").locator("dd")).to_have_attribute(
        "title", f"{shown(oil, '0.001')} bbl"
    )


def test_wells(page: Page, site: Site) -> None:
    """A division's wells, each with the totals that /well-summary has."""
    page.goto("/dashboard?division=30")
    wells = asked(site, "/well-list?division_id=30")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(len(wells))
    (totals,) = asked(site, "/well-summary?well_id=3007&division_id=30")
    line = lines.filter(has_text="3007")
    expect(line).to_contain_text(shown(totals["total_oil_produced"]))
    expect(line).to_contain_text(shown(totals["total_actual"]))
    expect(page).to_have_title("Vaca Muerta, Neuquén · ODM")


def test_sorting(page: Page) -> None:
    """A click on a column sorts by it, the largest first; another turns it round."""
    page.goto("/dashboard?division=30")
    expect(page.locator("tbody tr")).to_have_count(24)

    def column(n: int) -> list[float]:
        texts = page.locator(f"tbody tr td:nth-child({n})").all_inner_texts()
        return [float(text.strip().replace(",", "")) for text in texts]

    header = page.get_by_role("columnheader", name="Oil, bbl")
    page.get_by_role("button", name="Oil, bbl").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert column(5) == sorted(column(5), reverse=True)
    page.get_by_role("button", name="Oil, bbl").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert column(5) == sorted(column(5))
    page.get_by_role("button", name="Well", exact=True).click()
    expect(page.locator("tbody tr th").first).to_have_text("VM-01 ST2")


def test_search(page: Page) -> None:
    """By any part of the name, whatever its case and accents; no match is said in words."""
    page.goto("/dashboard?division=30")
    search = page.get_by_label("Search wells by name")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(24)
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.fill("vm-0 “o")
    expect(page.get_by_text("of 24 wells")).to_be_visible()
    names = page.locator("tbody tr th").all_inner_texts()
    assert names
    assert all("“Ø”" in name for name in names)
    search.fill("no such <b>well</b>")
    expect(page.get_by_text("No well's name holds “no such <b>well</b>”.")).to_be_visible()
    page.get_by_role("button", name="Clear the search").click()
    expect(lines).to_have_count(24)


def test_many_wells(page: Page, site: Site) -> None:
    """The totals of very many wells are one answer: they sort at once, and scroll to the end."""
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(f"/dashboard?division={CROWDED_DIVISION}")
    expect(page.get_by_text(f"{CROWD:,} wells")).to_be_visible()
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(150)
    page.get_by_role("button", name="Oil, bbl").click()
    assert lines.first.locator("th").inner_text() == f"C-{CROWD - 1}"
    assert len([url for url in asked_for if "summary" in url]) == 2  # the division's and its wells'
    while lines.count() < CROWD:
        drawn = lines.count()
        page.keyboard.press("End")
        expect(lines).not_to_have_count(drawn)
    assert lines.last.locator("th").inner_text() == "C-0"
    page.get_by_role("searchbox").fill(f"c-{CROWD - 2}")
    expect(lines).to_have_count(1)


def test_hostile_names(page: Page) -> None:
    """A name that looks like HTML is shown as it is, everywhere."""
    page.goto("/dashboard")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.locator(".plot canvas")).to_have_count(4)
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page).to_have_title(f"{HOSTILE} · ODM")
    with page.expect_download() as saved:
        page.get_by_text("Download").click()
        page.locator("[data-picture=svg]").click()
    svg = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "<img" not in svg
    assert "&lt;img src=x" in svg
    written = "".join(xml_of(svg).itertext())
    assert HOSTILE.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") in written


def xml_of(text: str) -> ElementTree.Element:
    """The file as a strict reader of XML takes it."""
    return ElementTree.fromstring(text.encode())  # noqa: S314 (our own)


SVG_OF = """async (name) => {
  const { svgText } = await import("/pages/charts/picture.js");
  const { makeSvg } = await import("/pages/kit/dom.js");
  const svg = makeSvg("svg", { xmlns: "http://www.w3.org/2000/svg", "font-family": name }, name);
  return svgText(svg);
}"""


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("\ufffe\uffff", "\ufffd\ufffd"),
        (
            "".join(map(chr, range(0x20))),
            "\ufffd" * 9 + "\t\n" + "\ufffd" * 2 + "\r" + "\ufffd" * 18,
        ),
        ("\ud800", "\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("]]>&amp;<!--\x7f\x85\ufdd0", "]]>&amp;<!--\x7f\x85\ufdd0"),
        ("🛢️\U0001fffe\U0010ffff", "🛢️\U0001fffe\U0010ffff"),
    ],
    ids=["none", "controls", "half", "turned", "marks", "beyond the BMP"],
)
def test_pictures_are_xml(page: Page, name: str, kept: str) -> None:
    """Whatever the name, the file is XML: what that cannot hold is replaced, and all else stays."""
    page.goto("/dashboard")
    halves = name.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(halves[n : n + 2], "little") for n in range(0, len(halves), 2)]
    text = page.evaluate(f"(units) => ({SVG_OF})(String.fromCharCode(...units))", units)
    assert xml_of(text).text == kept.replace("\r", "\n")


def test_well(page: Page, site: Site) -> None:
    """One well: its totals, its latest day, and the exact sums over a range."""
    open_well(page, f"{WELL}&from=2025-01-03&to=2025-01-31")
    (totals,) = asked(site, "/well-summary?well_id=3001&division_id=30")
    expect(tile(page, "Oil sales").locator(".value")).to_have_text(shown(totals["total_oil_sales"]))
    query = "well_id=3001&division_id=30&from_date=2025-01-03&to_date=2025-01-31"
    days = asked(site, f"/well-summary-by-day?{query}")
    oil = sum((Decimal(day["oil_produced"]) for day in days), Decimal(0))
    sales = sum((Decimal(day["oil_sales"]) for day in days), Decimal(0))
    in_range = tile(page, "Oil in the range")
    expect(in_range.locator("dd")).to_have_attribute("title", f"{shown(oil, '0.001')} bbl")
    expect(tile(page, "Sales in the range").locator("dd")).to_have_attribute(
        "title", f"{shown(sales, '0.01')} USD"
    )
    expect(page.locator("#readout")).to_contain_text("2025-01-31")
    expect(page.locator("#readout")).to_contain_text(f"{days[-1]['oil_produced']:,} bbl/d")


def test_shut_ins(page: Page, site: Site) -> None:
    """Days without oil and days that nobody reported are counted, and not the same."""
    open_well(page)
    days = asked(site, "/well-summary-by-day?well_id=3001&division_id=30")
    shut_in = sum(1 for day in days if day["oil_produced"] == 0)
    expect(tile(page, "Shut in").locator(".value")).to_have_text(f"{shut_in} days")
    expect(tile(page, "Shut in")).to_contain_text(f"of {len(days):,} days reported")
    silent = 3 * 365 + 1 - len(days)
    expect(tile(page, "Not reported").locator(".value")).to_have_text(f"{silent} days")


def test_deep_link(page: Page, context: BrowserContext) -> None:
    """The address brings back division, well, range and unit; Back and Forward walk the views."""
    open_well(page)
    page.get_by_role("button", name="90 days").click()
    page.get_by_role("button", name="Sm³").click()
    expect(page).to_have_url(re.compile("from=2025-10-03.*unit=sm3"))
    figure = tile(page, "Oil in the range").locator(".value").inner_text()
    other = context.new_page()
    open_well(other, page.url)
    expect(other.locator("#from")).to_have_value("2025-10-03")
    expect(other.locator("#to")).to_have_value("2025-12-31")
    expect(other.get_by_role("button", name="90 days")).to_have_attribute("aria-pressed", "true")
    expect(tile(other, "Oil in the range").locator(".value")).to_have_text(figure)
    other.get_by_role("link", name="Vaca Muerta, Neuquén").click()
    expect(other).to_have_url(re.compile(r"\?division=30&unit=sm3$"))
    other.go_back()
    expect(other.locator("#from")).to_have_value("2025-10-03")
    other.go_forward()
    expect(other.locator("tbody tr")).to_have_count(24)


def test_back_to_the_wells(page: Page) -> None:
    """Back from a well, the list is sorted and searched as it was left."""
    page.goto("/dashboard?division=30")
    page.get_by_label("Search wells by name").fill("vm-1")
    page.get_by_role("button", name="Oil, bbl").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("tbody .bone")).to_have_count(0)
    first = page.locator("tbody th a").first.inner_text()
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("tbody th a").first).to_have_text(first)


def test_dates(page: Page) -> None:
    """The range by its dates; one that runs backwards shows all."""
    open_well(page)
    page.locator("#from").fill("2024-03-01")
    page.locator("#from").press("Enter")
    page.locator("#to").fill("2024-03-31")
    expect(page).to_have_url(re.compile("from=2024-03-01&to=2024-03-31"))
    expect(tile(page, "Shut in")).to_contain_text("of 31 days reported")


def test_range_without_days(page: Page) -> None:
    """A range without any day of the well says so, and where its days are; no others are shown."""
    page.goto(f"{WELL}&from=2031-01-01&to=2031-02-01")
    expect(page.get_by_role("heading", name="No days in this range")).to_be_visible()
    reach = "no days from 2031-01-01 to 2031-02-01. Its days reach from 2023-01-01 to 2025-12-31"
    expect(page.get_by_text(reach)).to_be_visible()
    expect(page.locator(".plot")).to_have_count(0)
    page.get_by_role("button", name="Show all days").click()
    expect(page.locator(".plot canvas")).to_have_count(4)
    expect(page).not_to_have_url(re.compile("2031"))


def test_reach(page: Page, site: Site) -> None:
    """Each view says how far its data reaches, and not only when somebody last loaded some."""
    status = page.locator("#status")
    for place in ("/dashboard", "/dashboard?division=30", WELL):
        page.goto(place)
        expect(status).to_contain_text("Data to 2025-12-31")
    page.goto(f"/dashboard?division={CROWDED_DIVISION}")
    expect(status).to_contain_text("Data to 2024-01-01")
    page.goto("/dashboard")
    crowded = page.locator("tr", has_text="Crowded")
    expect(crowded).to_contain_text("2024-01-01")


def test_late(page: Page, site: Site) -> None:
    """A well that has not reported like the others is late; one that ended long ago is not."""
    rows = json.loads(site.get("/division-well-summary?division_id=30"))
    rows[0] |= {"last_date": "2025-12-28", "days_late": 3}
    rows[1] |= {"last_date": "2024-12-31", "days_late": 365}

    def answer(route: Route) -> None:
        route.fulfill(json=rows)

    page.route("**/division-well-summary?*", answer)
    page.goto("/dashboard?division=30")
    late = page.locator(".late")
    expect(late).to_have_text(["3 days late"])
    expect(page.locator("tr", has=late)).to_contain_text("VM-01 ST2")


def test_without_price(page: Page, site: Site) -> None:
    """Wherever sales are summed it is said how many days have no price, and so no sales."""
    (first, *_) = json.loads(site.get("/division-well-summary?division_id=30"))
    assert first["unpriced_reports"] == 1
    words = f"no price for 1 of {first['reports']:,} days"
    page.goto(WELL)
    expect(page.get_by_text(words)).to_have_count(2)
    page.goto("/dashboard?division=30")
    expect(page.locator(".tile", has_text="Oil sales")).to_contain_text("no price for 13 of 20,938")
    page.goto("/dashboard")
    expect(page.locator(".tile", has_text="Oil sales")).to_contain_text("no price for ")


def test_nonsense_in_the_address(page: Page) -> None:
    """What the address says wrongly is left out, and not taken for an error."""
    open_well(page, f"{WELL}&from=2024-02-31&to=yesterday&unit=gallons")
    expect(page.get_by_role("button", name="All", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.goto("/dashboard?division=north&well=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Divisions")


def test_units(page: Page, site: Site) -> None:
    """Standard cubic metres by the loader's factor, exact to the digit shown."""
    open_well(page)
    page.get_by_role("button", name="Sm³").click()
    (totals,) = asked(site, "/well-summary?well_id=3001&division_id=30")
    sm3 = totals["total_oil_produced"] / Decimal("6.2898")
    expect(tile(page, "Oil produced, Sm³").locator("dd")).to_have_attribute(
        "title", f"{shown(sm3, '0.001')} Sm³"
    )
    expect(page.locator("#readout")).to_contain_text("Sm³/d")
    page.get_by_role("button", name="bbl").click()
    expect(tile(page, "Oil produced, bbl").locator(".value")).to_have_text(
        shown(totals["total_oil_produced"])
    )


def test_keyboard(page: Page) -> None:
    """From the divisions to a day and back without a mouse."""
    page.goto("/dashboard")
    expect(page.locator("tbody tr")).to_have_count(10)
    page.get_by_role("link", name="North Sea").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vaca Muerta, Neuquén")
    page.keyboard.press("/")
    page.keyboard.type("VM-01")
    page.keyboard.press("Enter")
    chart = page.get_by_role("slider")
    expect(chart).to_be_visible()
    chart.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("^2025-12-30: .* bbl/d, .* USD"))
    expect(page.locator("#readout")).to_contain_text("2025-12-30")
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("from="))
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("from="))
    page.keyboard.press("Home")
    expect(page.locator("#readout")).to_contain_text("2023-01-01")


def test_zoom_by_mouse(page: Page) -> None:
    """Dragging over the chart chooses the range, a double click shows all."""
    open_well(page)
    over = page.locator(".plot-rate .u-over")
    box = over.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile("from=2023-.*to=2024-0"))
    over.dblclick()
    expect(page).not_to_have_url(re.compile("from="))


def test_live_update(page: Page, site: Site) -> None:
    """When the data changes, the page asks again by itself."""
    page.goto("/dashboard")
    expect(page.locator("tbody tr").first).to_contain_text("28,812,440")
    expect(page.locator("#status")).to_contain_text("Live")
    changed = site.get("/division-summary").replace("28812439.633", "99812439.633")
    page.route(
        "**/division-summary",
        lambda route: route.fulfill(content_type="application/json", body=changed),
    )
    site.events.version("2026-11-21T06:30:00Z")
    expect(page.locator("tbody tr").first).to_contain_text("99,812,440")


def test_change_while_the_page_opens(page: Page, site: Site) -> None:
    """Data that changed just before the events began is asked for again."""
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    # Said to be a little ahead, so that the page has not opened later, however busy the machine.
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=PATIENCE)
    site.events.version(soon.isoformat())
    with page.expect_response(lambda _: sum("division-summary" in url for url in asked_for) == 2):
        page.goto("/dashboard")


def test_live_update_of_a_well(page: Page, site: Site) -> None:
    """A well's new day appears, and the range stays where it was."""
    open_well(page, f"{WELL}&from=2025-12-01")
    days = site.get("/well-summary-by-day?well_id=3001&division_id=30")
    last = days.rstrip("]\n").rsplit("\n", 1)[1]
    more = days.rstrip("]\n") + ",\n" + last.replace("2025-12-31", "2026-01-01") + "]"
    page.route(
        "**/well-summary-by-day?*",
        lambda route: route.fulfill(content_type="application/json", body=more),
    )
    expect(page.locator("#status")).to_contain_text("Live")
    site.events.version()
    expect(tile(page, "Latest day")).to_contain_text("2026-01-01")
    expect(page.locator("#from")).to_have_value("2025-12-01")
    expect(page.locator("#to")).to_have_value("2026-01-01")


def test_error(page: Page, watch: Watch) -> None:
    """A database that is away is said in words, with the request's id, and asked again."""
    watch.forgive("503")
    refuse(page, "**/division-summary")
    page.goto("/dashboard")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The database cannot be reached")
    expect(alert).to_contain_text("ORA-12541: there is no listener.")
    expect(alert).to_contain_text("morning-7")
    page.unroute("**/division-summary")
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator("tbody tr")).to_have_count(10)


def test_unknown_well(page: Page, watch: Watch) -> None:
    """A link to a well that is not there leads on."""
    watch.forgive("404")
    page.goto("/dashboard?division=30&well=999999")
    expect(page.get_by_text("There is no well 999999 in a division 30.").first).to_be_visible()
    page.get_by_role("link", name="All divisions").first.click()
    expect(page.locator("tbody tr")).to_have_count(10)


def test_stale(page: Page, site: Site, watch: Watch) -> None:
    """What was shown stays when it cannot be brought up to date, and is called old."""
    watch.forgive("503")
    page.goto("/dashboard")
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("#status")).to_contain_text("Live")
    refuse(page, "**/division-summary")
    site.events.version()
    note = page.locator(".note")
    expect(note).to_contain_text("Could not be brought up to date: ORA-12541")
    expect(note).to_contain_text("Shown is what was known at")
    expect(page.locator("tbody tr")).to_have_count(10)
    page.unroute("**/division-summary")
    note.get_by_role("button", name="Try again").click()
    expect(note).to_have_count(0)


def test_database_away(page: Page, site: Site) -> None:
    """The events say that the database is away, and the page says it, until it is back."""
    page.goto("/dashboard")
    expect(page.locator("#status")).to_contain_text("Live")
    expect(page.locator("tbody tr")).to_have_count(10)
    site.events.database(False, "ORA-03113: end-of-file on communication channel.")
    expect(page.locator("#status")).to_contain_text("Database away")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("ORA-03113")
    expect(banner).to_contain_text("may be old")
    site.events.database(True)
    expect(page.locator("#status")).to_contain_text("Live")
    expect(banner).to_be_empty()


def test_no_connection(page: Page, context: BrowserContext, watch: Watch) -> None:
    """Without a network the page says so, keeps its figures, and comes back by itself."""
    watch.forgive("ERR_INTERNET_DISCONNECTED")
    page.goto("/dashboard")
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("#status")).to_contain_text("Live")
    context.set_offline(True)
    expect(page.locator("#status")).to_contain_text("No connection")
    expect(page.locator("#banner")).to_contain_text("No connection to the service.")
    expect(page.locator("tbody tr")).to_have_count(10)
    context.set_offline(False)
    expect(page.locator("#banner")).to_be_empty()
    expect(page.locator("#status")).not_to_contain_text("No connection")


def test_hidden_tab(page: Page, site: Site) -> None:
    """A tab that nobody sees holds no connection; seen again, it knows what has changed."""

    def see(hidden: bool) -> None:
        page.evaluate(
            """(hidden) => {
              Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )

    page.goto("/dashboard")
    expect(page.locator("#status")).to_contain_text("Live")
    see(True)
    deadline = time.monotonic() + PATIENCE
    while site.events.listeners:
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)
    site.events.version()
    with page.expect_response("**/division-summary"):
        see(False)
    expect(page.locator("#status")).to_contain_text("Live")


def test_many_tabs(page: Page, context: BrowserContext, site: Site) -> None:
    """Eight tabs side by side listen once, so that none waits for a connection; each is told."""
    pages = [page, *(context.new_page() for _ in range(7))]
    for each in pages:
        each.goto("/dashboard")
        expect(each.locator("#status")).to_contain_text("Live")
    assert site.events.listeners == 1
    page.close()
    for each in pages[1:]:
        with each.expect_response("**/division-summary"):
            site.events.version()
    assert site.events.listeners == 1


def test_without_events(page: Page, site: Site, watch: Watch) -> None:
    """Where there are no events the page polls, and says so."""
    watch.forgive("404")
    site.events.refused = True
    page.goto("/dashboard")
    expect(page.locator("#status")).to_contain_text("Asking every 15 s")
    expect(page.locator("#status")).to_have_attribute("title", "The database is reachable.")


def test_empty(page: Page) -> None:
    """An empty database, a division without wells and a well without days are said in words."""

    def nothing(route: Route) -> None:
        route.fulfill(content_type="application/json", body="[]")

    page.route("**/division-summary", nothing)
    page.goto("/dashboard")
    expect(page.get_by_role("heading", name="No divisions yet")).to_be_visible()
    page.unroute("**/division-summary")
    page.route("**/division-well-summary?*", nothing)
    page.goto("/dashboard?division=30")
    expect(page.get_by_role("heading", name="No wells")).to_be_visible()
    page.route("**/well-summary-by-day?*", nothing)
    page.goto(WELL)
    expect(page.get_by_role("heading", name="No days yet")).to_be_visible()


def test_loading(page: Page) -> None:
    """While an answer takes its time, its place is marked."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/division-summary", hold)
    page.goto("/dashboard")
    expect(page.locator(".skeleton")).to_be_visible()
    expect(page.get_by_role("region", name="Divisions")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator(".skeleton")).to_have_count(0)


def test_downloads(page: Page) -> None:
    """A link for each format carries the range that is looked at; one of them really saves."""
    open_well(page, f"{WELL}&from=2025-01-03&to=2025-01-05")
    page.get_by_text("Download").click()
    base = "well-summary-by-day?well_id=3001&division_id=30"
    base += "&from_date=2025-01-03&to_date=2025-01-05"
    for name in ("csv", "ndjson", "arrow", "parquet"):
        link = page.locator(f"[data-format={name}]")
        expect(link).to_have_attribute("href", f"{base}&format={name}")
        expect(link).to_have_attribute("download", f"VM-01_ST2_2025-01-03_2025-01-05.{name}")
    link = page.locator("[data-format=json]")
    expect(link).to_have_attribute("href", base)
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "VM-01_ST2_2025-01-03_2025-01-05.json"
    rows = json.loads(Path(saved.value.path()).read_bytes())
    assert [row["date_value"] for row in rows] == ["2025-01-03", "2025-01-04", "2025-01-05"]


def test_refused_download(page: Page, watch: Watch) -> None:
    """A format that the service lacks is said in words and nothing is saved."""
    watch.forgive("406")
    problem = {
        "status": 406,
        "title": "There is no such format",
        "detail": "Formats are json, ndjson and csv.",
    }
    refuse(page, "**format=parquet", problem)
    page.goto("/dashboard?division=30")
    page.get_by_text("Download").click()
    page.locator("[data-format=parquet]").click()
    message = page.locator(".menu-message")
    expect(message).to_contain_text("The service does not offer Parquet here.")
    expect(message).to_contain_text("Formats are json, ndjson and csv.")
    page.keyboard.press("Escape")
    expect(message).not_to_be_visible()


def test_menu_closes(page: Page, site: Site, context: BrowserContext) -> None:
    """A press elsewhere closes the menu; menus that were drawn anew leave no listener behind."""
    page.goto("/dashboard")
    menu = page.locator(".menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.get_by_role("heading", level=1).click()
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("#status")).to_contain_text("Live")
    for _ in range(3):
        with page.expect_response("**/division-summary"):
            site.events.version()
    devtools = context.new_cdp_session(page)
    document = devtools.send("Runtime.evaluate", {"expression": "document"})["result"]
    listeners = devtools.send("DOMDebugger.getEventListeners", {"objectId": document["objectId"]})[
        "listeners"
    ]
    kinds = [listener["type"] for listener in listeners]
    assert kinds.count("click") == 1
    assert kinds.count("pointerdown") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures(page: Page, theme: str) -> None:
    """The charts as SVG and PNG, with the well's name, its range and real lines."""
    open_well(page, f"{WELL}&from=2024-01-01")
    page.get_by_label("Theme").select_option(theme)
    for form in ("svg", "png"):
        page.get_by_text("Download").click()
        with page.expect_download() as saved:
            page.locator(f"[data-picture={form}]").click()
        page.keyboard.press("Escape")
        assert saved.value.suggested_filename == f"VM-01_ST2_2024-01-01_2025-12-31.{form}"
        content = Path(saved.value.path()).read_bytes()
        if form == "png":
            assert content.startswith(b"\x89PNG\r\n\x1a\n")
            assert int.from_bytes(content[16:20], "big") == 2400
            assert len(content) > 50_000
        else:
            text = content.decode()
            assert text.count("<path") >= 7
            assert "VM-01 ST2" in text
            assert "Vaca Muerta, Neuquén, 2024-01-01 to 2025-12-31" in text
            assert "NaN" not in text
            assert {"Oil, bbl/d", "Shut in: no oil", "Nobody reported"} <= set(
                re.findall("<text[^>]*>([^<]*)</text>", text)
            )


def test_picture_of_a_lone_day(page: Page) -> None:
    """A day without neighbours is a dash in the picture, for a line of one point is not seen."""
    open_well(page, f"/dashboard?division={CROWDED_DIVISION}&well=91005")
    page.get_by_text("Download").click()
    with page.expect_download() as saved:
        page.locator("[data-picture=svg]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert len(re.findall(r'd="M[\d.]+ [\d.]+h1"', text)) >= 3


def test_themes(page: Page) -> None:
    """The system's theme unless one is chosen; the choice outlasts the page."""

    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="light")
    page.goto("/dashboard")
    light = background()
    page.emulate_media(color_scheme="dark")
    dark = background()
    assert light != dark
    page.get_by_label("Theme").select_option("light")
    assert background() == light
    page.reload()
    assert background() == light
    page.goto("/docs")
    assert background() == light
    page.get_by_label("Theme").select_option("auto")
    assert background() == dark


@pytest.mark.parametrize("path", ["/", "/docs", "/dashboard", "/dashboard?division=30", WELL])
def test_phone(page: Page, path: str) -> None:
    """A phone's width holds every page without scrolling sideways."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    expect(page.locator("h1, .info h2").first).to_be_visible()
    if path == WELL:
        expect(page.locator(".plot canvas")).to_have_count(4)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 360
