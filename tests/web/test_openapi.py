"""The OpenAPI description against the service."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.answers.formats import FORMATS
from app.application import create_app
from app.contract.values import Row
from app.settings import Settings
from app.wells.catalogue import PROCEDURES
from tests.conftest import rows_of
from tests.support import company
from tests.support.running import running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The service as it starts on an empty folder, with demo data."""
    path = tmp_path_factory.mktemp("demo") / "odm.db"
    with running(Settings(odm_sqlite_path=path, odm_validate_rows=True)) as client:
        yield client


@pytest.fixture(scope="module")
def description(demo: httpx.Client) -> Any:
    return demo.get("/openapi.json").json()


_described = schemathesis.openapi.from_dict(
    create_app(Settings()).openapi(), config=SchemathesisConfig.from_dict({})
).exclude(path="/events")  # an answer without an end
schema = _described.exclude(path_regex=r"\.\w+$")
files = _described.include(path_regex=r"\.\w+$")


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with running(Settings(odm_sqlite_path=database, odm_validate_rows=True)) as client:
        yield str(client.base_url)


@schema.parametrize()
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_schemathesis(case: Any, address: str) -> None:
    """Every response to generated requests, good and bad, is one that the description has."""
    validate(case, address)


@files.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
def test_schemathesis_of_files(case: Any, address: str) -> None:
    """So it is where the path names the format; the parameters are those of the routes above."""
    validate(case, address)


def validate(case: Any, address: str) -> None:
    query = case.query if isinstance(case.query, dict) else {}
    # OpenAPI has no words for "from_date is not after to_date".
    backwards = str(query.get("from_date", "")) > str(query.get("to_date", "9999"))
    case.call_and_validate(
        base_url=address, excluded_checks=[positive_data_acceptance] if backwards else []
    )


def test_every_field_is_described(description: Any) -> None:
    """Each field of each row has a description; a quantity names its unit."""
    schemas = description["components"]["schemas"]
    for procedure in PROCEDURES:
        for name, field in schemas[procedure.row.__name__]["properties"].items():
            assert field["description"], name
            if re.search("oil|price$|budget|actual|sales", name, re.IGNORECASE):
                assert re.search(r"\((bbl|USD|USD/bbl)\)", field["description"]), name


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_examples_work(demo: httpx.Client, description: Any, procedure: Any) -> None:
    """The documented parameters find rows in the demo data: try-it-out works."""
    parameters = description["paths"][procedure.path]["get"].get("parameters", [])
    response = demo.get(procedure.path, params={p["name"]: p["example"] for p in parameters})
    assert rows_of(response)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_response_examples_are_real(demo: httpx.Client, description: Any, procedure: Any) -> None:
    """The documented response is the beginning of what the demo data really gives."""
    operation = description["paths"][procedure.path]["get"]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    params = {p["name"]: p["example"] for p in operation.get("parameters", [])}
    rows = demo.get(procedure.path, params=params).json()
    assert example == rows[: len(example)]
    assert example


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_documented_statuses(description: Any, procedure: Any) -> None:
    """404 stands only where something can be unknown; problems refer to one schema."""
    responses = description["paths"][procedure.path]["get"]["responses"]
    expected = {"200", "304", "406", "412", "416", "422", "500", "503", "504"} | (
        {"404"} if procedure.subject else set()
    )
    assert set(responses) == expected
    for status in expected - {"200", "304"}:
        media = responses[status]["content"]["application/problem+json"]
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_models_are_closed() -> None:
    """A row with a field too many does not pass."""
    assert all(row.model_config["extra"] == "forbid" for row in Row.__subclasses__())


def test_company_is_valid(address: str) -> None:
    """The company of the contract suite is served under the checked description too."""
    rows = rows_of(httpx.get(f"{address}/division-list", trust_env=False))
    assert rows == company.division_list()


def test_operations(description: Any) -> None:
    """Each format of each route is an operation of a plain name, which gives that format alone."""
    gives = {
        operation["operationId"]: set(operation["responses"]["200"]["content"])
        for path in description["paths"].values()
        for operation in path.values()
    }
    for procedure in PROCEDURES:
        name = procedure.path.strip("/").replace("-", "_")
        assert gives[name] == {"application/json"}
        for known in FORMATS:
            assert gives[f"{name}_{known.name}"] == {known.media_type}
    assert set(gives) >= {"healthz", "readyz", "events"}


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_second_spelling(demo: httpx.Client, description: Any, procedure: Any, known: Any) -> None:
    """The suffix of a path gives what `format` does: the same bytes, tag and name, kept once."""
    parameters = description["paths"][procedure.path]["get"].get("parameters", [])
    asked = {p["name"]: p["example"] for p in parameters}
    first = demo.get(procedure.path, params={**asked, "format": known.name})
    second = demo.get(f"{procedure.path}.{known.name}", params=asked)
    assert second.status_code == 200
    assert second.content == first.content
    assert second.headers["server-timing"] == 'cache;desc="hit"'
    for name in ("etag", "content-type", "content-disposition", "vary"):
        assert second.headers[name] == first.headers[name]
