"""How fast the dashboard draws 20,000 days: `make bench-dashboard`.

In Debian's headless Chromium, on the machine that serves too. Milliseconds from opening the
address until the charts are painted, and of these the share of drawing alone (four charts, each of
all days); median of several runs, each with a browser's cache of its own.
"""

import datetime
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.wells.demo import load_demo
from app.wells.embedded.database import connect_for_writing
from app.wells.embedded.store import EmbeddedStore
from app.wells.store import ProductionRow
from benchmarks.http import HOST, serving
from tests.support.temporary import own_temporary_folder

DAYS = 20_000
RUNS = 7
FIRST_DAY = datetime.date(1971, 1, 1)

PAINTED = """() => new Promise((done) => {
  const look = () => {
    const [drawn] = performance.getEntriesByName("odm-draw");
    if (!drawn) return requestAnimationFrame(look);
    // The frame after the one that holds the drawing: it is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => done({
      painted: performance.now(),
      drawing: drawn.duration,
    })));
  };
  look();
})"""


SENT = """() => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def make_database(path: Path) -> None:
    """Demo data, and one well of 20,000 days with shut-ins and gaps."""
    connection = connect_for_writing(path)
    store = EmbeddedStore(connection, path)
    load_demo(store)
    with store.production("brent") as load:
        load.add(
            [
                ProductionRow(
                    10_000_000 + n,
                    1,
                    (FIRST_DAY + datetime.timedelta(n)).isoformat(),
                    "",
                    0 if n % 211 < 3 else int(2e9 / (1000 + n)) + n * 7919 % 40_000,
                    "Long-lived",
                    1,
                    "Long-lived",
                )
                for n in range(DAYS)
                if n % 997 > 2
            ]
        )
        load.commit()
    store.close()


def measure(browser: Browser, address: str) -> tuple[float, float, float]:
    """Milliseconds until painted and of drawing, and kilobytes that were sent."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    times = page.evaluate(PAINTED)
    size = page.evaluate(SENT)
    context.close()
    return times["painted"], times["drawing"], size / 1000


def main() -> None:
    own_temporary_folder()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "odm.db"
        make_database(path)
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        with serving("service:app", {"ODM_SQLITE_PATH": str(path)}) as server:
            base = f"http://{HOST}:{server.port}/dashboard"
            for name, query in {
                "1,096 days": "?division=30&well=3001",
                f"{DAYS:,} days": "?division=1&well=1",
            }.items():
                runs = [measure(browser, base + query) for _ in range(RUNS)]
                painted, drawing, kilobytes = ([run[n] for run in runs] for n in range(3))
                print(
                    f"{name:12} painted {statistics.median(painted):5.0f} ms "
                    f"({min(painted):.0f} to {max(painted):.0f}), "
                    f"drawing {statistics.median(drawing):4.0f} ms, "
                    f"{statistics.median(kilobytes):6.0f} kB"
                )
        browser.close()


if __name__ == "__main__":
    main()
