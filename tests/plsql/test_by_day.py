"""Get_Well_Summary_By_Day: prices in force, ranges of dates, lines and chunks."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from tests.plsql.company import Company, Division, Well, parse
from tests.plsql.engines import Engine

NEW_YEAR = dt.date(2024, 1, 1)
CHUNK = 4000


def company(name: str = "W", oil: list[Decimal] | None = None) -> Company:
    """One well that produced these volumes on consecutive days, without prices."""
    volumes = [Decimal(1)] if oil is None else oil
    return Company(
        divisions=[Division(1, "D")],
        wells=[Well(1, name, 1)],
        oil={(1, NEW_YEAR + dt.timedelta(days=n)): volume for n, volume in enumerate(volumes)},
    )


def test_price_in_force(engine: Engine) -> None:
    """The last quotation on or before the day, of the division's own benchmark."""
    priced = Company(
        divisions=[Division(1, "D", "brent"), Division(2, "E", "wti"), Division(3, "F", None)],
        wells=[Well(1, "V", 1), Well(2, "W", 2), Well(3, "X", 3)],
        prices={
            ("brent", dt.date(2024, 1, 3)): Decimal("75.000"),
            ("brent", dt.date(2024, 1, 5)): Decimal("80.125"),
            ("brent", dt.date(2024, 1, 9)): Decimal("0.000"),
            ("brent", dt.date(2024, 1, 10)): Decimal("0.001"),
            ("wti", dt.date(2023, 12, 29)): Decimal("-37.630"),
            ("wti", dt.date(2024, 1, 5)): Decimal("71.999"),
            ("wti", dt.date(2024, 1, 8)): Decimal("70.000"),
            ("wti", dt.date(2025, 1, 1)): Decimal("1.000"),
        },
        oil={
            (well, NEW_YEAR + dt.timedelta(days=n)): Decimal("10.100") + n
            for well in (1, 2, 3)
            for n in range(12)
        },
    )
    priced.store(engine)
    for well in (1, 2, 3):
        answer = parse(engine.call("Get_Well_Summary_By_Day", well, well))
        assert answer == priced.by_day(well, well)
    prices = [row["oil_price"] for row in parse(engine.call("Get_Well_Summary_By_Day", 1, 1))]
    weekend = [Decimal("80.125")] * 4
    assert prices == [None, None, 75, 75, *weekend, 0, *[Decimal("0.001")] * 3]


@pytest.mark.parametrize(
    ("oil", "price", "sales"),
    [
        ("0.500", "0.010", "0.01"),
        ("0.500", "-0.010", "-0.01"),
        ("1.500", "0.030", "0.05"),
        ("2.500", "0.010", "0.03"),
        ("0.499", "0.010", "0.00"),
        ("0.000", "99999.999", "0.00"),
        ("0.001", "0.001", "0.00"),
        ("999999999.999", "99999.999", "99999998999900.00"),
        ("-999999999.999", "99999.999", "-99999998999900.00"),
        ("-0.500", "0.010", "-0.01"),
        ("-0.500", "-0.010", "0.01"),
        ("1.005", "1.000", "1.01"),
        ("1.115", "1.000", "1.12"),
    ],
)
def test_sales_round_half_away_from_zero(engine: Engine, oil: str, price: str, sales: str) -> None:
    """Half a cent goes away from zero on either side, and no binary float comes in between."""
    one = company(oil=[Decimal(oil)])
    one.prices["brent", NEW_YEAR] = Decimal(price)
    one.store(engine)
    (day,) = parse(engine.call("Get_Well_Summary_By_Day", 1, 1))
    assert day["oil_sales"] == Decimal(sales)
    assert one.by_day(1, 1) == [day]


