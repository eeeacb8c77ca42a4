"""The real data sets, with each trap that their READMEs name, against sums made independently."""

import csv
import datetime
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.__main__ import load
from app.settings import Settings
from app.wells.load.command import LOADED, NOTHING
from tests.support.running import running

THOUSANDTH, CENT = Decimal("0.001"), Decimal("0.01")
BBL_PER_SM3 = Decimal("6.2898")  # as the data set's README gives it

VOLVE_WELLS = {
    # NPD code: name, days, first, last and oil in Sm3, of the data set's README
    5351: ("15/9-F-14", 3056, "2008-02-12", "2016-09-17", 3_942_233),
    5599: ("15/9-F-12", 3056, "2008-02-12", "2016-09-17", 4_579_610),
    7078: ("15/9-F-11", 1165, "2013-07-08", "2016-09-17", 1_147_849),
    7289: ("15/9-F-15 D", 978, "2014-01-12", "2016-09-17", 148_519),
    7405: ("15/9-F-1 C", 746, "2014-04-07", "2016-04-21", 177_709),
    5769: ("15/9-F-5", 3306, "2007-09-01", "2016-09-18", 41_161),
    5693: ("15/9-F-4", 3327, "2007-09-01", "2016-12-01", 0),
}
FIELD = 3420717


def table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(client: httpx.Client, path: str, **params: int | str) -> Any:
    response = client.get(path, params=params)
    assert response.status_code == 200
    return json.loads(response.content, parse_float=Decimal)


