"""The data of the soak: rows in which every answer tells the generation of the data it is of.

Each generation renames all wells and divisions and changes one day of every well, so no two of them
share a body. What every answer must be, to the byte where its format is text, is worked out here.
"""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

DIVISIONS = {1: "Viking Graben", 2: "Қашаған 🛢️", 3: "O'Brien “Legacy”"}
_PRICE = 80_125
"""In milli_usd a barrel, on every day."""
_FIRST_DAY = datetime.date(2001, 1, 1)


@dataclass(frozen=True)
class Well:
    """A well; the last of its days changes with each generation."""

    well_id: int
    division_id: int
    name: str
    days: int


WELLS = [
    Well(11, 1, "15/9-F-1 C", 1),
    Well(12, 1, "A-2 “Ø”", 40),
    Well(13, 1, "B-3", 1_826),
    Well(21, 2, "Қ-1 🛢️", 8_000),
    Well(22, 2, "K-2", 365),
    Well(31, 3, "O'B-1 H", 40),
]
_BY_ID = {well.well_id: well for well in WELLS}
LARGEST = _BY_ID[21]
"""1.5 MB of JSON: two round trips to Oracle."""

_GENERATION = re.compile(r" g(\d+)")


@dataclass(frozen=True)
class Asked:
    """A request for data."""

    path: str
    well_id: int | None = None
    division_id: int | None = None
    first: str = ""
    last: str = ""

    @property
    def target(self) -> str:
        named = {
            "well_id": self.well_id,
            "division_id": self.division_id,
            "from_date": self.first,
            "to_date": self.last,
        }
        query = "&".join(f"{name}={value}" for name, value in named.items() if value)
        return f"{self.path}?{query}" if query else self.path


@lru_cache(10_000)
def day(number: int) -> str:
    """A well's day, as YYYY-MM-DD."""
    return (_FIRST_DAY + datetime.timedelta(number)).isoformat()


BY_DAY = "/well-summary-by-day"
LARGE = Asked(BY_DAY, 21, 2)
SMALL = [
    Asked("/division-list"),
    Asked("/division-summary"),
    *(Asked("/well-list", None, division_id) for division_id in DIVISIONS),
    *(Asked("/division-well-summary", None, division_id) for division_id in DIVISIONS),
    *(Asked("/well-summary", well.well_id, well.division_id) for well in WELLS),
    *(Asked(BY_DAY, well.well_id, well.division_id) for well in WELLS if well.days < 400),
    Asked(BY_DAY, 13, 1, day(1_700)),
    Asked(BY_DAY, 21, 2, day(30), day(60)),
]
MEDIUM = [Asked(BY_DAY, 13, 1), Asked(BY_DAY, 21, 2, "", day(2_000))]


def files(generation: int, *, whole: bool) -> str:
    """The CSV file that loads a generation: every day, or only those that change with each."""
    lines = ["well_id,well_name,division_id,division_name,date,oil"]
    for well in WELLS:
        names = f"{well.well_id},{_name(well, generation)},{well.division_id},"
        names += _division(well.division_id, generation)
        lines += [
            f"{names},{day(n)},{_places(_oil(well, n, generation), 3)}"
            for n in range(0 if whole else well.days - 1, well.days)
        ]
    return "\n".join([*lines, ""])


PRICES = f"Date,Price\n{day(0)},{_PRICE / 1000}\n"


def _name(well: Well, generation: int) -> str:
    return f"{well.name} g{generation}"


def _division(division_id: int, generation: int) -> str:
    return f"{DIVISIONS[division_id]} g{generation}"


def _oil(well: Well, n: int, generation: int) -> int:
    """In milli_bbl."""
    if n == well.days - 1:
        return generation * 1_000 + well.well_id
    return 1_000_000 + (n * 37 + well.well_id * 1_009) % 900_001


def _sales(oil: int) -> int:
    """In cents, rounded half away from zero."""
    return (2 * oil * _PRICE + 10_000) // 20_000


