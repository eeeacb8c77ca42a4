"""The HTTP contract, on every backend."""

import json
import re
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.contract.procedure import Procedure
from app.wells.catalogue import PROCEDURES
from tests.conftest import rows_of
from tests.support import company

WELLS = sorted(company.wells().items())


def pair(well_id: int) -> dict[str, int]:
    return {"well_id": well_id, "division_id": company.wells()[well_id][1]}


def test_division_list(client: httpx.Client) -> None:
    """Every division, by id, with its name as it was stored."""
    assert rows_of(client.get("/division-list")) == company.division_list()


def test_division_summary(client: httpx.Client) -> None:
    """Totals are the exact sums of the days' rounded values; a division may have no wells."""
    assert rows_of(client.get("/division-summary")) == company.division_summary()


@pytest.mark.parametrize("division_id", list(company.DIVISIONS))
def test_well_list(client: httpx.Client, division_id: int) -> None:
    """The division's wells, by id; none for a division whose wells have left."""
    response = client.get("/well-list", params={"division_id": division_id})
    assert rows_of(response) == company.well_list(division_id)


@pytest.mark.parametrize("division_id", list(company.DIVISIONS))
def test_division_well_summary(client: httpx.Client, division_id: int) -> None:
    """Every well's totals in one answer, how far its days reach and how late it is."""
    response = client.get("/division-well-summary", params={"division_id": division_id})
    assert rows_of(response) == company.division_wells(division_id)


@pytest.mark.parametrize("well_id", [well_id for well_id, _ in WELLS])
def test_well_summary(client: httpx.Client, well_id: int) -> None:
    """One row; a budget that no month states is null, and the sum of the others where some do."""
    response = client.get("/well-summary", params=pair(well_id))
    assert rows_of(response) == [company.well_summary(well_id)]


@pytest.mark.parametrize("well_id", [well_id for well_id, _ in WELLS])
def test_well_summary_by_day(client: httpx.Client, well_id: int) -> None:
    """Every day and month in order, with its price and the sales rounded half away from zero."""
    response = client.get("/well-summary-by-day", params=pair(well_id))
    assert rows_of(response) == company.well_days(well_id)


@pytest.mark.parametrize(
    ("from_date", "to_date"),
    [
        ("2024-12-31", None),
        (None, "2024-12-31"),
        ("2024-01-05", "2024-01-08"),
        ("2024-12-31", "2025-01-01"),
        ("2025-01-02", "2025-01-02"),
        ("2024-01-04", "2026-01-01"),
        ("0001-01-01", "9999-12-31"),
        ("2025-06-01", "2025-12-31"),  # the year has days, the range none
        ("2027-01-01", None),
        (None, "2023-12-31"),
    ],
)
def test_date_range(client: httpx.Client, from_date: str | None, to_date: str | None) -> None:
    """Both ends are included, either may be open, and a range without days is []."""
    dates = {"from_date": from_date, "to_date": to_date}
    given = {name: date for name, date in dates.items() if date}
    response = client.get("/well-summary-by-day", params={**pair(11), **given})
    assert rows_of(response) == company.well_days(11, from_date or "", to_date or "9")


@pytest.mark.parametrize(
    ("from_date", "to_date", "months"),
    [
        ("2024-01-01", "2024-02-01", ["2024-01-01", "2024-02-01"]),
        ("2024-01-02", "2024-02-29", ["2024-02-01"]),
        ("2024-01-02", "2024-01-31", []),
    ],
)
def test_month_is_its_first_day(
    client: httpx.Client, from_date: str, to_date: str, months: list[str]
) -> None:
    """A month is in a range of dates when its first day is."""
    dates = {"from_date": from_date, "to_date": to_date}
    rows = rows_of(client.get("/well-summary-by-day", params={**pair(12), **dates}))
    assert [row["date_value"] for row in rows] == months


def test_prices_and_sales_of_months(client: httpx.Client) -> None:
    """The mean over the days with a price, and sales beyond 64 bits, worked out by hand."""
    rows = rows_of(client.get("/well-summary-by-day", params=pair(12)))
    said = [(row["oil_price"], row["oil_sales"]) for row in rows]
    assert said == [
        (None, 0),
        (Decimal("32.014"), Decimal("992434.16")),  # 3 x 80.125 and 24 x 26, through 27
        (26, -13),
        (Decimal("27.742"), 0),  # 30 x 26 and 79.999, through 31
        (Decimal("79.999"), Decimal("79998999999.92")),
    ]
    (both,) = [
        row
        for row in rows_of(client.get("/well-summary-by-day", params=pair(9)))
        if row["period"] == "month"
    ]
    assert both["oil_price"] == Decimal("4.875")  # -36.98 and 10 x 9.06, through 11


def test_numbers_keep_their_digits(client: httpx.Client) -> None:
    """Numbers are written as decimals in their shortest form, without an exponent."""
    text = client.get("/well-summary-by-day", params=pair(5)).text
    assert re.findall(r'"oil_price":([^,]*)', text) == ["null", "-36.98", "9.06"]
    assert re.findall(r'"oil_produced":([^,]*)', text) == ["12.5", "1.25", "250.5"]
    assert re.findall(r'"oil_sales":([^,]*)', text) == ["0", "-46.23", "2269.53"]