@pytest.mark.parametrize("benchmark", ["brent", "wti", "none", None])
def test_months(engine: Engine, benchmark: str | None) -> None:
    """A month has the mean of the prices in force on its days; days beside it have their own."""
    told = Company(
        divisions=[Division(1, "D", benchmark)],
        wells=[Well(1, "By both", 1), Well(2, "By month", 1)],
        prices={
            ("brent", dt.date(2023, 12, 29)): Decimal("77.000"),
            ("brent", dt.date(2024, 1, 1)): Decimal("0.001"),
            ("brent", dt.date(2024, 1, 31)): Decimal("0.002"),
            ("brent", dt.date(2024, 2, 10)): Decimal("-3.335"),
            ("brent", dt.date(2024, 2, 29)): Decimal("99999.999"),
            ("wti", dt.date(2024, 2, 20)): Decimal("-37.630"),
            ("wti", dt.date(2024, 2, 21)): Decimal("10.011"),
            ("wti", dt.date(2024, 5, 31)): Decimal("70.000"),
        },
    )
    for well in (1, 2):
        for month in (1, 2, 3, 4, 6, 12):
            told.oil[well, dt.date(2024, month, 1)] = Decimal("1000.005") * month - 2000
            told.months.add((well, dt.date(2024, month, 1)))
    for day in (1, 30, 31):
        told.oil[1, dt.date(2024, 5, day)] = Decimal(day)
    told.store(engine)
    for well in (1, 2):
        answer = parse(engine.call("Get_Well_Summary_By_Day", well, 1))
        assert answer == told.by_day(well, 1)
        summary = parse(engine.call("Get_Well_Summary_Data", well, 1))
        assert summary == told.well_summary(well, 1)
        assert summary[0]["period"] == ("mixed" if well == 1 else "month")
    wells = parse(engine.call("Get_Division_Well_Summary_Data", 1))
    assert wells == told.division_well_summary(1)
    # The month of the first quotation has a price, and the month before has none.
    unpriced = {"brent": (0, 0), "wti": (1, 1)}.get(str(benchmark), (9, 6))
    assert tuple(row["unpriced_reports"] for row in wells) == unpriced
    assert parse(engine.call("Get_Division_Summary_Data")) == told.division_summary()


@pytest.mark.parametrize(
    ("first", "second", "mean"),
    [
        ("0.001", "0.002", "0.002"),
        ("-0.001", "-0.002", "-0.002"),
        ("0.001", "0.000", "0.001"),
        ("-0.001", "0.001", "0.000"),
    ],
)
def test_mean_price_rounds_half_away_from_zero(
    engine: Engine, first: str, second: str, mean: str
) -> None:
    """Two days of April have a price; half of a thousandth goes away from zero."""
    one = company()
    one.oil = {(1, dt.date(2024, 4, 1)): Decimal(1)}
    one.months = {(1, dt.date(2024, 4, 1))}
    one.prices["brent", dt.date(2024, 4, 29)] = Decimal(first)
    one.prices["brent", dt.date(2024, 4, 30)] = Decimal(second)
    one.store(engine)
    (month,) = parse(engine.call("Get_Well_Summary_By_Day", 1, 1))
    assert month["oil_price"] == Decimal(mean)


def test_month_is_its_first_day(engine: Engine) -> None:
    """A month is in a range when its first day is, and then all of it."""
    one = company()
    one.oil = {(1, dt.date(2024, month, 1)): Decimal(month) for month in (1, 2, 3)}
    one.months = set(one.oil)
    one.store(engine)
    for first, last in ((dt.date(2024, 1, 2), dt.date(2024, 2, 1)), (NEW_YEAR, NEW_YEAR)):
        answer = parse(engine.call("Get_Well_Summary_By_Day", 1, 1, first, last))
        assert answer == one.by_day(1, 1, first, last)
        assert len(answer) == 1


def test_days_are_in_order_whatever_order_they_came_in(engine: Engine) -> None:
    """Ordered by date across months and years, although they were stored backwards."""
    scattered = company()
    scattered.oil = {
        (1, dt.date(year, month, 15)): Decimal(year)
        for year in (2025, 1999, 2011)
        for month in (12, 2, 7, 1)
    }
    scattered.store(engine)
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1)) == scattered.by_day(1, 1)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, None),
        (dt.date(2024, 1, 3), None),
        (None, dt.date(2024, 1, 3)),
        (dt.date(2024, 1, 3), dt.date(2024, 1, 7)),
        (dt.date(2024, 1, 3), dt.date(2024, 1, 3)),
        (dt.date(2024, 1, 7), dt.date(2024, 1, 3)),
        (dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        (dt.date(2024, 1, 11), None),
        (dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    ],
)
def test_range_of_dates(engine: Engine, first: dt.date | None, last: dt.date | None) -> None:
    """Both ends are inclusive, either may be open, and an empty range is an empty array."""
    ten = company(oil=[Decimal(n) for n in range(1, 11)])
    ten.store(engine)
    expected = ten.by_day(1, 1, first or dt.date.min, last or dt.date.max)
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1, first, last)) == expected


def test_range_may_be_left_out(engine: Engine) -> None:
    """Callers of the original signature, or with a first day alone, still get their answer."""
    ten = company(oil=[Decimal(n) for n in range(1, 11)])
    ten.store(engine)
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1)) == ten.by_day(1, 1)
    third = dt.date(2024, 1, 3)
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1, third)) == ten.by_day(1, 1, third)


