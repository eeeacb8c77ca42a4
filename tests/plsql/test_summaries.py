"""Divisions, wells and their totals: all procedures but Get_Well_Summary_By_Day."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.plsql.company import Company, Division, Well, midnight, parse
from tests.plsql.engines import Engine

JANUARY = dt.date(2024, 1, 1)
FEBRUARY = dt.date(2024, 2, 1)
BIGGEST = 10**38 - 1

NAMES = [
    "Plain",
    'a "quoted" name',
    "C:\\wells\\new\\u0041",
    "'; DROP TABLE odm_well; --",
    "tab\t, newline\n, return\r, backspace\b, feed\f",
    "".join(chr(code) for code in range(1, 32)) + "\x7f",
    "Ålgård – Étretat – Чайво – 大庆",
    "😀🛢\U0010ffff",
    "</script>&amp;%s{}[]:,/",
    "  spaces around  ",
    "x" * 200,
    "é" * 200,
    "🛢" * 200,
]


def company() -> Company:
    """Three divisions with unlike wells: all kinds of values that are missing."""
    company = Company(
        # Not in order of id, and the last without wells.
        divisions=[Division(30, "South", "wti"), Division(4, "North"), Division(200, "Empty")],
        wells=[
            Well(7, "N-7", 4),
            Well(1000, "N-1000", 4),
            Well(90, "N-90", 4),
            Well(8, "S-8", 30),
            Well(1, "S-1", 30),
        ],
        prices={
            ("brent", JANUARY): Decimal("76.543"),
            ("brent", dt.date(2024, 1, 3)): Decimal("77.005"),
            ("wti", dt.date(2024, 1, 2)): Decimal("-37.630"),
            ("wti", dt.date(2024, 1, 9)): Decimal("71.650"),
        },
        money={
            (7, JANUARY): (Decimal("1000.10"), None),
            (7, FEBRUARY): (Decimal("2000.20"), Decimal("0.03")),
            (90, JANUARY): (None, Decimal("5.05")),
            (8, JANUARY): (None, None),
            (1, JANUARY): (Decimal(0), Decimal("-12.34")),
            (1, FEBRUARY): (Decimal("999999999999.99"), Decimal("999999999999.99")),
        },
    )
    for number in range(5):
        day = JANUARY + dt.timedelta(days=number)
        company.oil[7, day] = Decimal("1234.567") * number
        company.oil[8, day] = Decimal("0.109")
    company.oil[1, JANUARY] = Decimal("9999999.999")
    company.oil[1, dt.date(2024, 1, 31)] = Decimal("9999999.999")
    return company


@pytest.fixture(scope="module")
def stored(engine: Engine) -> Company:
    """The company, in the database."""
    stored = company()
    stored.store(engine)
    return stored


def test_division_list(engine: Engine, stored: Company) -> None:
    """Every division, ordered by number and not by name or entry."""
    assert parse(engine.call("Get_Division_List")) == stored.division_list()


def test_division_summary(engine: Engine, stored: Company) -> None:
    """Totals are exact sums over wells; null money only where no month has any."""
    answer = parse(engine.call("Get_Division_Summary_Data"))
    assert answer == stored.division_summary()
    assert [(row["Well_Count"], row["Total_Budget"]) for row in answer] == [
        (3, Decimal("3000.30")),
        (2, Decimal("999999999999.99")),
        (0, None),
    ]


def test_well_list(engine: Engine, stored: Company) -> None:
    """The wells of the division alone, ordered by number."""
    for division in (4, 30, 200):
        assert parse(engine.call("Get_Well_List", division)) == stored.well_list(division)


def test_well_summary(engine: Engine, stored: Company) -> None:
    """One row with the totals of the well, whatever of them is missing."""
    for well in stored.wells:
        answer = parse(engine.call("Get_Well_Summary_Data", well.id, well.division))
        assert answer == stored.well_summary(well.id, well.division)
        assert len(answer) == 1


def test_division_well_summary(engine: Engine, stored: Company) -> None:
    """Every well of the division alone, with its totals, ordered by number; [] without wells."""
    for division in (4, 30):
        answer = parse(engine.call("Get_Division_Well_Summary_Data", division))
        assert answer == stored.division_well_summary(division)
        listed = parse(engine.call("Get_Well_List", division))
        assert [row["well_id"] for row in answer] == [row["well_id"] for row in listed]
    assert engine.call("Get_Division_Well_Summary_Data", 200) == "[]"


def test_how_far_reports_reach(engine: Engine, stored: Company) -> None:
    """How late a well is counts from the division's latest; without reports it is not late."""
    told = {
        row["well_id"]: tuple(row[key] for key in ("last_date", "days_late", "reports"))
        for division in (4, 30)
        for row in parse(engine.call("Get_Division_Well_Summary_Data", division))
    }
    assert len(told) == len(stored.wells)
    assert told == {
        7: ("2024-01-05", 0, 5),
        90: (None, None, 0),
        1000: (None, None, 0),
        1: ("2024-01-31", 0, 2),
        8: ("2024-01-05", 26, 5),
    }
    keys = ("First_Date", "Last_Date", "Reports", "Unpriced_Reports")
    assert [
        tuple(row[key] for key in keys) for row in parse(engine.call("Get_Division_Summary_Data"))
    ] == [
        ("2024-01-01", "2024-01-05", 5, 0),
        ("2024-01-01", "2024-01-31", 7, 2),
        (None, None, 0, 0),
    ]


