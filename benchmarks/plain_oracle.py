"""The plain way: call the procedure, read the CLOB whole, parse it, have FastAPI write it again."""

import json
import os
from typing import Any

import oracledb
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.wire import PROCEDURE

app = FastAPI()
pool = oracledb.create_pool(
    user="scott",
    password="tiger",  # noqa: S106 (the benchmark's own server)
    dsn=os.environ.get("ORACLE_DSN", ""),
    min=8,
    max=8,
)


class WellDay(BaseModel):
    well_id: int
    well_name: str
    division_id: int
    division_name: str
    date_value: str
    oil_produced: float
    oil_price: float | None
    oil_sales: float
    period: str


@app.get("/well-summary-by-day", response_model=list[WellDay])
def well_summary_by_day(well_id: int, division_id: int) -> Any:
    with pool.acquire() as connection, connection.cursor() as cursor:
        out = cursor.var(oracledb.DB_TYPE_CLOB)
        cursor.callproc(PROCEDURE, [well_id, division_id, out])
        return json.loads(out.getvalue().read())
