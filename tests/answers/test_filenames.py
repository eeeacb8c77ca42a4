"""The names of files: what was asked for, so that two wells do not collide."""

import datetime

import pytest

from app.answers.filenames import file_name
from app.contract.procedure import Procedure
from app.contract.values import Value
from app.wells.catalogue import DIVISION_LIST, WELL_LIST, WELL_SUMMARY, WELL_SUMMARY_BY_DAY
from tests.support.toy import STROKES

FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 1, 31)
WELL: dict[str, Value] = {"well_id": 3001, "division_id": 30}
DAYS = {**WELL, "from_date": None, "to_date": None}


@pytest.mark.parametrize(
    ("procedure", "arguments", "name"),
    [
        (DIVISION_LIST, {}, "division-list"),
        (WELL_LIST, {"division_id": 30}, "well-list_division-30"),
        (WELL_LIST, {"division_id": -3}, "well-list_division--3"),
        (WELL_SUMMARY, WELL, "well-summary_well-3001"),
        (WELL_SUMMARY_BY_DAY, DAYS, "well-summary-by-day_well-3001"),
        (
            WELL_SUMMARY_BY_DAY,
            {**DAYS, "from_date": FIRST, "to_date": LAST},
            "well-summary-by-day_well-3001_2025-01-01_2025-01-31",
        ),
        (
            WELL_SUMMARY_BY_DAY,
            {**DAYS, "from_date": FIRST},
            "well-summary-by-day_well-3001_from-2025-01-01",
        ),
        (
            WELL_SUMMARY_BY_DAY,
            {**DAYS, "to_date": LAST},
            "well-summary-by-day_well-3001_to-2025-01-31",
        ),
        (STROKES, {"pump_id": 1, "since": FIRST, "until": None}, "strokes_pump-1_since-2025-01-01"),
    ],
)
def test_name(procedure: Procedure, arguments: dict[str, Value], name: str) -> None:
    """The route, whose rows these are, and which of them."""
    assert file_name(procedure, arguments, ".csv") == f"{name}.csv"