def _places(number: int, places: int) -> str:
    """The number with that many decimals, in its shortest form."""
    whole, rest = divmod(number, 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")


@lru_cache
def _fixed_sums(well: Well) -> tuple[int, int]:
    """Oil and sales of all days that no generation changes."""
    oil = [_oil(well, n, 0) for n in range(well.days - 1)]
    return sum(oil), sum(map(_sales, oil))


def _sums(well: Well, generation: int) -> tuple[int, int]:
    oil, sales = _fixed_sums(well)
    last = _oil(well, well.days - 1, generation)
    return oil + last, sales + _sales(last)


Cell = tuple[str, str]
"""A field's name and its JSON text."""


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _well_cells(well: Well, generation: int) -> list[Cell]:
    return [
        ("well_id", str(well.well_id)),
        ("well_name", _text(_name(well, generation))),
        ("division_id", str(well.division_id)),
        ("division_name", _text(_division(well.division_id, generation))),
    ]


@lru_cache(50_000)
def _day_cells(n: int, oil: int) -> tuple[Cell, ...]:
    return (
        ("date_value", _text(day(n))),
        ("oil_produced", _places(oil, 3)),
        ("oil_price", _places(_PRICE, 3)),
        ("oil_sales", _places(_sales(oil), 2)),
        ("period", _text("day")),
    )


def _division_cells(division_id: int, generation: int) -> list[Cell]:
    return [
        ("Division_Id", str(division_id)),
        ("Division_Name", _text(_division(division_id, generation))),
    ]


def _total_cells(wells: Sequence[Well], generation: int, capital: bool) -> list[Cell]:
    sums = [_sums(well, generation) for well in wells]
    cells = [
        ("total_oil_produced", _places(sum(oil for oil, _ in sums), 3)),
        ("total_budget", "null"),
        ("total_actual", "null"),
        ("total_oil_sales", _places(sum(sales for _, sales in sums), 2)),
        ("period", _text("day")),
    ]
    return [("_".join(w.title() for w in n.split("_")), t) for n, t in cells] if capital else cells


def _reports(wells: Sequence[Well]) -> list[Cell]:
    return [
        ("First_Date", _text(day(0))),
        ("Last_Date", _text(day(max(well.days for well in wells) - 1))),
        ("Reports", str(sum(well.days for well in wells))),
        ("Unpriced_Reports", "0"),
    ]


def _well_reports(well: Well, last: int, generation: int) -> list[Cell]:
    return [
        ("first_date", _text(day(0))),
        ("last_date", _text(day(well.days - 1))),
        ("last_oil_produced", _places(_oil(well, well.days - 1, generation), 3)),
        ("days_late", str(last - well.days)),
        ("reports", str(well.days)),
        ("unpriced_reports", "0"),
    ]


def rows(asked: Asked, generation: int) -> list[list[Cell]]:
    """The rows of an answer; none for what there is not."""
    if asked.path == "/division-list":
        return [_division_cells(division_id, generation) for division_id in DIVISIONS]
    if asked.path == "/division-summary":
        found = []
        for division_id in DIVISIONS:
            wells = [well for well in WELLS if well.division_id == division_id]
            count = ("Well_Count", str(len(wells)))
            totals = _total_cells(wells, generation, capital=True)
            found.append(
                [*_division_cells(division_id, generation), count, *totals, *_reports(wells)]
            )
        return found
    if asked.path == "/division-well-summary":
        wells = [well for well in WELLS if well.division_id == asked.division_id]
        last = max((well.days for well in wells), default=0)
        return [
            [
                *_well_cells(well, generation),
                *_total_cells([well], generation, capital=False),
                *_well_reports(well, last, generation),
            ]
            for well in wells
        ]
    if asked.path == "/well-list":
        return [_well_cells(w, generation) for w in WELLS if w.division_id == asked.division_id]
    well = _BY_ID.get(asked.well_id or 0)
    if well is None or well.division_id != asked.division_id:
        return []
    return _rows_of_well(asked, well, generation)


def _rows_of_well(asked: Asked, well: Well, generation: int) -> list[list[Cell]]:
    names = _well_cells(well, generation)
    if asked.path == "/well-summary":
        return [[*names, *_total_cells([well], generation, capital=False)]]
    return [
        [*names, *_day_cells(n, _oil(well, n, generation))]
        for n in range(well.days)
        if (asked.first or "0") <= day(n) <= (asked.last or "9")
    ]


def json_text(asked: Asked, generation: int) -> str:
    """The answer as the database hands it over: an array, one row a line."""
    return "[" + ",\n".join(_objects(asked, generation)) + "]"


@lru_cache(24)
def _objects(asked: Asked, generation: int) -> list[str]:
    return [
        "{" + ",".join([f'"{name}":{text}' for name, text in row]) + "}"
        for row in rows(asked, generation)
    ]


@lru_cache(24)
def body(asked: Asked, format_name: str, generation: int) -> bytes:
    """What the answer must be in a format that is text."""
    if format_name == "json":
        return json_text(asked, generation).encode()
    if format_name == "ndjson":
        return "".join(f"{line}\n" for line in _objects(asked, generation)).encode()
    lines = [",".join(name for name, _ in rows(asked, generation)[0])]
    lines += [",".join(cells) for cells in cells_of(asked, generation)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


@lru_cache(8)
def cells_of(asked: Asked, generation: int) -> list[list[str]]:
    """The rows' cells as plain text; an empty one is null. No name here needs quotes in CSV."""
    return [
        ["" if text == "null" else text.strip('"') for _, text in row]
        for row in rows(asked, generation)
    ]


def generation_in(text: str) -> int:
    """The generation that an answer says it is of; 0 if it says none."""
    found = _GENERATION.search(text)
    return int(found[1]) if found else 0
