"""Fetches a well's days in each format by the generated client: `use.py ADDRESS FOLDER`."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

odm: Any = importlib.import_module("odm_client")
types: Any = importlib.import_module("odm_client.types")


def operation(name: str, tag: str = "data_as_files") -> Any:
    return importlib.import_module(f"odm_client.api.{tag}.{name}")


def main(address: str, folder: Path) -> None:
    client = odm.Client(address, raise_on_unexpected_status=True)
    well = {"client": client, "well_id": 3001, "division_id": 30}
    divisions = operation("division_summary", "data").sync(client=client)
    assert divisions[0].division_name == "North Sea"
    for name in ("json", "ndjson", "csv", "arrow", "parquet", "feather"):
        found = operation(f"well_summary_by_day_{name}").sync(**well)
        file = folder / f"days.{name}"
        if isinstance(found, types.File):
            file.write_bytes(found.payload.read())
        elif isinstance(found, str):
            file.write_bytes(found.encode())
        else:
            file.write_text(json.dumps([day.to_dict() for day in found]), encoding="utf-8")
    bare = operation("well_summary_by_day_csv").sync(**well, bom=False)
    assert bare.startswith("well_id,")


main(sys.argv[1], Path(sys.argv[2]))