def test_time_of_day_does_not_count(engine: Engine) -> None:
    """A range that is given with times means the whole first and the whole last day."""
    ten = company(oil=[Decimal(n) for n in range(1, 11)])
    ten.store(engine)
    first = dt.datetime(2024, 1, 3, 23, 59, 59)  # noqa: DTZ001 - DATE has no time zone
    last = dt.datetime(2024, 1, 5, 0, 0, 1)  # noqa: DTZ001 - DATE has no time zone
    expected = ten.by_day(1, 1, first.date(), last.date())
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1, first, last)) == expected


def test_unknown_wells(engine: Engine) -> None:
    """Another division's well, an unknown one or null: an empty array."""
    company().store(engine)
    for pair in [(1, 2), (2, 1), (None, 1), (1, None), (-1, 1)]:
        assert engine.call("Get_Well_Summary_By_Day", *pair) == "[]"


def test_one_row_a_line(engine: Engine) -> None:
    """A line feed stands after the comma between rows and nowhere else, even in names."""
    several = company("line\nfeed, [bracket]\r\n,", [Decimal(n) for n in range(50)])
    several.store(engine)
    document = engine.call("Get_Well_Summary_By_Day", 1, 1)
    lines = document.split("\n")
    assert (document[0], document[-1]) == ("[", "]")
    assert all(line.endswith("},") for line in lines[:-1])
    cut = [json.loads(line.lstrip("[").rstrip(",]"), parse_float=Decimal) for line in lines]
    assert cut == several.by_day(1, 1)


def test_twenty_thousand_days(engine: Engine) -> None:
    """A document of megabytes is whole, in order, and was built of full chunks."""
    many = company(oil=[Decimal(n) / 1000 for n in range(20_000)])
    many.store(engine)
    document = engine.call("Get_Well_Summary_By_Day", 1, 1)
    assert parse(document) == many.by_day(1, 1)
    assert_chunks(engine, document)


@pytest.mark.parametrize("name", ["🛢" * 110, "é" * 200, '"\\' * 100, "W", "x" * 137])
def test_chunks_hold_at_most_4000_bytes(engine: Engine, name: str) -> None:
    """Every appended chunk fits, and no row could join the one before."""
    several = company(name, [Decimal(n) for n in range(100)])
    several.store(engine)
    document = engine.call("Get_Well_Summary_By_Day", 1, 1)
    assert parse(document) == several.by_day(1, 1)
    assert_chunks(engine, document)


@pytest.mark.parametrize("beyond", [-1, 0, 1, 2])
@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("sign", ["x", "🛢"])
def test_rows_that_just_fill_a_chunk(engine: Engine, beyond: int, more: int, sign: str) -> None:
    """Twelve rows of 4000 bytes together, one less, one and two more, and with a row to follow."""
    company(sign).store(engine)
    bare = len(engine.call("Get_Well_Summary_By_Day", 1, 1).encode()) - len(f"[]{sign}".encode())
    # "[" before the first row, ",\n" before each other.
    wanted = CHUNK + beyond - 1 - 2 * 11
    name = sign * ((wanted // 12 - bare) // len(sign.encode()))
    short = wanted - 12 * (bare + len(name.encode()))
    # A volume of one more digit lengthens a row by one.
    oil = [Decimal(10 ** (short // 12 + (row < short % 12))) for row in range(12)]
    filling = company(name, oil + [Decimal(1)] * more)
    filling.store(engine)
    document = engine.call("Get_Well_Summary_By_Day", 1, 1)
    twelve = "\n".join(document.removesuffix("]").split("\n")[:12]).removesuffix(",")
    assert len(twelve.encode()) == CHUNK + beyond
    assert parse(document) == filling.by_day(1, 1)
    assert_chunks(engine, document)


def assert_chunks(engine: Engine, document: str) -> None:
    """Chunks are at most 4000 bytes, add up to the document, and take whole rows greedily."""
    appended = engine.appended()
    if appended is None:
        return
    rows = document.removesuffix("]").split("\n")
    pieces = [len(row.encode()) + (0 if number == 0 else 1) for number, row in enumerate(rows)]
    # The comma before a line feed belongs to the row after it.
    for number in range(len(pieces) - 1):
        pieces[number] -= 1
        pieces[number + 1] += 1
    expected = [0]
    for piece in [*pieces, 1]:
        if expected[-1] + piece > CHUNK:
            expected.append(0)
        expected[-1] += piece
    assert appended == expected
    assert max(appended) <= CHUNK
    assert sum(appended) == len(document.encode())