def test_totals_are_the_sums_of_the_days(engine: Engine, stored: Company) -> None:
    """What a client adds up day by day is the total, to the cent: the sum itself is not rounded."""
    days = parse(engine.call("Get_Well_Summary_By_Day", 8, 30))
    exact = sum(day["oil_produced"] * (day["oil_price"] or 0) for day in days)
    assert sum(day["oil_sales"] for day in days) != round(exact, 2)
    for well in stored.wells:
        days = parse(engine.call("Get_Well_Summary_By_Day", well.id, well.division))
        (total,) = parse(engine.call("Get_Well_Summary_Data", well.id, well.division))
        assert total["total_oil_produced"] == sum(day["oil_produced"] for day in days)
        assert total["total_oil_sales"] == sum(day["oil_sales"] for day in days)


def test_unknown_wells_and_divisions(engine: Engine, stored: Company) -> None:
    """An id that nothing has, a pair that does not belong together, or null: an empty array."""
    pairs = [(7, 30), (8, 4), (5, 4), (7, 5), (-7, 4), (BIGGEST, BIGGEST)]
    for well, division in pairs:
        assert stored.well_summary(well, division) == []
        assert engine.call("Get_Well_Summary_Data", well, division) == "[]"
    for pair in [(None, 4), (7, None), (None, None)]:
        assert engine.call("Get_Well_Summary_Data", *pair) == "[]"
    for unknown in (5, -4, BIGGEST, None):
        assert engine.call("Get_Well_List", unknown) == "[]"
        assert engine.call("Get_Division_Well_Summary_Data", unknown) == "[]"


def test_reports_without_a_price(engine: Engine) -> None:
    """They are the rows whose oil_price is null: of days and of months, by each quotation."""
    quoted = dt.date(2024, 2, 29)
    told = Company(
        divisions=[Division(1, "Quoted"), Division(2, "Not", "wti"), Division(3, "None", None)],
        wells=[Well(number, f"W{number}", number % 3 + 1) for number in range(1, 10)],
        prices={("brent", quoted): Decimal("0.000"), ("brent", FEBRUARY): Decimal(1)},
    )
    for well in told.wells:
        for month in (1, 2, 3):
            told.oil[well.id, dt.date(2024, month, 1)] = Decimal(0)
            if well.id > 3:
                told.months.add((well.id, dt.date(2024, month, 1)))
        for day in (-32, -1, 0, 1, 400):
            if well.id < 7:
                told.oil[well.id, quoted + dt.timedelta(days=day)] = Decimal(well.id)
    for first in (FEBRUARY, quoted):
        if first == quoted:
            del told.prices["brent", FEBRUARY]
        told.store(engine)
        for division in (1, 2, 3):
            answer = parse(engine.call("Get_Division_Well_Summary_Data", division))
            assert answer == told.division_well_summary(division)
            for row in answer:
                days = parse(engine.call("Get_Well_Summary_By_Day", row["well_id"], division))
                unpriced = [day for day in days if day["oil_price"] is None]
                assert (row["reports"], row["unpriced_reports"]) == (len(days), len(unpriced))
    # By days, by both, and by months: the quotation is of the last day of February.
    wells = parse(engine.call("Get_Division_Well_Summary_Data", 1))
    assert [row["unpriced_reports"] for row in wells] == [4, 3, 1]


