"""examples/grafana: Grafana isn't here, but all that it would ask the service for is asked."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from app.wells.catalogue import PROCEDURES
from tests.docs.pages import ROOT

FOLDER = ROOT / "examples" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboards/odm.json").read_text("utf-8"))
RANGE = {"from": "2025-01-01", "to": "2025-03-31"}
ROWS = {procedure.path: procedure.row for procedure in PROCEDURES}


def provisioned(kind: str) -> Any:
    """The one thing that a provisioning file describes."""
    (item,) = yaml.safe_load(
        (FOLDER / "provisioning" / kind / "odm.yaml").read_text(encoding="utf-8")
    )[{"datasources": "datasources", "dashboards": "providers"}[kind]]
    return item


def resolved(url: str, variables: dict[str, str]) -> str:
    """An address as Grafana would ask for it: with its variables and the range of time."""
    url = re.sub(r"\$\{__(from|to):date:YYYY-MM-DD\}", lambda found: RANGE[found[1]], url)
    return re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], url)


def rows_for(service: httpx.Client, query: dict[str, Any], variables: dict[str, str]) -> Any:
    """What the service answers to a query of the Infinity plugin."""
    assert (query["type"], query["source"], query["parser"]) == ("json", "url", "backend")
    assert query["url_options"]["method"] == "GET"
    answer = service.get(resolved(query["url"], variables))
    assert answer.status_code == 200, answer.text
    return answer.json()


def choices(service: httpx.Client, name: str, chosen: dict[str, str]) -> list[str]:
    """The values that a variable offers, after what was chosen before it."""
    (variable,) = [each for each in DASHBOARD["templating"]["list"] if each["name"] == name]
    assert variable["query"]["queryType"] == "infinity"
    query = variable["query"]["infinityQuery"]
    fields = {column["text"]: column["selector"] for column in query["columns"]}
    assert fields.keys() == {"__text", "__value"}
    rows = rows_for(service, query, chosen)
    assert all(row[fields["__text"]] for row in rows)
    return [str(row[fields["__value"]]) for row in rows]


def test_variables(service: httpx.Client) -> None:
    """Every division on offer has wells on offer."""
    names = [variable["name"] for variable in DASHBOARD["templating"]["list"]]
    assert names == ["division", "well"]
    divisions = choices(service, "division", {})
    assert len(divisions) == 8
    for division in divisions:
        assert choices(service, "well", {"division": division})


def targets() -> Iterator[Any]:
    """Each query of each panel."""
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield pytest.param(panel, target, id=f"{panel['title']} {target['refId']}")


@pytest.mark.parametrize(("panel", "target"), list(targets()))
def test_panels(service: httpx.Client, panel: dict[str, Any], target: dict[str, Any]) -> None:
    """Each column is a field of the route's rows, and holds what the panel takes it for."""
    division = choices(service, "division", {})[2]
    well = choices(service, "well", {"division": division})[0]
    rows = rows_for(service, target, {"division": division, "well": well})
    assert rows
    model = ROWS[target["url"].partition("?")[0]]
    for column in target["columns"]:
        name = column["selector"]
        assert name in model.model_fields
        for row in rows:
            if column["type"] == "number":
                assert row[name] is None or isinstance(row[name], int | float)
            else:
                assert isinstance(row[name], str)
            if column["type"] == "timestamp":
                assert RANGE["from"] <= row[name] <= RANGE["to"]
    texts = {column["text"] for column in target["columns"]}
    named = {rule["matcher"]["options"] for rule in panel["fieldConfig"]["overrides"]}
    named |= {panel["options"]["xField"]} if "xField" in panel["options"] else set()
    assert named <= texts
    if panel["type"] == "timeseries":
        assert target["format"] == "timeseries"
        assert [column["type"] for column in target["columns"]] == ["timestamp", "number"]


def test_every_money_has_its_unit() -> None:
    """What the model calls US dollars is shown as such, and oil is said to be in barrels."""
    for panel in DASHBOARD["panels"]:
        units = {
            rule["matcher"]["options"]: value["value"]
            for rule in panel["fieldConfig"]["overrides"]
            for value in rule["properties"]
            if value["id"] == "unit"
        }
        for target in panel["targets"]:
            model = ROWS[target["url"].partition("?")[0]].model_json_schema()["properties"]
            for column in target["columns"]:
                field = model[column["selector"]]
                unit = next(
                    (each["x-unit"] for each in field.get("anyOf", [field]) if "x-unit" in each),
                    None,
                )
                shown = units.get(column["text"], panel["fieldConfig"]["defaults"].get("unit"))
                if unit in ("USD", "USD/bbl"):
                    assert shown == "currencyUSD"
                elif unit == "bbl":
                    said = f"{column['text']} {panel['title']} {panel.get('description', '')}"
                    assert shown != "currencyUSD"
                    assert "bbl" in said or "barrels" in said


def test_data_source() -> None:
    """Dashboard and provisioning speak of the same data source, and of one address."""
    source = provisioned("datasources")
    assert source["url"] == "${ODM_URL}"
    assert source["jsonData"]["allowedHosts"] == [source["url"]]
    reference = {"type": source["type"], "uid": source["uid"]}
    queries = [variable["query"]["infinityQuery"] for variable in DASHBOARD["templating"]["list"]]
    queries += [target for panel in DASHBOARD["panels"] for target in panel["targets"]]
    for each in [*queries, *DASHBOARD["templating"]["list"], *DASHBOARD["panels"]]:
        assert each["datasource"] == reference


def test_provider() -> None:
    """The page puts the dashboard where the provider looks for it."""
    path = provisioned("dashboards")["options"]["path"]
    page = (ROOT / "docs/how-to/grafana.md").read_text(encoding="utf-8")
    assert f"`examples/grafana/dashboards/odm.json` | `{path}/`" in page


def test_panels_have_a_place() -> None:
    """No two panels overlap, and none has another's id."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= 24
        taken |= cells
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Grafana's SDK needs Python 3.11")
def test_schema() -> None:
    """Grafana's own SDK knows every field of the dashboard: none is lost or changed on its way."""
    from grafana_foundation_sdk.cog.encoder import JSONEncoder  # noqa: PLC0415
    from grafana_foundation_sdk.cog.plugins import register_default_plugins  # noqa: PLC0415
    from grafana_foundation_sdk.models.dashboard import Dashboard  # noqa: PLC0415

    register_default_plugins()

    def through(dashboard: dict[str, Any]) -> Any:
        return json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))

    assert list(_lost(DASHBOARD, through(DASHBOARD))) == []
    misspelt = json.loads(json.dumps(DASHBOARD).replace('"drawStyle"', '"drawStile"'))
    assert list(_lost(misspelt, through(misspelt)))


def _lost(given: Any, back: Any, at: str = "") -> Iterator[str]:
    """Where `back` does not have what was given."""
    if isinstance(given, dict) and isinstance(back, dict):
        for key, value in given.items():
            if key in back:
                yield from _lost(value, back[key], f"{at}.{key}")
            else:
                yield f"{at}.{key}"
    elif isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        for number, (one, other) in enumerate(zip(given, back, strict=True)):
            yield from _lost(one, other, f"{at}[{number}]")
    elif given != back:
        yield at