def test_one_row_a_line(client: httpx.Client) -> None:
    """A reader can cut the days apart without parsing."""
    text = client.get("/well-summary-by-day", params=pair(11)).text
    assert text.startswith("[")
    assert text.endswith("]")
    lines = [json.loads(line.strip("[],"), parse_float=Decimal) for line in text.splitlines()]
    assert lines == company.well_days(11)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_field_order(client: httpx.Client, procedure: Procedure) -> None:
    """A row's fields stand in the model's order."""
    params = {p.name: pair(11)[p.name] for p in procedure.parameters if p.required}
    rows = client.get(procedure.path, params=params).json()
    assert all(list(row) == list(procedure.row.model_fields) for row in rows)
    assert rows


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_headers(client: httpx.Client, procedure: Procedure) -> None:
    """JSON as UTF-8, not to be kept by a cache on the way, with the request's id."""
    params = {p.name: pair(11)[p.name] for p in procedure.parameters if p.required}
    response = client.get(procedure.path, params=params, headers={"X-Request-ID": "dash-1"})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-request-id"] == "dash-1"
    response.content.decode("utf-8")


UNKNOWN = [
    ("/well-list", {"division_id": 999}),
    ("/well-summary", {"well_id": 999, "division_id": 7}),
    ("/well-summary", {"well_id": 11, "division_id": 2}),  # another division's well
    ("/well-summary-by-day", {"well_id": 8, "division_id": 4}),  # it has moved away
    ("/well-summary-by-day", {"well_id": 999, "division_id": 7, "from_date": "2024-01-01"}),
    ("/well-summary", {"well_id": 2**63, "division_id": 7}),
    ("/well-summary", {"well_id": 11, "division_id": -(10**38) + 1}),
    ("/well-list", {"division_id": 10**38 - 1}),
]


@pytest.mark.parametrize(("path", "params"), UNKNOWN)
def test_unknown(client: httpx.Client, path: str, params: dict[str, Any]) -> None:
    """A division or a pair of well and division that there is not is 404."""
    response = client.get(path, params=params)
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"] == "urn:odm:problem:unknown"
    assert str(params["division_id"]) in problem["detail"]


BAD = [
    ("/division-list", "x=1", ["x"]),
    ("/division-summary", "division_id=7", ["division_id"]),
    ("/well-list", "", ["division_id"]),
    ("/well-list", "division_id=", ["division_id"]),
    ("/well-list", "division_id=7&division_id=7", ["division_id"]),
    ("/well-list", "Division_Id=7", ["division_id", "Division_Id"]),
    ("/well-list", "division_id=٧", ["division_id"]),
    ("/well-list", "division_id=%EF%BC%97", ["division_id"]),
    ("/well-list", "division_id=7.0", ["division_id"]),
    ("/well-list", "division_id=1e3", ["division_id"]),
    ("/well-list", "division_id=+7", ["division_id"]),
    ("/well-list", "division_id=7%00", ["division_id"]),
    ("/well-list", "division_id=%ff", ["division_id"]),
    ("/well-list", "division_id=7;division_id=8", ["division_id"]),
    ("/well-list", f"division_id={10**38}", ["division_id"]),
    ("/well-list", f"division_id={'9' * 5000}", ["division_id"]),
    ("/well-summary", "well_id=a&division_id=b", ["well_id", "division_id"]),
    ("/well-summary", "well_id=11&division_id=7&from_date=2024-01-01", ["from_date"]),
    ("/well-summary-by-day", "well_id=11&division_id=7&from_date=2023-02-29", ["from_date"]),
    ("/well-summary-by-day", "well_id=11&division_id=7&to_date=2024-1-1", ["to_date"]),
    ("/well-summary-by-day", "well_id=11&division_id=7&to_date=20240101", ["to_date"]),
    ("/well-summary-by-day", "well_id=11&division_id=7&to_date=0000-01-01", ["to_date"]),
    ("/well-summary-by-day", "well_id=11&division_id=7&from_date=", ["from_date"]),
    (
        "/well-summary-by-day",
        "well_id=11&division_id=7&from_date=2024-01-02&to_date=2024-01-01",
        ["from_date"],
    ),
]


@pytest.mark.parametrize(("path", "query", "fields"), BAD)
def test_bad_arguments(client: httpx.Client, path: str, query: str, fields: list[str]) -> None:
    """Whatever is wrong with the query is 422 and names each field."""
    response = client.get(f"{path}?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == fields


def test_leading_zeros_and_minus(client: httpx.Client) -> None:
    """007 is 7; a negative number is a number, of nothing that exists."""
    assert client.get("/well-list?division_id=007").status_code == 200
    assert client.get("/well-list?division_id=-7").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/division-list/", 404),
        ("POST", "/division-list", 405),
        ("DELETE", "/well-list?division_id=7", 405),
    ],
)
def test_plain_status(client: httpx.Client, method: str, path: str, status: int) -> None:
    """Unknown paths and methods are problems too, and 405 says what is allowed."""
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert ("allow" in response.headers) == (status == 405)


def test_health(client: httpx.Client) -> None:
    """Alive, and ready to answer a query."""
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