def test_names_come_back_as_they_are(engine: Engine) -> None:
    """Quotes, backslashes, control characters, accents, emoji and 200 characters survive."""
    named = Company(
        divisions=[Division(number, name) for number, name in enumerate(NAMES)],
        wells=[Well(number, name, number) for number, name in enumerate(NAMES)],
        oil={(number, JANUARY): Decimal(1) for number in range(len(NAMES))},
    )
    named.store(engine)
    assert parse(engine.call("Get_Division_List")) == named.division_list()
    assert parse(engine.call("Get_Division_Summary_Data")) == named.division_summary()
    for number in range(len(NAMES)):
        assert parse(engine.call("Get_Well_List", number)) == named.well_list(number)
        wells = parse(engine.call("Get_Division_Well_Summary_Data", number))
        assert wells == named.division_well_summary(number)
        summary = parse(engine.call("Get_Well_Summary_Data", number, number))
        assert summary == named.well_summary(number, number)
        days = parse(engine.call("Get_Well_Summary_By_Day", number, number))
        assert days == named.by_day(number, number)


def test_one_row(engine: Engine) -> None:
    """A single division with a single well is an array of one object."""
    single = Company(divisions=[Division(1, "Only")], wells=[Well(2, "Only", 1)])
    single.store(engine)
    assert parse(engine.call("Get_Division_List")) == single.division_list()
    assert parse(engine.call("Get_Division_Summary_Data")) == single.division_summary()
    assert parse(engine.call("Get_Well_List", 1)) == single.well_list(1)
    assert parse(engine.call("Get_Well_Summary_Data", 2, 1)) == single.well_summary(2, 1)
    wells = parse(engine.call("Get_Division_Well_Summary_Data", 1))
    assert wells == single.division_well_summary(1)


def test_no_rows(engine: Engine) -> None:
    """An empty database answers with empty arrays, never with null."""
    Company().store(engine)
    assert engine.call("Get_Division_List") == "[]"
    assert engine.call("Get_Division_Summary_Data") == "[]"
    assert engine.call("Get_Well_List", 1) == "[]"
    assert engine.call("Get_Well_Summary_Data", 1, 1) == "[]"
    assert engine.call("Get_Division_Well_Summary_Data", 1) == "[]"
    assert engine.call("Get_Well_Summary_By_Day", 1, 1) == "[]"


def test_numbers_keep_their_digits(engine: Engine) -> None:
    """Ids of 38 digits and volumes beyond a binary float's reach come back digit by digit."""
    huge = Company(
        divisions=[Division(BIGGEST, "Huge"), Division(-BIGGEST, "Tiny")],
        wells=[Well(BIGGEST - 1, "Huge", BIGGEST), Well(BIGGEST, "Huge too", BIGGEST)],
        prices={("brent", JANUARY): Decimal("99999.999")},
    )
    for number in range(40):
        day = JANUARY + dt.timedelta(days=number)
        huge.oil[BIGGEST, day] = Decimal("9999999.997")
    huge.store(engine)
    assert parse(engine.call("Get_Division_List")) == huge.division_list()
    assert parse(engine.call("Get_Division_Summary_Data")) == huge.division_summary()
    assert parse(engine.call("Get_Well_List", BIGGEST)) == huge.well_list(BIGGEST)
    summary = parse(engine.call("Get_Well_Summary_Data", BIGGEST, BIGGEST))
    assert summary == huge.well_summary(BIGGEST, BIGGEST)
    wells = parse(engine.call("Get_Division_Well_Summary_Data", BIGGEST))
    assert wells == huge.division_well_summary(BIGGEST)
    days = parse(engine.call("Get_Well_Summary_By_Day", BIGGEST, BIGGEST))
    assert days == huge.by_day(BIGGEST, BIGGEST)


