"""The package over a company's own objects: the example of the documentation, and the extremes."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from tests.plsql.company import parse
from tests.plsql.engines import Engine
from tests.plsql.scripts import REPOSITORY
from tests.plsql.test_by_day import CHUNK, assert_chunks

PAGE = REPOSITORY / "docs/how-to/bring-your-own-tables.md"
# The six objects as plain tables, with names as long as a column can hold.
TABLES = """
CREATE TABLE odm_division (
    division_id   NUMBER(38) NOT NULL,
    division_name VARCHAR2(4000 CHAR)
);

CREATE TABLE get_division_summary_data_mv (
    division_id        NUMBER(38) NOT NULL,
    division_name      VARCHAR2(4000 CHAR),
    well_count         NUMBER(38),
    total_oil_produced NUMBER(38,3),
    total_budget       NUMBER(38,2),
    total_actual       NUMBER(38,2),
    total_oil_sales    NUMBER(38,2),
    period             VARCHAR2(5 CHAR)
);

CREATE TABLE get_well_summary_data_mv (
    well_id            NUMBER(38) NOT NULL,
    well_name          VARCHAR2(4000 CHAR),
    division_id        NUMBER(38) NOT NULL,
    division_name      VARCHAR2(4000 CHAR),
    total_oil_produced NUMBER(38,3),
    total_budget       NUMBER(38,2),
    total_actual       NUMBER(38,2),
    total_oil_sales    NUMBER(38,2),
    period             VARCHAR2(5 CHAR)
);

CREATE TABLE get_well_reports_mv (
    well_id           NUMBER(38) NOT NULL,
    division_id       NUMBER(38) NOT NULL,
    first_date        DATE NOT NULL,
    last_date         DATE NOT NULL,
    last_oil_produced NUMBER(38,3) NOT NULL,
    reports           NUMBER(38) NOT NULL,
    unpriced_reports  NUMBER(38) NOT NULL
);

CREATE TABLE get_well_summary_by_day_vw (
    well_id       NUMBER(38) NOT NULL,
    well_name     VARCHAR2(4000 CHAR),
    division_id   NUMBER(38) NOT NULL,
    division_name VARCHAR2(4000 CHAR),
    date_value    DATE NOT NULL,
    oil_produced  NUMBER(38,3),
    oil_price     NUMBER(38,3),
    oil_sales     NUMBER(38,2),
    period        VARCHAR2(5 CHAR)
);

CREATE TABLE get_data_version_vw (
    subject      VARCHAR2(30 CHAR) NOT NULL,
    change_count NUMBER(38) NOT NULL,
    changed_at   DATE NOT NULL
);
"""
LONG = "x" * 3900
SHORT = 480
"""Bytes of a row's names that are short."""
WIDEST_NUMBER = len("-0.") + 130 + 40
"""A NUMBER's digits and the zeros before them, written out; Oracle prefers an exponent."""
Names = list[tuple[str | None, str | None]]


