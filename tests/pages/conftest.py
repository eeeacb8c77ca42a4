"""The pages in a real browser, Debian's Chromium, whose network holds nothing but the service."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from starlette.routing import Route

from app.application import create_app
from app.settings import Settings
from app.wells.demo import load_demo
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow, Store
from tests.pages.events import Events
from tests.support.running import serving

HOSTILE = "<img src=x onerror=\"document.title='gone'\"> & 'quotes' \ufffe\uffff🛢️"
"""A well's name that would run as a script on a page that takes names for HTML, and that no XML can
hold as it is."""

HOSTILE_DIVISION, CROWDED_DIVISION = 900, 910
CROWD = 400

ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-gpu",
]


PATIENCE = 60
"""Seconds that a page may take: the machine may be busy with other tests."""

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Site:
    """The service with demo data, and what the tests do to it."""

    address: str
    events: Events

    def get(self, path: str) -> str:
        """What the service itself answers there."""
        return httpx.get(self.address + path, trust_env=False, timeout=PATIENCE).text


@dataclass
class Watch:
    """What went wrong in a browser: requests to elsewhere, and errors that the console shows.

    A request to elsewhere finds no host (see `ARGUMENTS`), which the console shows; only where it
    is the point of the test is each request looked at, for that takes time.
    """

    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def on(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            words in message.text for words in self.forgiven
        ):
            self.errors.append(message.text)

    def forgive(self, *words: str) -> None:
        """Messages with these words are what the test is about."""
        self.forgiven += words


def _missing() -> str | None:
    return None if shutil.which("chromium") else "chromium (Debian's package) is not installed"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; where there is none, skips, or fails with ODM_TEST_REQUIRE_ENGINES."""
    if reason := _missing():
        if os.environ.get("ODM_TEST_REQUIRE_ENGINES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def load_odd_wells(store: Store) -> None:
    """A division whose well has a hostile name, and one with very many wells."""
    with store.production("brent") as load:
        load.add(
            [
                ProductionRow(n, 90_001, f"2024-01-{n + 1:02d}", "", 1500, HOSTILE, 900, HOSTILE)
                for n in range(3)
            ]
        )
        load.add(
            [
                ProductionRow(
                    100 + n, 91_000 + n, "2024-01-01", "", n * 1000, f"C-{n}", 910, "Crowded"
                )
                for n in range(CROWD)
            ]
        )
        load.commit()


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service with demo data and the odd wells."""
    path: Path = tmp_path_factory.mktemp("pages") / "odm.db"
    store = EmbeddedStore(connect_for_writing(path), path)
    load_demo(store)
    load_odd_wells(store)
    store.close()
    app = create_app(Settings(odm_sqlite_path=path))
    events = Events()
    app.router.routes.insert(0, Route("/events", events.answer))
    with serving(app) as client:
        yield Site(str(client.base_url), events)
        events.closed = True


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def context(browser: Browser, site: Site, watch: Watch) -> Iterator[BrowserContext]:
    """A browser's profile of its own, far from UTC; whatever went wrong in it fails the test."""
    site.events.reset()
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": 1366, "height": 900},
        locale="en-GB",
        timezone_id="America/Argentina/Buenos_Aires",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE * 1000)
    watch.on(context)
    yield context
    context.close()
    assert watch.foreign == []
    assert watch.errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
