"""The dashboard on the service's own events and formats, with a real load into its database."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.application import create_app
from app.settings import Settings
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow
from tests.support import company
from tests.support.running import serving


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company's database of these tests' own, for they change it."""
    path = tmp_path_factory.mktemp("live") / "company.db"
    company.load(path)
    return path


@pytest.fixture
def page(browser: Browser, database: Path) -> Iterator[Page]:
    with serving(create_app(Settings(odm_sqlite_path=database))) as client:
        context = browser.new_context(base_url=str(client.base_url))
        yield context.new_page()
        context.close()


def test_load_is_seen(page: Page, database: Path) -> None:
    """A day that another process loads is on the screen by itself."""
    page.goto("/dashboard?division=2&well=6")
    expect(page.locator("#status")).to_contain_text("Live")
    expect(page.locator("#to")).to_have_value("2020-04-21")
    store = EmbeddedStore(connect_for_writing(database), database)
    name, division = company.DIVISIONS[2][0], 2
    with store.production("wti") as load:
        load.add([ProductionRow(0, 6, "2020-04-22", "", 7_500, "Shut in 🧯", division, name)])
        load.commit()
    store.close()
    expect(page.locator("#to")).to_have_value("2020-04-22")
    expect(page.locator("#readout")).to_contain_text("7.500 bbl/d")


@pytest.mark.parametrize("form", ["json", "csv", "ndjson"])
def test_download(page: Page, form: str) -> None:
    """Each format that is always there is saved, with a row for each division."""
    page.goto("/dashboard")
    expect(page.locator("tbody tr")).to_have_count(len(company.division_list()))
    page.get_by_text("Download").click()
    with page.expect_download() as saved:
        page.locator(f"[data-format={form}]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    if form == "csv":
        rows = list(csv.DictReader(text.splitlines()))
    elif form == "json":
        rows = json.loads(text)
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    names = {row["Division_Name"] for row in rows}
    assert names == {row["Division_Name"] for row in company.division_list()}
