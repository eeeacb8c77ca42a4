"""Brings the tables of the schema before this one up to date."""

import sqlite3

from app.wells.embedded import summaries
from app.wells.embedded.sql import create, execute_script
from app.wells.embedded.version import note_changes

UPGRADED = 2
"""The schema that is brought up to date: it had days alone, of less than 10 million barrels."""

_DERIVED = (
    ("VIEW", "odm_well_totals_vw"),
    ("VIEW", "get_well_summary_by_day_vw"),
    ("TABLE", "get_well_summary_by_day_mv"),
    ("TABLE", "get_well_summary_data_mv"),
    ("TABLE", "get_division_summary_data_mv"),
)
"""What holds nothing that the tables do not."""


def upgrade(connection: sqlite3.Connection) -> None:
    """Make every row of production a day, and all that is derived anew, within the caller's
    transaction."""
    for kind, name in _DERIVED:
        connection.execute(f"DROP {kind} {name}")
    connection.execute("ALTER TABLE odm_daily_production RENAME TO earlier_production")
    create(
        connection,
        "odm_daily_production",
        "odm_monthly_production",
        "odm_monthly_price_mv",
        *(name for _, name in _DERIVED),
        "get_well_summary_data_mv_by_division",
        "get_well_reports_mv",
        "get_well_reports_mv_by_division",
    )
    connection.execute(
        "INSERT INTO odm_daily_production (well_id, production_date, oil_milli_bbl)"
        " SELECT well_id, production_date, oil_milli_bbl FROM earlier_production"
    )
    connection.execute("DROP TABLE earlier_production")
    execute_script(connection, "loader/touched_year")
    connection.execute(
        "INSERT INTO temp.touched_year"
        " SELECT DISTINCT well_id, substr(production_date, 1, 4) FROM odm_daily_production"
    )
    summaries.refresh(connection)
    connection.execute("DROP TABLE temp.touched_year")
    note_changes(connection, ["production", "summaries"], part_of_more=False)
