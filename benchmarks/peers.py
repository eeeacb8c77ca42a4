"""What the service is measured beside, under the same uvicorn: a ceiling and a floor.

`bare` returns the very bytes that the service returns, from memory, and does nothing else.
`smallest` and `smallest_async` are the smallest FastAPI service that one would write on SQLite: a
flat table with everything joined and computed beforehand, binary floats, SQLite's own JSON, no
error handling. The first leaves its blocking query to FastAPI's threads, as its documentation asks;
the second blocks the event loop.
"""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response

FOLDER = Path(os.environ.get("ODM_TEST_BENCH", "."))

DIVISIONS = """
SELECT json_group_array(json_object('Division_Id', division_id, 'Division_Name', division_name))
  FROM (SELECT DISTINCT division_id, division_name FROM division ORDER BY division_id)"""
WELL = """
SELECT json_group_array(json_object('well_id', well_id, 'well_name', well_name,
       'division_id', division_id, 'division_name', division_name,
       'total_oil_produced', total_oil_produced, 'total_budget', total_budget,
       'total_actual', total_actual, 'total_oil_sales', total_oil_sales, 'period', period))
  FROM well WHERE well_id = ? AND division_id = ?"""
DAYS = """
SELECT json_group_array(json_object('well_id', well_id, 'well_name', well_name,
       'division_id', division_id, 'division_name', division_name, 'date_value', date_value,
       'oil_produced', oil_produced, 'oil_price', oil_price, 'oil_sales', oil_sales,
       'period', period))
  FROM (SELECT * FROM day WHERE well_id = ? AND division_id = ? ORDER BY date_value)"""


def _answer(query: str, *binds: int) -> Response:
    (body,) = _database.execute(query, binds).fetchone()
    return Response(body, media_type="application/json")


def _smallest() -> FastAPI:
    app = FastAPI()

    @app.get("/division-list")
    def division_list() -> Response:
        return _answer(DIVISIONS)

    @app.get("/well-summary")
    def well_summary(well_id: int, division_id: int) -> Response:
        return _answer(WELL, well_id, division_id)

    @app.get("/well-summary-by-day")
    def well_summary_by_day(well_id: int, division_id: int) -> Response:
        return _answer(DAYS, well_id, division_id)

    return app


def _smallest_async() -> FastAPI:
    app = FastAPI()

    @app.get("/division-list")
    async def division_list() -> Response:
        return _answer(DIVISIONS)

    @app.get("/well-summary")
    async def well_summary(well_id: int, division_id: int) -> Response:
        return _answer(WELL, well_id, division_id)

    @app.get("/well-summary-by-day")
    async def well_summary_by_day(well_id: int, division_id: int) -> Response:
        return _answer(DAYS, well_id, division_id)

    return app


_database = sqlite3.connect(FOLDER / "smallest.db", check_same_thread=False)
smallest = _smallest()
smallest_async = _smallest_async()


def _headers(file: Path) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in json.loads(file.read_text())]


_answers = {
    path.stem: (_headers(path.with_suffix(".head")), path.read_bytes())
    for path in FOLDER.glob("*.body")
}
"""By the number of the work: the headers, with the length last, and the body."""


async def bare(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
    """The service's own headers and body of the work that the path names, from memory.

    A request with an entity tag gets its 304; nothing is compared.
    """
    headers, body = _answers[scope["path"].strip("/")]
    conditional = any(name == b"if-none-match" for name, _ in scope["headers"])
    if conditional:
        headers = headers[:-1]  # the length
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
