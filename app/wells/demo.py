"""Demo data: made-up divisions and wells that look real, the same on every machine.

Eight divisions with about 200 wells and the days of 2023 to 2025. Wells decline as Arps has it
(J. J. Arps, Analysis of Decline Curves, 1945): q(t) = qi / (1 + b Di t)^(1/b) barrels a day, with
1/b whole here, so that the arithmetic is the same everywhere. They are shut in at times, start late
or end early; some have no production yet, some months no budget; prices are quoted on business
days.
"""

import datetime
import random
from collections.abc import Iterator

from app.observe.progress import progress_bar
from app.wells.store import BudgetRow, Load, PriceRow, ProductionRow, Store

SEED = 19450101
FIRST_DAY = datetime.date(2023, 1, 1)
LAST_DAY = datetime.date(2025, 12, 31)
DAYS = [FIRST_DAY + datetime.timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
ISO_DAYS = [day.isoformat() for day in DAYS]

DIVISIONS = (
    (10, "North Sea", "brent", 28, "NS"),
    (20, "Permian Basin", "wti", 40, "PB"),
    (30, "Vaca Muerta, Neuquén", "brent", 24, "VM"),
    (40, "Sørlige Nordsjø", "brent", 22, "SN"),
    (50, 'O\'Brien "Legacy" Assets', "wti", 26, "OB"),
    (60, "Campos – Águas Profundas", "brent", 20, "CP"),
    (70, "Қашаған Offshore", "dubai", 24, "QO"),
    (80, "Pilot Projects 🛢️", "dubai", 16, "PP"),
)
"""Id, name, benchmark, number of wells and the prefix of their names."""

_PRICES = {
    "brent": (82_000, FIRST_DAY),
    "wti": (77_500, FIRST_DAY),
    "dubai": (79_000, FIRST_DAY + datetime.timedelta(20)),  # days before have no price
}
"""First quotation in milli_usd, and the day from which the benchmark is quoted."""


def load_demo(store: Store) -> None:
    """Load the demo data into a database, with a progress bar on a terminal."""
    chance = random.Random(SEED)  # noqa: S311 (nobody's secret)
    for benchmark, (first, since) in _PRICES.items():
        with store.prices(benchmark) as prices:
            prices.add(list(_price_rows(chance, first, since)))
            prices.commit()
    wells = sum(division[3] for division in DIVISIONS)
    budget_rows: list[BudgetRow] = []
    with progress_bar(wells, "demo data", " wells") as bar:
        for benchmark in _PRICES:
            with store.production(benchmark) as load:
                for division in DIVISIONS:
                    if division[2] == benchmark:
                        budget_rows += _load_division(chance, load, division)
                        bar.update(division[3])
                load.commit()
        with store.budgets() as load_budgets:
            load_budgets.add(budget_rows)
            load_budgets.commit()


def _price_rows(chance: random.Random, first: int, since: datetime.date) -> Iterator[PriceRow]:
    """A random walk over business days, with a holiday now and then."""
    price = first
    for line, day in enumerate(DAYS):
        if day < since or day.weekday() > 4 or (day.month, day.day) in ((1, 1), (12, 25)):
            continue
        price += round(chance.uniform(-1_600, 1_600)) + (75_000 - price) // 200
        yield PriceRow(line, day.isoformat(), price - price % 10)


def _load_division(
    chance: random.Random, load: Load[ProductionRow], division: tuple[int, str, str, int, str]
) -> list[BudgetRow]:
    """Stage the days of a division's wells; returns the wells' budgets."""
    division_id, division_name, _, wells, prefix = division
    budgets: list[BudgetRow] = []
    for number in range(1, wells + 1):
        well_id = division_id * 100 + number
        well_name = f"{prefix}-{number:02d}{chance.choice(('', ' H', ' ST2', ' “Ø”'))}"
        volumes = _volumes(chance)
        load.add(
            [
                ProductionRow(
                    well_id * 10_000 + n,
                    well_id,
                    ISO_DAYS[n],
                    "",
                    oil,
                    well_name,
                    division_id,
                    division_name,
                )
                for n, oil in volumes
            ]
        )
        if chance.random() > 0.04:
            budgets += _budget_rows(chance, well_id, volumes)
    return budgets


def _volumes(chance: random.Random) -> list[tuple[int, int]]:
    """A well's days, as numbers of `DAYS`, and their oil in milli_bbl."""
    initial = chance.uniform(150_000, 3_200_000)  # milli_bbl a day
    decline = chance.uniform(0.0004, 0.003)  # Di, a day
    whole = chance.choice((1, 2))  # 1/b
    start = chance.randrange(30, 700) if chance.random() < 0.25 else 0
    end = chance.randrange(800, len(DAYS)) if chance.random() < 0.06 else len(DAYS)
    if chance.random() < 0.02:  # drilled, and not on stream yet
        return [(n, 0) for n in range(len(DAYS) - 45, len(DAYS))]
    days = []
    shut_in_until = -1
    for n in range(start, end):
        if chance.random() < 0.003:  # nobody reported
            continue
        if n > shut_in_until and chance.random() < 0.006:
            shut_in_until = n + chance.choice((0, 1, 1, 2, 4, 9, 30))
        if n <= shut_in_until:
            days.append((n, 0))
            continue
        slope = 1 + decline * (n - start) / whole
        rate = initial / slope if whole == 1 else initial / (slope * slope)
        days.append((n, int(rate * chance.uniform(0.95, 1.05))))
    return days


def _budget_rows(
    chance: random.Random, well_id: int, volumes: list[tuple[int, int]]
) -> Iterator[BudgetRow]:
    """Budget and actual by month: a fixed sum and so much a barrel; some are not known."""
    cents_a_bbl = chance.uniform(1_200, 2_600)
    months: dict[str, int] = {}
    for n, oil in volumes:
        month = ISO_DAYS[n][:7] + "-01"
        months[month] = months.get(month, 0) + oil
    for number, (month, oil) in enumerate(months.items()):
        budget = 2_500_000 + int(oil * cents_a_bbl / 1_000)
        actual = int(budget * chance.uniform(0.85, 1.2))
        yield BudgetRow(
            well_id * 100 + number,
            well_id,
            month,
            budget if chance.random() > 0.05 else None,
            actual if month != "2025-12-01" and chance.random() > 0.01 else None,
        )
