"""A second wing gets routes, OpenAPI, formats, caching, tags, events and problems for nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyarrow.ipc
import pytest

from app.application import create_app
from app.contract.gateway import Wing
from app.contract.procedure import Catalogue
from app.settings import Settings
from app.wells.backends import wells_wing
from tests.support.running import serving
from tests.support.toy import ROWS, STROKES, ToyGateway, toys
from tests.wire.oracle.client import eventually

PATH = "/strokes?pump_id=1"


@pytest.fixture
def both(database: Path) -> Iterator[tuple[httpx.Client, ToyGateway]]:
    """A client of the service with wells and toys, and the toys' database."""
    settings = Settings(
        odm_sqlite_path=database, odm_validate_rows=True, odm_version_poll_seconds=0.05
    )
    wing, gateway = toys()
    with serving(create_app(settings, [wells_wing(settings), wing])) as client:
        eventually(lambda: "etag" in client.get("/division-list").headers)
        yield client, gateway


def test_rows_and_formats(both: tuple[httpx.Client, ToyGateway]) -> None:
    """Its rows come in each format, with its own units."""
    client, _ = both
    assert client.get(PATH).json() == ROWS
    lines = client.get(f"{PATH}&format=csv").text.splitlines()
    assert lines[1:] == ["1,2026-01-01,99.5", "1,2026-01-02,"]
    table = pyarrow.ipc.open_stream(client.get(f"{PATH}&format=arrow").content).read_all()
    assert table.schema.field("stroke_in").metadata[b"unit"] == b"in"
    assert str(table.schema.field("stroke_in").type) == "decimal128(38, 1)"


def test_problems(both: tuple[httpx.Client, ToyGateway]) -> None:
    """Arguments are checked by its parameters; what is unknown has the words of its subject."""
    client, gateway = both
    unknown = client.get("/strokes?pump_id=3").json()
    assert (unknown["status"], unknown["title"], unknown["detail"]) == (
        404,
        "There is no such pump",
        "There is no pump 3.",
    )
    assert client.get("/strokes?pump_id=2").json() == []
    calls = gateway.calls
    backwards = client.get(f"{PATH}&since=2026-01-02&until=2026-01-01").json()
    assert backwards["errors"] == [
        {"field": "since", "message": "is after until: 2026-01-02 > 2026-01-01"}
    ]
    assert client.get("/strokes").status_code == 422
    assert gateway.calls == calls


def test_kept_and_tagged(both: tuple[httpx.Client, ToyGateway]) -> None:
    """One call serves all repeated requests, until its own data changes; the wells' stay."""
    client, gateway = both
    tag = client.get(PATH).headers["etag"]
    wells = client.get("/division-list").headers["etag"]
    calls = gateway.calls
    assert client.get(PATH).headers["server-timing"] == 'cache;desc="hit"'
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert gateway.calls == calls
    gateway.changes += 1
    eventually(lambda: client.get(PATH).headers["etag"] != tag)
    assert client.get(PATH, headers={"If-Match": tag}).status_code == 412
    assert client.get("/division-list").headers["etag"] == wells


def test_openapi(both: tuple[httpx.Client, ToyGateway]) -> None:
    """It is described under its own tag, with units."""
    client, _ = both
    described = client.get("/openapi.json").json()
    assert described["paths"]["/strokes"]["get"]["tags"] == ["toys"]
    field = described["components"]["schemas"]["Stroke"]["properties"]["stroke_in"]
    assert {"type": "number", "x-unit": "in", "x-decimals": 1} in field["anyOf"]


def events(client: httpx.Client, ready: Any, headers: dict[str, str] | None = None) -> Any:
    """Names and data of the events, until `ready` says that it has them all."""
    told: list[tuple[str, dict[str, Any]]] = []
    with client.stream("GET", "/events", headers=headers) as stream:
        name = ""
        for line in stream.iter_lines():
            assert line != ": still here", f"nothing more came than {told}"
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                told.append((name, json.loads(line.removeprefix("data: "))))
                if ready(told):
                    return told
    return told


def test_events(both: tuple[httpx.Client, ToyGateway]) -> None:
    """One stream tells of all wings, and of which one each event is."""
    client, gateway = both
    told = events(client, lambda told: len(told) == 4)
    assert {(name, data["wing"]) for name, data in told} == {
        ("version", "wells"),
        ("version", "toys"),
        ("database", "wells"),
        ("database", "toys"),
    }
    last = next(d["version"] for n, d in reversed(told) if n == "version")
    gateway.changes += 1
    missed = events(client, lambda told: told[-1][1].get("changed"), {"Last-Event-ID": last})
    assert missed[-1][1]["changed"] == ["strokes"]


def test_away(both: tuple[httpx.Client, ToyGateway]) -> None:
    """A wing whose database is away stops no other, and is told of."""
    client, gateway = both
    gateway.away = True
    told = events(client, lambda told: any(not d.get("reachable", True) for _, d in told))
    assert told[-1][1] == {"reachable": False, "detail": "The toys are away.", "wing": "toys"}
    assert client.get("/division-list").status_code == 200
    assert client.get("/strokes?pump_id=2").status_code == 503
    gateway.away = False
    eventually(lambda: client.get("/strokes?pump_id=2").status_code == 200)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"path": "/other"}, "one name or path"),
        ({"name": "Get_Others"}, "one name or path"),
        ({"path": "/other", "name": "Get_Others"}, "two wings"),
    ],
)
def test_one_name(database: Path, changes: dict[str, Any], said: str) -> None:
    """Two wings that share a name, or procedures that share a name or path, are refused."""
    wing, gateway = toys()
    name = "toys" if said == "two wings" else "others"
    other = Catalogue(name, "others", (replace(STROKES, **changes),))
    with pytest.raises(ValueError, match=said):
        create_app(Settings(odm_sqlite_path=database), [wing, Wing(other, gateway)])
