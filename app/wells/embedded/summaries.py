"""Writes the embedded database's stand-ins for materialized views, inside a load's transaction.

A load renders the days that it changes, year by year, so that no request has to. The totals are
summed anew over all years, which is little work.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from app.wells.embedded.sql import decimal_text, execute_script

_Year = tuple[int | str, ...]
"""A row of get_well_summary_by_day_mv."""

_TOUCHED_DAYS = """
SELECT touched.well_id, touched.year,
       day.date_value, day.oil_milli_bbl, day.price_milli_usd, day.sales_cents, day.period
  FROM temp.touched_year AS touched
  CROSS JOIN get_well_summary_by_day_vw AS day  -- CROSS: in this order, year by year
    ON day.well_id = touched.well_id
   AND day.date_value BETWEEN touched.year || '-01-01' AND touched.year || '-12-31'
 ORDER BY touched.well_id, touched.year, day.date_value
"""


def refresh(connection: sqlite3.Connection) -> None:
    """Bring every summary up to date with the tables.

    The caller has put the wells and years whose days changed into the temporary table
    `touched_year(well_id, year)`.
    """
    execute_script(connection, "refresh_monthly_prices")
    connection.execute(
        "DELETE FROM get_well_summary_by_day_mv"
        " WHERE (well_id, year) IN (SELECT well_id, year FROM temp.touched_year)"
    )
    connection.executemany(
        "INSERT INTO get_well_summary_by_day_mv VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _years(connection),
    )
    execute_script(connection, "refresh_totals")


def _years(connection: sqlite3.Connection) -> Iterator[_Year]:
    """The touched years, each with its exact sums and its days as JSON lines."""
    rows = connection.execute(_TOUCHED_DAYS)
    for (well_id, year), its_rows in groupby(rows, key=itemgetter(0, 1)):
        _, _, days, oils, prices, sales, periods = zip(*its_rows, strict=True)
        lines = map(_line, days, oils, prices, sales, periods)
        yield (
            *(well_id, year, sum(oils), sum(sales), min(periods), max(periods)),
            *(days[0], days[-1], oils[-1], len(days), prices.count(None), "\n".join(lines)),
        )


def _line(day: str, oil: int, price: int | None, sales: int, period: str) -> str:
    """A day or month as it is served, from the date's first digit to the closing brace."""
    price_text = "null" if price is None else decimal_text(price, 3)
    return (
        f'{day}","oil_produced":{decimal_text(oil, 3)},"oil_price":{price_text},'
        f'"oil_sales":{decimal_text(sales, 2)},"period":"{period}"}}'
    )