@pytest.fixture(scope="module")
def example(database: Engine) -> Engine:
    """The page's tables and objects, and the package over them."""
    statements = "\n".join(re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    assert statements.count("CREATE ") == 11
    database.install("install_package.sql", before=statements)
    return database


def at(day: int, hour: int = 0) -> dt.datetime:
    """A time in May 2024."""
    return dt.datetime(2024, 5, day, hour)  # noqa: DTZ001 - DATE has no time zone


def test_example_of_the_documentation(example: Engine) -> None:
    """The package answers for the company's tables as it does for its own."""
    example.insert("asset", [(2, "Mittelplate"), (1, "Emlichheim")])
    example.insert("wellbore", [(20, "M-20", 2), (21, "M-21", 2)])
    readings = [(20, at(1, 6), "100.0000"), (20, at(1, 18), "50.5000"), (20, at(3), "1.0000")]
    example.insert("gauge_reading", readings)
    example.insert("sales_contract", [(2, at(1), at(2), "500.00")])
    example.insert(
        "cost_line", [(20, "PLAN", "10.10"), (20, "PLAN", "5.05"), (21, "BOOKED", "0.30")]
    )
    example.refresh("get_well_summary_data_mv")
    example.refresh("get_well_reports_mv")

    assert parse(example.call("Get_Division_List")) == [
        {"Division_Id": 1, "Division_Name": "Emlichheim"},
        {"Division_Id": 2, "Division_Name": "Mittelplate"},
    ]
    well = {"well_id": 20, "well_name": "M-20", "division_id": 2, "division_name": "Mittelplate"}
    first = {
        "date_value": "2024-05-01",
        "oil_produced": Decimal("946.615"),
        "oil_price": Decimal("79.494"),
        "oil_sales": Decimal("75250.21"),
        "period": "day",
    }
    third = {
        "date_value": "2024-05-03",
        "oil_produced": Decimal("6.290"),
        "oil_price": None,
        "oil_sales": 0,
        "period": "day",
    }
    days = parse(example.call("Get_Well_Summary_By_Day", 20, 2))
    assert days == [{**well, **first}, {**well, **third}]
    assert parse(example.call("Get_Well_Summary_By_Day", 20, 2, at(2), at(9))) == days[1:]
    totals = {
        "total_oil_produced": Decimal("952.905"),
        "total_budget": Decimal("15.15"),
        "total_actual": None,
        "total_oil_sales": Decimal("75250.21"),
        "period": "day",
    }
    assert parse(example.call("Get_Well_Summary_Data", 20, 2)) == [{**well, **totals}]
    assert len(parse(example.call("Get_Well_List", 2))) == 2
    divisions = parse(example.call("Get_Division_Summary_Data"))
    assert [(row["Well_Count"], row["Total_Actual"]) for row in divisions] == [
        (0, None),
        (2, Decimal("0.30")),
    ]
    assert [(row["Last_Date"], row["Unpriced_Reports"]) for row in divisions] == [
        (None, 0),
        ("2024-05-03", 1),
    ]
    reports = {
        "first_date": "2024-05-01",
        "last_date": "2024-05-03",
        "last_oil_produced": Decimal("6.290"),
        "days_late": 0,
        "reports": 2,
        "unpriced_reports": 1,
    }
    wells = parse(example.call("Get_Division_Well_Summary_Data", 2))
    assert wells[0] == {**well, **totals, **reports}
    assert [(row["well_id"], row["last_date"], row["reports"]) for row in wells] == [
        (20, "2024-05-03", 2),
        (21, None, 0),
    ]
    subjects = {row["subject"] for row in parse(example.call("Get_Data_Version"))}
    assert subjects == {"get_well_summary_data_mv", "get_well_reports_mv"}


@pytest.fixture(scope="module")
def tables(example: Engine) -> Engine:
    """The six objects as plain tables, and the package over them."""
    example.install("install_package.sql", before=TABLES)
    return example


@pytest.mark.parametrize(
    "names",
    [
        [(LONG, LONG)],
        [(LONG, LONG)] * 3,
        [("short", "d"), (LONG, LONG), ("short", "d")],
        [(LONG, LONG), ("short", "d"), ("short", "d"), (LONG, LONG)],
        [("short", "d")] * 30 + [(LONG, "d")] + [("short", "d")] * 30,
        [(None, None), ("short", None), (None, LONG)],
    ],
    ids=["one", "only", "between", "around", "among many", "null"],
)
def test_rows_longer_than_a_chunk(tables: Engine, names: Names) -> None:
    """A row of more than 4000 characters is whole, whatever stands before and after it."""
    store_days(tables, names)
    document = tables.call("Get_Well_Summary_By_Day", 1, 2)
    assert [(row["well_name"], row["division_name"]) for row in parse(document)] == names
    assert document.count("\n") == len(names) - 1
    appended = tables.appended()
    if appended is not None:
        rows = document.removeprefix("[").removesuffix("]").split("\n")
        long = [len(row.removesuffix(",")) for row in rows if len(row) > CHUNK]
        assert [size for size in appended if size > CHUNK] == long
        assert sum(appended) == len(document)
    if all(len(f"{well}{division}") < SHORT for well, division in names):
        assert_chunks(tables, document)


@pytest.mark.parametrize("sign", ["x", "é", "🛢", "\x01"])
def test_row_of_names_that_are_just_short(tables: Engine, sign: str) -> None:
    """With names of 480 bytes a row joins its chunk, and with one more it is a piece of its own."""
    well = sign * (SHORT // 2 // len(sign.encode()))
    for more in ("", "y"):
        store_days(tables, [(well, well + more), ("short", None)])
        document = tables.call("Get_Well_Summary_By_Day", 1, 2)
        names = [(row["well_name"], row["division_name"]) for row in parse(document)]
        assert names == [(well, well + more), ("short", None)]
        first, second = (len(line.encode()) for line in document.split("\n"))
        appended = tables.appended()
        if appended is not None and more:
            assert appended == [1, first - 2, second + 2]
        elif appended is not None:
            assert appended == [first + 1 + second]


def test_short_names_fit_a_chunk(tables: Engine) -> None:
    """The longest row of short names, six bytes of JSON a byte, fits with NUMBERs of any width."""
    well, division = -(10**38 - 1), -(10**38 - 2)
    numbers = ["9" * 35 + ".999", "9" * 35 + ".999", "9" * 36 + ".99"]
    name = "\x01" * (SHORT // 2)
    tables.query("DELETE FROM get_well_summary_by_day_vw")
    row = (well, name, division, name, at(1), *numbers, "month")
    tables.insert("get_well_summary_by_day_vw", [row])
    document = tables.call("Get_Well_Summary_By_Day", well, division)
    assert [row["well_name"] for row in parse(document)] == [name]
    digits = sum(len(str(number)) for number in (well, division, *numbers))
    keys = len(document) - 6 * SHORT - digits
    # A separator has one more byte than the bracket that stands here.
    assert 1 + keys + 6 * SHORT + 5 * WIDEST_NUMBER <= CHUNK
    assert tables.appended() in ([len(document)], None)


def test_long_names_in_the_other_procedures(tables: Engine) -> None:
    """Objects beyond the 4000 bytes of a VARCHAR2 are whole in the arrays too."""
    store_days(tables, [])
    tables.insert("odm_division", [(2, LONG), (1, None)])
    tables.insert("get_division_summary_data_mv", [(2, LONG, 1, "0.5", None, None, None, None)])
    tables.insert("get_well_summary_data_mv", [(1, LONG, 2, LONG, None, None, None, None, None)])
    assert [row["Division_Name"] for row in parse(tables.call("Get_Division_List"))] == [None, LONG]
    (division,) = parse(tables.call("Get_Division_Summary_Data"))
    assert (division["Division_Name"], division["Total_Oil_Sales"]) == (LONG, None)
    assert division["Total_Oil_Produced"] == Decimal("0.5")
    (listed,) = parse(tables.call("Get_Well_List", 2))
    (summary,) = parse(tables.call("Get_Well_Summary_Data", 1, 2))
    (of_division,) = parse(tables.call("Get_Division_Well_Summary_Data", 2))
    assert (of_division["last_date"], of_division["reports"]) == (None, 0)
    for row in (listed, summary, of_division):
        assert (row["well_name"], row["division_name"]) == (LONG, LONG)


def store_days(engine: Engine, names: Names) -> None:
    """Makes these names, a day each, the rows of the by-day table, stored backwards."""
    engine.query("DELETE FROM get_well_summary_by_day_vw")
    rows = [
        (1, well, 2, division, at(1) + dt.timedelta(days=number), 1, None, 0, "day")
        for number, (well, division) in enumerate(names)
    ]
    engine.insert("get_well_summary_by_day_vw", rows[::-1])
