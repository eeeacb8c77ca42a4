"""The Power Query of docs/how-to/excel.md: what it asks is there, and the columns it types."""

import csv
import io
import re

import httpx

from app.wells.rows import DivisionSummary
from tests.docs.pages import block_of

QUERY = block_of("docs/how-to/excel.md", "powerquery")


def test_address(service: httpx.Client) -> None:
    """The address that Power Query puts together gives CSV with the columns that it types."""
    (path,) = re.findall(r'RelativePath = "([^"]+)"', QUERY)
    (query,) = re.findall(r"Query = \[([^\]]+)\]", QUERY)
    answer = service.get(path, params=dict(re.findall(r'(\w+) = "([^"]+)"', query)))
    assert answer.status_code == 200
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    typed = re.findall(r'\{"(\w+)", (?:type |Int64|Currency)', QUERY)
    assert set(typed) <= set(header) == set(DivisionSummary.model_fields)
    for row in rows:
        for name, cell in zip(header, row, strict=True):
            assert name not in typed or float(cell) >= 0


def test_days(service: httpx.Client) -> None:
    """So does the other address that the page names."""
    page = "well-summary-by-day"
    params = {"well_id": "3001", "division_id": "30", "format": "csv"}
    assert service.get(page, params=params).text.startswith("\ufeffwell_id,")