@pytest.fixture(scope="module")
def volve(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The service with Volve and Brent, loaded by the commands."""
    path = tmp_path_factory.mktemp("volve") / "odm.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ODM_SQLITE_PATH", str(path))
        brent = str(real_data / "oil-prices-daily" / "brent_daily.csv.gz")
        assert load(["prices", "--benchmark", "brent", brent]) == LOADED
        assert load(["volve", str(real_data / "volve-production" / "volve_daily.csv.gz")]) == LOADED
    with running(Settings(odm_sqlite_path=path, odm_validate_rows=True)) as client:
        yield client


@pytest.fixture(scope="module")
def volve_days(real_data: Path) -> dict[int, dict[str, tuple[Decimal, Decimal | None, Decimal]]]:
    """By well and day: barrels, price in force and sales, straight from the files."""
    brent = [
        (row["Date"], Decimal(row["Price"]))
        for row in table(real_data / "oil-prices-daily" / "brent_daily.csv.gz")
    ]
    price_of: dict[str, Decimal | None] = {}
    days: dict[int, dict[str, tuple[Decimal, Decimal | None, Decimal]]] = defaultdict(dict)
    for row in table(real_data / "volve-production" / "volve_daily.csv.gz"):
        day = row["DATEPRD"]
        if day not in price_of:
            price_of[day] = max((q for q in brent if q[0] <= day), default=("", None))[1]
        oil = Decimal(row["BORE_OIL_VOL"] or 0) * BBL_PER_SM3
        oil = oil.quantize(THOUSANDTH, ROUND_HALF_UP)
        price = price_of[day]
        sales = (oil * (price or 0)).quantize(CENT, ROUND_HALF_UP)
        assert day not in days[int(row["NPD_WELL_BORE_CODE"])]
        days[int(row["NPD_WELL_BORE_CODE"])][day] = (oil, price, sales)
    return days


def test_volve_division(volve: httpx.Client, volve_days: Any) -> None:
    """The field's totals are the exact sums, and its oil is the README's within rounding."""
    (field,) = rows(volve, "/division-summary")
    every_day = [day for days in volve_days.values() for day in days.values()]
    assert field == {
        "Division_Id": FIELD,
        "Division_Name": "VOLVE",
        "Well_Count": 7,
        "Total_Oil_Produced": sum(day[0] for day in every_day),
        "Total_Budget": None,
        "Total_Actual": None,
        "Total_Oil_Sales": sum(day[2] for day in every_day),
        "Period": "day",
        "First_Date": min(day for days in volve_days.values() for day in days),
        "Last_Date": max(day for days in volve_days.values() for day in days),
        "Reports": len(every_day),
        "Unpriced_Reports": 0,
    }
    # each of the days is rounded by half a thousandth of a barrel at most
    bound = len(every_day) * THOUSANDTH / 2
    assert abs(field["Total_Oil_Produced"] - Decimal("10037080.61") * BBL_PER_SM3) <= bound + 1


@pytest.mark.parametrize("well_id", list(VOLVE_WELLS))
def test_volve_well(volve: httpx.Client, volve_days: Any, well_id: int) -> None:
    """Each well: name, totals, every day with its oil, price and sales, and the README's row."""
    name, count, first, last, sm3 = VOLVE_WELLS[well_id]
    expected = volve_days[well_id]
    days = rows(volve, "/well-summary-by-day", well_id=well_id, division_id=FIELD)
    assert [
        (day["date_value"], day["oil_produced"], day["oil_price"], day["oil_sales"]) for day in days
    ] == [(day, *expected[day]) for day in sorted(expected)]
    assert (len(days), days[0]["date_value"], days[-1]["date_value"]) == (count, first, last)

    (well,) = rows(volve, "/well-summary", well_id=well_id, division_id=FIELD)
    assert well["well_name"] == name
    assert well["total_oil_produced"] == sum(day[0] for day in expected.values())
    assert well["total_oil_sales"] == sum(day[2] for day in expected.values())
    bound = len(days) * THOUSANDTH / 2 + BBL_PER_SM3  # the README's table is in whole Sm3
    assert abs(well["total_oil_produced"] - sm3 * BBL_PER_SM3) <= bound


def test_volve_injector_turned_producer(volve: httpx.Client) -> None:
    """F-5 injected until 2016: those days are there with 0 oil; its kind changes, its id not."""
    days = rows(volve, "/well-summary-by-day", well_id=5769, division_id=FIELD)
    oil_years = {day["date_value"][:4] for day in days if day["oil_produced"]}
    assert oil_years == {"2016"}
    assert days[0]["oil_produced"] == 0


@pytest.mark.parametrize(
    ("well_id", "day"), [(5599, "2008-04-23"), (5599, "2008-10-26"), (7078, "2015-01-17")]
)
def test_volve_odd_days(volve: httpx.Client, volve_days: Any, well_id: int, day: str) -> None:
    """A day with negative water, one of 25 hours and one with oil in no hours are days."""
    (row,) = rows(
        volve,
        "/well-summary-by-day",
        well_id=well_id,
        division_id=FIELD,
        from_date=day,
        to_date=day,
    )
    assert row["oil_produced"] == volve_days[well_id][day][0] > 0


def test_volve_monthly_sheet_is_refused(
    real_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The other sheet, with its units row and NULL texts, is not taken for the daily one."""
    monkeypatch.setenv("ODM_SQLITE_PATH", str(tmp_path / "odm.db"))
    assert load(["volve", str(real_data / "volve-production" / "volve_monthly.csv.gz")]) == NOTHING
    assert "no column DATEPRD" in capsys.readouterr().err


@pytest.fixture(scope="module")
def ogor_files(real_data: Path) -> list[Path]:
    return sorted((real_data / "gulf-ogor-a").glob("*.csv.gz"))


@pytest.fixture(scope="module")
def ogor_months(ogor_files: list[Path]) -> list[dict[str, str]]:
    return [row for file in ogor_files for row in table(file)]


@pytest.fixture(scope="module")
def ogor(
    real_data: Path, ogor_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """The service with OGOR-A of 2022 to 2024, the years loaded out of order, and WTI."""
    path = tmp_path_factory.mktemp("ogor") / "odm.db"
    wti = str(real_data / "oil-prices-daily" / "wti_daily.csv.gz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ODM_SQLITE_PATH", str(path))
        assert load(["ogor-a", *map(str, reversed(ogor_files))]) == LOADED
        assert load(["prices", "--benchmark", "wti", wti]) == LOADED
    with running(Settings(odm_sqlite_path=path, odm_validate_rows=True)) as client:
        yield client


def test_ogor_wells(ogor: httpx.Client, ogor_months: list[dict[str, str]]) -> None:
    """Every well is its latest month's operator's, and its oil is the sum over intervals."""
    oil: dict[str, int] = defaultdict(int)
    latest: dict[str, tuple[str, str]] = {}
    names = {}
    for row in ogor_months:
        well = row["API_WELL_NUMBER"]
        oil[well] += int(row["MON_O_PROD_VOL"])
        names[row["OPERATOR_NUM"]] = row["SORT_NAME"]
        if well not in latest or latest[well][0] <= row["PRODUCTION_DATE"]:
            latest[well] = (row["PRODUCTION_DATE"], row["OPERATOR_NUM"])
    wells_of: dict[str, list[str]] = {operator: [] for operator in names}
    for well, (_, operator) in sorted(latest.items()):
        wells_of[operator].append(well)

    divisions = {row["Division_Id"]: row for row in rows(ogor, "/division-summary")}
    assert set(divisions) == {int(operator) for operator in names}
    for operator, wells in wells_of.items():
        division = divisions[int(operator)]
        assert division["Division_Name"] == names[operator]
        assert division["Well_Count"] == len(wells)
        assert division["Total_Oil_Produced"] == sum(oil[well] for well in wells)
        listed = rows(ogor, "/well-list", division_id=int(operator))
        assert [(row["well_id"], row["well_name"]) for row in listed] == [
            (int(well), well) for well in wells
        ]
    assert sum(division["Well_Count"] for division in divisions.values()) == len(latest)


@pytest.fixture(scope="module")
def wti_means(real_data: Path) -> dict[str, Decimal]:
    """WTI's mean price in each month of 2022 to 2024, by walking through the days of the file."""
    quoted = {
        row["Date"]: Decimal(row["Price"])
        for row in table(real_data / "oil-prices-daily" / "wti_daily.csv.gz")
    }
    days: dict[str, list[Decimal]] = defaultdict(list)
    day, price = datetime.date(2021, 1, 1), Decimal(0)
    while day.year < 2025:
        price = quoted.get(str(day), price)
        days[str(day)[:7]].append(price)
        day += datetime.timedelta(1)
    return {
        month: (sum(prices, Decimal()) / len(prices)).quantize(THOUSANDTH, ROUND_HALF_UP)
        for month, prices in days.items()
    }


def test_ogor_months(
    ogor: httpx.Client, ogor_months: list[dict[str, str]], wti_means: dict[str, Decimal]
) -> None:
    """A well's months stand on their first day, intervals added up, at WTI's mean price."""
    rows_of_well = Counter(row["API_WELL_NUMBER"] for row in ogor_months)
    cantium = {row["API_WELL_NUMBER"] for row in ogor_months if row["OPERATOR_NUM"] == "03481"}
    busiest = max(cantium, key=lambda well: rows_of_well[well])
    assert rows_of_well[busiest] > 36  # more than one interval a month
    expected: dict[str, int] = defaultdict(int)
    for row in ogor_months:
        if row["API_WELL_NUMBER"] == busiest:
            month = row["PRODUCTION_DATE"]
            expected[f"{month[:4]}-{month[4:]}-01"] += int(row["MON_O_PROD_VOL"])
    days = rows(ogor, "/well-summary-by-day", well_id=int(busiest), division_id=3481)
    assert {day["date_value"]: day["oil_produced"] for day in days} == expected
    assert {day["period"] for day in days} == {"month"}
    for day in days:
        price = wti_means[day["date_value"][:7]]
        sales = (day["oil_produced"] * price).quantize(CENT, ROUND_HALF_UP)
        assert (day["oil_price"], day["oil_sales"]) == (price, sales)
    # By hand: 75.33 of 2021-12-31 for two days, January's quotations, Fridays for three days and
    # one for four: 2,570.22 through 31.
    assert days[0]["oil_price"] == Decimal("82.91")


def test_ogor_operators_and_months(ogor: httpx.Client, ogor_months: list[dict[str, str]]) -> None:
    """The barrels of each operator's wells in each month, counted apart, are the wells' rows."""
    latest: dict[str, tuple[str, str]] = {}
    for row in ogor_months:
        said = (row["PRODUCTION_DATE"], row["OPERATOR_NUM"])
        latest[row["API_WELL_NUMBER"]] = max(latest.get(row["API_WELL_NUMBER"], said), said)
    chosen = {"03481", "00689", "00078"}
    expected: Counter[tuple[int, str]] = Counter()
    for row in ogor_months:
        operator = latest[row["API_WELL_NUMBER"]][1]
        if operator in chosen:
            month = row["PRODUCTION_DATE"]
            key = (int(operator), f"{month[:4]}-{month[4:]}-01")
            expected[key] += int(row["MON_O_PROD_VOL"])
    got: Counter[tuple[int, str]] = Counter()
    for operator_id in {key[0] for key in expected}:
        for well in rows(ogor, "/well-list", division_id=operator_id):
            ids = {"well_id": well["well_id"], "division_id": operator_id}
            for month_row in rows(ogor, "/well-summary-by-day", **ids):
                got[operator_id, month_row["date_value"]] += month_row["oil_produced"]
    assert len(expected) > 36
    assert got == expected
    for division in rows(ogor, "/division-summary"):
        assert division["Period"] == ("month" if division["Well_Count"] else None)


def test_days_are_not_mixed_into_months(
    ogor_files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of a month that a well has as a whole is a reject; one of another year is loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ODM_SQLITE_PATH", str(tmp_path / "odm.db"))
    assert load(["ogor-a", str(ogor_files[-1])]) == LOADED
    well = next(row["API_WELL_NUMBER"] for row in table(ogor_files[-1]))
    header = "well_id,well_name,division_id,division_name,date,oil\n"
    day = tmp_path / "day.csv"
    day.write_text(f"{header}{well},W,1,D,2024-01-15,2\n", encoding="utf-8")
    assert load(["production", str(day)]) == NOTHING
    assert "as one row" in (tmp_path / "day.rejects.csv").read_text(encoding="utf-8")
    day.write_text(f"{header}{well},W,1,D,2019-01-15,2\n", encoding="utf-8")
    assert load(["production", str(day)]) == LOADED


def test_ogor_2024_alone(
    ogor_files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2024 has 53 operators; names with commas and padded codes are taken."""
    path = tmp_path / "odm.db"
    monkeypatch.setenv("ODM_SQLITE_PATH", str(path))
    assert load(["ogor-a", str(ogor_files[-1])]) == LOADED
    with running(Settings(odm_sqlite_path=path)) as client:
        assert len(rows(client, "/division-list")) == 53
        total = sum(row["Total_Oil_Produced"] for row in rows(client, "/division-summary"))
        assert abs(total - Decimal("656.3e6")) < 50_000


def test_negative_price(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WTI's negative day is a price like another."""
    path = tmp_path / "odm.db"
    monkeypatch.setenv("ODM_SQLITE_PATH", str(path))
    wti = str(real_data / "oil-prices-daily" / "wti_daily.csv.gz")
    assert load(["prices", "--benchmark", "wti", wti]) == LOADED
    day = tmp_path / "day.csv"
    day.write_text(
        "well_id,well_name,division_id,division_name,date,oil\n1,W,1,D,2020-04-20,2\n",
        encoding="utf-8",
    )
    assert load(["production", "--benchmark", "WTI", str(day)]) == LOADED
    with running(Settings(odm_sqlite_path=path)) as client:
        (row,) = rows(client, "/well-summary-by-day", well_id=1, division_id=1)
    assert (row["oil_price"], row["oil_sales"]) == (Decimal("-36.98"), Decimal("-73.96"))