def test_a_well_that_moves_takes_its_history_along(engine: Engine) -> None:
    """Days, prices and totals follow the well to the division it belongs to now."""
    moving = company()
    moving.store(engine)
    moving.wells[0] = Well(7, "Moved", 30)
    engine.query("UPDATE odm_well SET division_id = 30, well_name = 'Moved' WHERE well_id = 7")
    engine.refresh()
    assert engine.call("Get_Well_Summary_Data", 7, 4) == "[]"
    assert engine.call("Get_Well_Summary_By_Day", 7, 4) == "[]"
    assert parse(engine.call("Get_Well_Summary_Data", 7, 30)) == moving.well_summary(7, 30)
    assert parse(engine.call("Get_Division_Summary_Data")) == moving.division_summary()
    assert parse(engine.call("Get_Well_Summary_By_Day", 7, 30)) == moving.by_day(7, 30)
    for division in (4, 30):
        wells = parse(engine.call("Get_Division_Well_Summary_Data", division))
        assert wells == moving.division_well_summary(division)


def test_summaries_are_of_the_last_refresh(engine: Engine) -> None:
    """Totals and wells wait for the refresh; divisions and days are live; a refresh removes too."""
    changing = Company(divisions=[Division(1, "One")], wells=[Well(1, "W", 1), Well(2, "V", 1)])
    changing.oil[1, JANUARY] = Decimal(5)
    changing.store(engine)
    totals = changing.well_summary(1, 1)
    wells = changing.well_list(1)
    divisions = changing.division_summary()
    totals_of_wells = changing.division_well_summary(1)

    changing.oil[1, FEBRUARY] = Decimal(7)
    engine.insert("odm_daily_production", [(1, midnight(FEBRUARY), Decimal(7), "day")])
    engine.query("UPDATE odm_division SET division_name = 'Uno' WHERE division_id = 1")
    engine.query("DELETE FROM odm_well WHERE well_id = 2")
    changing.divisions = [Division(1, "Uno")]
    changing.wells = [Well(1, "W", 1)]
    assert parse(engine.call("Get_Division_List")) == changing.division_list()
    assert parse(engine.call("Get_Well_Summary_By_Day", 1, 1)) == changing.by_day(1, 1)
    assert parse(engine.call("Get_Well_Summary_Data", 1, 1)) == totals
    assert parse(engine.call("Get_Well_List", 1)) == wells
    assert parse(engine.call("Get_Division_Summary_Data")) == divisions
    assert parse(engine.call("Get_Division_Well_Summary_Data", 1)) == totals_of_wells

    engine.refresh()
    totals_of_wells = changing.division_well_summary(1)
    assert parse(engine.call("Get_Division_Well_Summary_Data", 1)) == totals_of_wells
    assert parse(engine.call("Get_Well_Summary_Data", 1, 1)) == changing.well_summary(1, 1)
    assert parse(engine.call("Get_Well_List", 1)) == changing.well_list(1)
    assert parse(engine.call("Get_Division_Summary_Data")) == changing.division_summary()


def test_twenty_thousand_divisions_and_wells(engine: Engine) -> None:
    """A document of megabytes is whole and in order, far beyond what a VARCHAR2 holds."""
    many = Company(
        divisions=[Division(number, f"Division {number}") for number in range(20_000, 0, -1)],
        wells=[Well(number, f"Well {number}", 1) for number in range(20_000, 0, -1)],
    )
    many.store(engine)
    assert parse(engine.call("Get_Division_List")) == many.division_list()
    assert parse(engine.call("Get_Well_List", 1)) == many.well_list(1)
    wells = parse(engine.call("Get_Division_Well_Summary_Data", 1))
    assert [row["well_id"] for row in wells] == list(range(1, 20_001))
    assert wells[-1]["days_late"] is None
    summary = parse(engine.call("Get_Division_Summary_Data"))
    assert [row["Division_Id"] for row in summary] == list(range(1, 20_001))
    assert summary[0]["Well_Count"] == 20_000
