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
    days = connection.execute(_TOUCHED_DAYS)
    for (well_id, year), rows in groupby(days, key=itemgetter(0, 1)):
        oil_sum = sales_sum = unpriced = 0
        periods = set()
        lines = []
        first_day = day = ""
        oil = 0
        for _, _, day, oil, price, sales, period in rows:
            first_day = first_day or day
            oil_sum += oil
            sales_sum += sales
            periods.add(period)
            unpriced += price is None
            price_text = "null" if price is None else decimal_text(price, 3)
            lines.append(
                f'{day}","oil_produced":{decimal_text(oil, 3)},"oil_price":{price_text},'
                f'"oil_sales":{decimal_text(sales, 2)},"period":"{period}"}}'
            )
        yield (
            *(well_id, year, oil_sum, sales_sum, min(periods), max(periods)),
            *(first_day, day, oil, len(lines), unpriced, "\n".join(lines)),
        )
