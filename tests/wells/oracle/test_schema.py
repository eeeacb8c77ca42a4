"""ORACLE_SCHEMA: the package is found without a synonym, at no round trip more."""

from pathlib import Path

import httpx
import pytest

from tests.wells.oracle.conftest import DIRECT, connected, serving
from tests.wire.oracle import Control

WELL_DAYS = "/well-summary-by-day?well_id=11&division_id=7"


@pytest.fixture
def bare(oracle: Control) -> Control:
    """A database whose service account has no synonym."""
    oracle.handler.has_synonym = False
    return oracle


@pytest.mark.parametrize("schema", ["ODM_OWNER", "odm_owner", '"ODM_OWNER"'])
def test_no_synonym_is_needed(bare: Control, schema: str) -> None:
    """Answers, readiness and the version come from the package in the schema that is named."""
    with connected(bare, oracle_schema=schema) as client:
        assert client.get(WELL_DAYS).status_code == 200
        assert client.get(WELL_DAYS).headers["etag"]


def test_synonym_is_looked_for(bare: Control) -> None:
    """Without the setting the account needs a synonym, as before."""
    with serving(bare) as client:
        assert client.get("/readyz").status_code == 503
        assert client.get("/division-list").status_code == 500
        bare.handler.has_synonym = True
        assert client.get("/division-list").status_code == 200


def test_schema_without_the_package(oracle: Control, caplog: pytest.LogCaptureFixture) -> None:
    """A schema that has no package is told with its name in the log, and not to the caller."""
    with serving(oracle, oracle_schema="OTHER") as client:
        answer = client.get("/division-list")
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:odm:problem:call-failed")
        assert "OTHER" not in answer.text
    assert "PLS-00201: identifier 'OTHER.GET_ODM_DATA_PKG'" in caplog.text


def round_trips(oracle: Control, client: httpx.Client) -> tuple[int, int]:
    """Those of one answer, and what it executes."""
    assert client.get(WELL_DAYS).status_code == 200  # its statement is parsed
    with oracle.measure() as spent:
        assert client.get(WELL_DAYS).status_code == 200
    return spent.round_trips, spent.executions


def test_costs_no_round_trip(oracle: Control, database: Path) -> None:
    """An answer takes one round trip and one execution, with the setting as without it."""
    for changes in ({}, {"oracle_schema": "ODM_OWNER"}):
        with connected(oracle, **DIRECT, **changes) as client:
            assert round_trips(oracle, client) == (1, 1)
        oracle.reset()
