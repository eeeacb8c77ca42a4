"""The list of breaks: small edits of the shipped files, each of which a test must notice.

    python -m tests.plsql.mutations [--all] [--if-changed] [part of a title]

tries them (noticing.py), prints who noticed which, and fails when one that should be noticed was
not. With --all, everybody is asked about each break; with --if-changed, nobody is when the files
and their tests are those of the last whole run.
"""

import os
import sys
from typing import NamedTuple

BODY = "packages/get_odm_data_pkg.pkb"
SPEC = "packages/get_odm_data_pkg.pks"
BY_DAY = "views/get_well_summary_by_day_vw.sql"
TOTALS = "views/odm_well_totals_vw.sql"
WELLS = "materialized_views/get_well_summary_data_mv.sql"
DIVISIONS = "materialized_views/get_division_summary_data_mv.sql"
REPORTS = "materialized_views/get_well_reports_mv.sql"
REFRESH = "procedures/odm_refresh_summaries.sql"
PRODUCTION = "tables/odm_daily_production.sql"
PRICE = "tables/odm_daily_price.sql"
BUDGET = "tables/odm_monthly_budget.sql"
DIVISION = "tables/odm_division.sql"
WELL = "tables/odm_well.sql"
PRIVILEGES = "checks/check_privileges.sql"
PLACE = "checks/check_place.sql"
MONTHS = "partitions/odm_daily_production.sql"
WELL_COMMENTS = "comments/odm_well.sql"
GATE = "checks/check_compiled.sql"
GRANTS = "grants/execute_package.sql"
CODE = "drops/drop_code.sql"
VERSION = "views/get_data_version_vw.sql"
NOTE = "procedures/odm_note_change.sql"
WELL_TRIGGER = "triggers/odm_well_changes.sql"
JOB = "jobs/odm_refresh_summaries_job.sql"
BLOCKS = "transport.py"
"""Of app/wells/oracle: the chunk blocks."""


class Mutation(NamedTuple):
    """An edit: the first `old` in the file becomes `new`."""

    title: str
    file: str
    old: str
    new: str


NOTICED = [
    # The arrays.
    Mutation(
        "aggregate without RETURNING",
        BODY,
        "ORDER BY division.division_id NULL ON NULL RETURNING CLOB",
        "ORDER BY division.division_id NULL ON NULL",
    ),
    Mutation(
        "aggregate returns VARCHAR2",
        BODY,
        "ORDER BY well.well_id NULL ON NULL RETURNING CLOB",
        "ORDER BY well.well_id NULL ON NULL RETURNING VARCHAR2(4000)",
    ),
    Mutation(
        "object without RETURNING",
        BODY,
        "NULL ON NULL RETURNING CLOB\n                       )\n                   END AS long",
        "NULL ON NULL\n                       )\n                   END AS long",
    ),
    Mutation("no order", BODY, "ORDER BY division.division_id NULL", "NULL"),
    Mutation(
        "order outside the aggregate",
        BODY,
        "ORDER BY division.division_id NULL ON NULL RETURNING CLOB\n"
        "                   ),\n"
        "                   TO_CLOB('[]')\n"
        "               )\n"
        "          INTO p_json\n"
        "          FROM odm_division division;",
        "NULL ON NULL RETURNING CLOB\n"
        "                   ),\n"
        "                   TO_CLOB('[]')\n"
        "               )\n"
        "          INTO p_json\n"
        "          FROM odm_division division\n"
        "         ORDER BY 1;",
    ),
    Mutation("order reversed", BODY, "ORDER BY well.well_id", "ORDER BY well.well_id DESC"),
    Mutation(
        "order by name", BODY, "ORDER BY division.division_id", "ORDER BY division.division_name"
    ),
    Mutation(
        "nulls left out of totals",
        BODY,
        "summary.period\n                           NULL ON NULL",
        "summary.period\n                           ABSENT ON NULL",
    ),
    Mutation(
        "nulls left out of days",
        BODY,
        "by_day.period\n                           NULL ON NULL",
        "by_day.period\n                           ABSENT ON NULL",
    ),
    Mutation("no rows give an object", BODY, "TO_CLOB('[]')", "TO_CLOB('{}')"),
    Mutation("no rows give null", BODY, "TO_CLOB('[]')", "NULL"),
    Mutation("objects become strings", BODY, ") FORMAT JSON", ")"),
    Mutation(
        "value concatenated into JSON",
        BODY,
        "VALUE well.well_name",
        "VALUE '' || well.well_name",
    ),
    Mutation(
        "object made by hand",
        BODY,
        "JSON_OBJECT(\n"
        "                           'Division_Id' VALUE division.division_id,\n"
        "                           'Division_Name' VALUE division.division_name\n"
        "                           NULL ON NULL RETURNING CLOB\n"
        "                       )",
        '\'{"Division_Id":\' || division.division_id || \',"Division_Name":"\'\n'
        "                       || division.division_name || '\"}'",
    ),
    Mutation(
        "number as a string",
        BODY,
        "VALUE summary.total_budget",
        "VALUE TO_CHAR(summary.total_budget, 'FM999999990.00')",
    ),
    Mutation("misspelt field", BODY, "'Well_Count'", "'Wells_Count'"),
    Mutation("field in the other's case", BODY, "'well_id' VALUE well", "'Well_Id' VALUE well"),
    Mutation(
        "wrong column",
        BODY,
        "'Total_Actual' VALUE summary.total_actual",
        "'Total_Actual' VALUE summary.total_budget",
    ),
    Mutation(
        "field missing",
        BODY,
        "                           'Well_Count' VALUE summary.well_count,\n",
        "",
    ),
    Mutation(
        "any well of the division",
        BODY,
        "WHERE summary.well_id = p_well_id\n           AND",
        "WHERE",
    ),
    Mutation(
        "any division of the well",
        BODY,
        "\n           AND summary.division_id = p_division_id",
        "",
    ),
    Mutation(
        "wells of all divisions", BODY, "\n         WHERE well.division_id = p_division_id", ""
    ),
    Mutation(
        "past the materialized view", BODY, "FROM get_well_summary_data_mv well", "FROM odm_well"
    ),
    # How far reports reach.
    Mutation(
        "wells without reports lost",
        BODY,
        "LEFT JOIN get_well_reports_mv reported",
        "JOIN get_well_reports_mv reported",
    ),
    Mutation(
        "divisions without reports lost",
        BODY,
        "LEFT JOIN (\n                SELECT well.division_id",
        "JOIN (\n                SELECT well.division_id",
    ),
    Mutation(
        "late by another division",
        BODY,
        "\n                 WHERE well.division_id = p_division_id",
        "",
    ),
    Mutation(
        "totals of all divisions",
        BODY,
        "\n         WHERE total.division_id",
        "\n         WHERE 1 = 1 OR total.division_id",
    ),
    Mutation(
        "early instead of late",
        BODY,
        "MAX(well.last_date) AS last_date\n",
        "MIN(well.last_date) AS last_date\n",
    ),
    Mutation("no reports are null", BODY, "COALESCE(reported.reports, 0)", "reported.reports"),
    Mutation(
        "unpriced of a well null",
        BODY,
        "'unpriced_reports' VALUE COALESCE(reported.unpriced_reports, 0)",
        "'unpriced_reports' VALUE reported.unpriced_reports",
    ),
    Mutation("price on the day too late", REPORTS, "first_date <= daily", "first_date < daily"),
    Mutation(
        "month priced as its first day", REPORTS, "daily.period = 'month'", "daily.period = 'year'"
    ),
    Mutation(
        "day priced as its month",
        REPORTS,
        "daily.period = 'month'\n                        AND ",
        "",
    ),
    Mutation("next month's price", REPORTS, "first_date < ADD_MONTHS", "first_date <= ADD_MONTHS"),
    Mutation("wells without a benchmark lost", REPORTS, "LEFT JOIN", "JOIN"),
    Mutation(
        "last quotation for the first",
        REPORTS,
        "MIN(quotation.price_date)",
        "MAX(quotation.price_date)",
    ),
    Mutation(
        "oil of the first day",
        REPORTS,
        "latest.production_date = reported.last_date",
        "latest.production_date = reported.first_date",
    ),
    # The days.
    Mutation(
        "days of any division", BODY, "\n               AND by_day.division_id = p_division_id", ""
    ),
    Mutation("first day left out", BODY, "date_value >= COALESCE", "date_value > COALESCE"),
    Mutation("last day left out", BODY, "date_value <= COALESCE", "date_value < COALESCE"),
    Mutation("time of the first day counts", BODY, "TRUNC(p_from_date)", "p_from_date"),
    Mutation("open beginning finds nothing", BODY, "DATE '0001-01-01'", "DATE '9999-12-31'"),
    Mutation("open end is not open", BODY, "DATE '9999-12-31'", "DATE '2024-01-05'"),
    Mutation("days unordered", BODY, "\n             ORDER BY by_day.date_value", ""),
    Mutation(
        "days reversed", BODY, "ORDER BY by_day.date_value", "ORDER BY by_day.date_value DESC"
    ),
    Mutation("months before days", BODY, "'YYYY-MM-DD'", "'YYYY-DD-MM'"),
    Mutation("date as the session likes", BODY, ", 'YYYY-MM-DD')", ")"),
    Mutation("chunks of 4001", BODY, "PLS_INTEGER := 4000", "PLS_INTEGER := 4001"),
    Mutation("chunks of 3999", BODY, "PLS_INTEGER := 4000", "PLS_INTEGER := 3999"),
    Mutation(
        "chunk one short", BODY, "+ l_row_bytes > c_chunk_bytes", "+ l_row_bytes >= c_chunk_bytes"
    ),
    Mutation(
        "separator not counted",
        BODY,
        "l_row_bytes := LENGTH(l_separator) + COALESCE",
        "l_row_bytes := COALESCE",
    ),
    Mutation("long names taken for short", BODY, ":= 480", ":= 4800"),
    Mutation("short names taken for long", BODY, ":= 480", ":= 479"),
    Mutation("names in characters", BODY, "LENGTHB(by_day.well_name)", "LENGTH(by_day.well_name)"),
    Mutation(
        "name of the division not counted",
        BODY,
        "\n                           + COALESCE(LENGTHB(by_day.division_name), 0)",
        "",
    ),
    Mutation("null is a long name", BODY, "COALESCE(LENGTHB(by_day.well_name), 0)", "4000"),
    Mutation(
        "every day a CLOB",
        BODY,
        "NULL ON NULL RETURNING VARCHAR2(4000 CHAR)\n                       )\n"
        "                   END AS day_json",
        "NULL ON NULL RETURNING CLOB\n                       )\n                   END AS day_json",
    ),
    Mutation(
        "short day of too few bytes",
        BODY,
        "RETURNING VARCHAR2(4000 CHAR)\n                       )\n                   END",
        "RETURNING VARCHAR2(400 CHAR)\n                       )\n                   END",
    ),
    Mutation(
        "argument assigned",
        BODY,
        "        DBMS_LOB.CREATETEMPORARY(p_json, TRUE);\n",
        "        p_from_date := TRUNC(p_from_date);\n"
        "        DBMS_LOB.CREATETEMPORARY(p_json, TRUE);\n",
    ),
    Mutation(
        "parameter that is written to is IN",
        BODY,
        "p_buffer IN OUT NOCOPY VARCHAR2",
        "p_buffer IN VARCHAR2",
    ),
    Mutation("buffer not emptied", BODY, "        p_buffer := NULL;\n", ""),
    Mutation("bytes not set back", BODY, "        p_bytes := 0;\n", ""),
    Mutation("separator without line feed", BODY, "',' || CHR(10)", "','"),
    Mutation("separator without comma", BODY, "',' || CHR(10)", "CHR(10)"),
    Mutation("line feed before the comma", BODY, "',' || CHR(10)", "CHR(10) || ','"),
    Mutation("characters instead of bytes", BODY, "LENGTHB(l_day", "LENGTH(l_day"),
    Mutation("row not counted", BODY, "            l_bytes := l_bytes + l_row_bytes;\n", ""),
    Mutation("no closing bracket", BODY, "l_buffer := l_buffer || ']'", "l_buffer := l_buffer"),
    Mutation("no opening bracket on no rows", BODY, "l_buffer := '[';", "l_buffer := NULL;"),
    Mutation("full buffer not flushed", BODY, "ELSIF l_bytes = c_chunk_bytes", "ELSIF l_bytes < 0"),
    Mutation(
        "last chunk lost",
        BODY,
        "']';\n        flush_buffer(p_json, l_buffer, l_bytes);\n",
        "']';\n",
    ),
    Mutation("no temporary LOB", BODY, "        DBMS_LOB.CREATETEMPORARY(p_json, TRUE);\n\n", ""),
    Mutation(
        "long row cut",
        BODY,
        "DBMS_LOB.APPEND(p_json, l_day.long_day_json);",
        "DBMS_LOB.APPEND(p_json, SUBSTR(l_day.long_day_json, 1, 4000));",
    ),
    Mutation(
        "long row lost",
        BODY,
        "                DBMS_LOB.APPEND(p_json, l_day.long_day_json);\n",
        "",
    ),
    Mutation(
        "long row before the buffer",
        BODY,
        "                flush_buffer(p_json, l_buffer, l_bytes);\n                DBMS_LOB.APPEND",
        "                DBMS_LOB.APPEND",
    ),
    Mutation(
        "amount in characters",
        BODY,
        "DBMS_LOB.APPEND(p_json, TO_CLOB(p_buffer))",
        "DBMS_LOB.WRITEAPPEND(p_json, LENGTH(p_buffer), p_buffer)",
    ),
    Mutation("buffer in bytes", BODY, "VARCHAR2(4000 CHAR)", "VARCHAR2(4000)"),
    Mutation(
        "price and sales exchanged",
        BODY,
        "'oil_price' VALUE by_day.oil_price",
        "'oil_price' VALUE by_day.oil_sales",
    ),
    # The package as a whole.
    Mutation("no semicolon after END", BODY, "END get_well_list;", "END get_well_list"),
    Mutation("no semicolon after END IF", BODY, "        END IF;\n", "        END IF\n"),
    Mutation(
        "END IF missing",
        BODY,
        "            END IF;\n\n            l_buffer",
        "\n            l_buffer",
    ),
    Mutation("undeclared variable", BODY, "l_row_bytes :=", "l_rows_bytes :="),
    Mutation("unknown column", BODY, "summary.well_count", "summary.wells"),
    Mutation("unknown procedure", BODY, "DBMS_LOB.APPEND", "DBMS_LOB.ADD_TO"),
    Mutation(
        "package state", BODY, "AS\n    -- Adds", "AS\n    g_calls PLS_INTEGER := 0;\n\n    -- Adds"
    ),
    Mutation(
        "state in the specification",
        SPEC,
        "\nEND get_odm_data_pkg;",
        "\n    g_calls PLS_INTEGER;\nEND get_odm_data_pkg;",
    ),
    Mutation("caller's rights", SPEC, "AUTHID DEFINER", "AUTHID CURRENT_USER"),
    Mutation("procedure not public", SPEC, "PROCEDURE get_well_list", "PROCEDURE get_wells_list"),
    Mutation(
        "range without default", SPEC, "p_to_date     IN DATE DEFAULT NULL", "p_to_date     IN DATE"
    ),
    Mutation(
        "undocumented field", SPEC, "    --     total_actual        US dollars", "    -- US dollars"
    ),
    Mutation("no unit", SPEC, "oil_produced   barrels", "oil_produced   volume"),
    # The views.
    Mutation("price of the day before", BY_DAY, "price_date <= daily", "price_date < daily"),
    Mutation("first quotation", BY_DAY, "MAX(quotation", "MIN(quotation"),
    Mutation(
        "day of any benchmark",
        BY_DAY,
        "WHERE quotation.benchmark = division.benchmark\n                       AND",
        "WHERE",
    ),
    Mutation(
        "price of any benchmark",
        BY_DAY,
        "ON price.benchmark = production.benchmark\n   AND price.price_date",
        "ON price.price_date",
    ),
    Mutation(
        "days without price missing", BY_DAY, "  LEFT JOIN odm_daily", "  INNER JOIN odm_daily"
    ),
    Mutation(
        "sales to a tenth of a cent", BY_DAY, "monthly.price_usd), 2)", "monthly.price_usd), 3)"
    ),
    Mutation("sales in whole dollars", BY_DAY, "monthly.price_usd), 2)", "monthly.price_usd))"),
    Mutation(
        "sales not rounded",
        BY_DAY,
        "ROUND(production.oil_bbl * COALESCE(price.price_usd, monthly.price_usd), 2)",
        "production.oil_bbl * COALESCE(price.price_usd, monthly.price_usd)",
    ),
    Mutation(
        "sales rounded down",
        BY_DAY,
        "ROUND(production.oil_bbl * COALESCE(price.price_usd, monthly.price_usd), 2)",
        "FLOOR(production.oil_bbl * COALESCE(price.price_usd, monthly.price_usd) * 100) / 100",
    ),
    Mutation("no price, sales null", BY_DAY, "2), 0\n", "2), NULL\n"),
    Mutation("month at its first day's price", BY_DAY, "daily.period = 'day' THEN", "1 = 1 THEN"),
    Mutation("mean of quotations", BY_DAY, "spell.price_usd * (", "spell.price_usd + 0 * ("),
    Mutation("mean to 0.01", BY_DAY, "                   3\n", "                   2\n"),
    Mutation("no quotation from before", BY_DAY, "SELECT MAX(earlier", "SELECT MIN(earlier"),
    Mutation(
        "month from the quotation's day",
        BY_DAY,
        "GREATEST(quotation.price_date, stated.production_date)",
        "quotation.price_date",
    ),
    Mutation(
        "mean of any benchmark",
        BY_DAY,
        "ON quotation.benchmark = stated.benchmark\n                   AND quotation",
        "ON quotation",
    ),
    Mutation(
        "mean of the month before",
        BY_DAY,
        "AND monthly.production_date = production",
        "AND ADD_MONTHS(monthly.production_date, 1) = production",
    ),
    Mutation("mixed wells by day", TOTALS, "THEN 'mixed'", "THEN 'day'"),
    Mutation("mixed divisions by day", DIVISIONS, "THEN 'mixed'", "THEN 'day'"),
    Mutation(
        "wells without days missing",
        TOTALS,
        "  LEFT JOIN (\n        SELECT by",
        "  INNER JOIN (\n        SELECT by",
    ),
    Mutation(
        "wells without budget missing",
        TOTALS,
        "  LEFT JOIN (\n        SELECT mo",
        "  INNER JOIN (\n        SELECT mo",
    ),
    Mutation(
        "no sales is null", TOTALS, "COALESCE(production.oil_sales, 0)", "production.oil_sales"
    ),
    Mutation("no budget is 0", TOTALS, "budget.budget_usd AS", "COALESCE(budget.budget_usd, 0) AS"),
    Mutation(
        "like days counted once", TOTALS, "SUM(by_day.oil_prod", "SUM(DISTINCT by_day.oil_prod"
    ),
    Mutation(
        "months multiply days",
        TOTALS,
        "         GROUP BY monthly.well_id\n",
        "         GROUP BY monthly.well_id, monthly.budget_month\n",
    ),
    Mutation("empty divisions missing", DIVISIONS, "  LEFT JOIN", "  INNER JOIN"),
    Mutation("no well counts as one", DIVISIONS, "COUNT(totals.well_id)", "COUNT(*)"),
    Mutation(
        "division's sales null",
        DIVISIONS,
        "COALESCE(SUM(totals.total_oil_sales), 0)",
        "SUM(totals.total_oil_sales)",
    ),
    Mutation(
        "sum rounded, not what is summed",
        TOTALS,
        "SUM(by_day.oil_sales)",
        "ROUND(SUM(by_day.oil_produced * by_day.oil_price), 2)",
    ),
    Mutation("refreshed on commit", WELLS, "ON DEMAND", "ON COMMIT"),
    Mutation("refreshed fast", DIVISIONS, "REFRESH COMPLETE", "REFRESH FAST"),
    Mutation(
        "readers see nothing", REFRESH, "atomic_refresh => TRUE\n", "atomic_refresh => FALSE\n"
    ),
    Mutation(
        "one view not refreshed",
        REFRESH,
        "'.get_division_summary_data_mv,'\n                       || l_owner || ",
        "",
    ),
    Mutation(
        "reports not refreshed",
        REFRESH,
        "mv,'\n                       || l_owner || '.get_well_reports_mv'",
        "mv'",
    ),
    Mutation("views of whoever calls", REFRESH, "=> l_owner || '.get_", "=> 'get_"),
    Mutation("refresh not committed", REFRESH, "    COMMIT;\n", ""),
    # The tables.
    Mutation("oil to 0.01", PRODUCTION, "NUMBER(12,3)", "NUMBER(12,2)"),
    Mutation("oil below ten million", PRODUCTION, "NUMBER(12,3)", "NUMBER(10,3)"),
    Mutation("weeks", PRODUCTION, "IN ('day', 'month')", "IN ('day', 'month', 'week')"),
    Mutation("month within a month", PRODUCTION, "production_date) = 1", "production_date) > 0"),
    Mutation("production at noon", PRODUCTION, "production_date = TRUNC(production_date)", "1 = 1"),
    Mutation("one day a well", PRODUCTION, "KEY (well_id, production_date)", "KEY (well_id)"),
    Mutation(
        "production of unknown wells",
        PRODUCTION,
        "FOREIGN KEY (well_id) REFERENCES odm_well (well_id)",
        "CHECK (well_id > 0)",
    ),
    Mutation("partitioned by year", MONTHS, "'MONTH'", "'YEAR'"),
    Mutation("wrong first month", MONTHS, "'2000-01-01'", "'2000-13-01'"),
    Mutation("price to 0.01", PRICE, "NUMBER(8,3)", "NUMBER(8,2)"),
    Mutation("price null", PRICE, "NUMBER(8,3) NOT NULL", "NUMBER(8,3)"),
    Mutation(
        "budget in whole dollars", BUDGET, "budget_usd   NUMBER(14,2)", "budget_usd   NUMBER(14)"
    ),
    Mutation("budget must be known", BUDGET, "NUMBER(14,2),", "NUMBER(14,2) NOT NULL,"),
    Mutation("budget of any day", BUDGET, "TRUNC(budget_month, 'MM')", "TRUNC(budget_month)"),
    Mutation("ids of 10 digits", DIVISION, "NUMBER(38)", "NUMBER(10)"),
    Mutation("names in bytes", WELL, "VARCHAR2(200 CHAR)", "VARCHAR2(200)"),
    Mutation("shorter names", WELL, "VARCHAR2(200 CHAR)", "VARCHAR2(100 CHAR)"),
    Mutation(
        "wells without division", WELL, "division_id NUMBER(38) NOT NULL", "division_id NUMBER(38)"
    ),
    Mutation(
        "column without comment",
        WELL_COMMENTS,
        "ON COLUMN odm_well.as_of",
        "ON COLUMN odm_well.well_id",
    ),
    # The version of the data.
    Mutation("version without order", BODY, "ORDER BY told.subject NULL", "NULL"),
    Mutation(
        "version as a CLOB",
        BODY,
        "ORDER BY told.subject NULL ON NULL RETURNING VARCHAR2(4000 CHAR)",
        "ORDER BY told.subject NULL ON NULL RETURNING CLOB",
    ),
    Mutation("version to the minute", BODY, 'HH24:MI:SS"Z"', 'HH24:MI:00"Z"'),
    Mutation("version null without rows", BODY, "'[]'\n", "NULL\n"),
    Mutation("version of another field", BODY, "VALUE told.change_count", "VALUE told.subject"),
    Mutation("version of what is noted alone", BODY, "get_data_version_vw", "odm_data_version"),
    Mutation("refreshes not seen", VERSION, " + COALESCE(refreshed.refresh_times, 0)", ""),
    Mutation(
        "refresh of one view not seen",
        VERSION,
        "'GET_WELL_SUMMARY_DATA_MV', 'GET_DIVISION_SUMMARY_DATA_MV'",
        "'GET_WELL_SUMMARY_DATA_MV'",
    ),
    Mutation(
        "refresh of reports not seen",
        VERSION,
        ",\n                   'GET_WELL_REPORTS_MV'",
        "",
    ),
    Mutation("time of refreshes not seen", VERSION, "refreshed.refreshed_at,", "NULL,"),
    Mutation("subjects without refreshes lost", VERSION, "LEFT JOIN", "JOIN"),
    Mutation("change not counted", NOTE, "change_count + 1", "change_count + 0"),
    Mutation("every subject counted", NOTE, "WHERE subject = p_subject", "WHERE 1 = 1"),
    Mutation("same second, same time", NOTE, "INTERVAL '1' SECOND", "INTERVAL '0' SECOND"),
    Mutation("clock put back", NOTE, "GREATEST(l_changed_at,", "LEAST(l_changed_at,"),
    Mutation("noted without a lock", NOTE, "\n           FOR UPDATE WAIT 60", ""),
    Mutation("waits without end", NOTE, "FOR UPDATE WAIT 60", "FOR UPDATE"),
    Mutation("waits for nobody", NOTE, "FOR UPDATE WAIT 60", "FOR UPDATE NOWAIT"),
    Mutation("noted at once", NOTE, "END odm_note_change;", "    COMMIT;\nEND odm_note_change;"),
    Mutation("trigger of another subject", WELL_TRIGGER, "('wells')", "('divisions')"),
    Mutation("trigger without DELETE", WELL_TRIGGER, " OR DELETE ON", " ON"),
    Mutation("trigger for no rows, too", WELL_TRIGGER, "BOOLEAN := FALSE", "BOOLEAN := TRUE"),
    Mutation("trigger for no rows alone", WELL_TRIGGER, "IF l_touched", "IF NOT l_touched"),
    Mutation(
        "trigger not installed", "install.sql", "@@triggers/odm_daily_price_changes.sql\n", ""
    ),
    Mutation(
        "triggers go last",
        CODE,
        "WHEN 'TRIGGER' THEN 1 ELSE 2 END",
        "WHEN 'TRIGGER' THEN 2 ELSE 1 END",
    ),
    Mutation(
        "subject not new after an upgrade",
        "versions/new_version.sql",
        "    odm_note_change('prices');\n",
        "",
    ),
    Mutation("refresh not noted", REFRESH, "    odm_note_change('summaries');\n", ""),
    Mutation(
        "privilege for triggers not checked",
        PRIVILEGES,
        "SELECT 'CREATE TRIGGER' AS privilege FROM dual\n                UNION ALL\n"
        "                SELECT 'CREATE JOB'",
        "SELECT 'CREATE JOB'",
    ),
    # The scripts.
    Mutation(
        "privilege not checked",
        PRIVILEGES,
        "                UNION ALL\n                SELECT 'CREATE JOB' AS privilege FROM dual\n",
        "",
    ),
    Mutation("old databases accepted", PLACE, "VERSION < 19", "VERSION < 12"),
    Mutation("quota used up", PRIVILEGES, "max_bytes > quota.bytes", "max_bytes >= quota.bytes"),
    Mutation("gate stops at warnings", GATE, "'ERROR'", "'WARNING'"),
    Mutation("gate forgets the package", GATE, "'GET_ODM_DATA_PKG', ", ""),
    Mutation("gate only looks", GATE, "IF l_errors IS NOT NULL", "IF l_errors IS NULL"),
    Mutation("job made twice", JOB, "l_jobs = 0", "l_jobs >= 0"),
    Mutation("job once a day", JOB, "FREQ=HOURLY", "FREQ=DAILY"),
    Mutation("job each minute", JOB, ";BYMINUTE=5", ""),
    Mutation("calendar that is none", JOB, "FREQ=HOURLY", "FREQ=HORLY"),
    Mutation("job calls something else", JOB, "=> 'ODM_REFRESH_SUMMARIES'", "=> 'ODM_REFRESH'"),
    Mutation(
        "others' views dropped",
        CODE,
        "\n                AND object_name IN (\n                    'GET_WELL_SUMMARY_BY_DAY_VW', "
        "'ODM_WELL_TOTALS_VW', 'GET_DATA_VERSION_VW'\n                )",
        "",
    ),
    Mutation(
        "unknown word in DROP", "drops/drop_tables.sql", "CONSTRAINTS PURGE", "CONSTRAINT PURGED"
    ),
    Mutation(
        "goes on after an error", "install.sql", "WHENEVER SQLERROR EXIT FAILURE ROLLBACK\n", ""
    ),
    Mutation("privileges not checked", "upgrade.sql", "@@checks/check_privileges.sql\n", ""),
    Mutation("body not installed", "install_package.sql", "@@packages/get_odm_data_pkg.pkb\n", ""),
    Mutation(
        "table before its parent",
        "install.sql",
        "@@create_once.sql TABLE tables odm_division\n",
        "",
    ),
    Mutation("account may grant on", GRANTS, "account;", "account WITH GRANT OPTION;"),
    Mutation(
        "account may read",
        GRANTS,
        "GRANT EXECUTE ON get_odm_data_pkg",
        "GRANT SELECT ON odm_well",
    ),
    # The loader.
    *(
        Mutation(f"loads of {kind} side by side", f"loader/{kind}/lock.sql", "EXCLUSIVE", "SHARE")
        for kind in ("production", "prices", "budgets")
    ),
    Mutation("load that waits without end", "loader/prices/lock.sql", " WAIT 60", ""),
    # The chunk blocks.
    Mutation("first unit left out", BLOCKS, "l_at INTEGER := 1", "l_at INTEGER := 2"),
    Mutation("last chunk of one unit left out", BLOCKS, "p_at > l_length", "p_at >= l_length"),
    Mutation("last chunk cut short", BLOCKS, "l_length - p_at + 1", "l_length - p_at"),
    Mutation(
        "pair at the very end", BLOCKS, "p_at + l_amount <= l_length", "p_at + l_amount < l_length"
    ),
    Mutation("pair cut", BLOCKS, "        l_amount := l_amount - 1;", "        NULL;"),
    Mutation(
        "pair in the next chunk, too",
        BLOCKS,
        "l_amount := l_amount - 1",
        "l_amount := l_amount + 1",
    ),
    Mutation("pair after the edge", BLOCKS, "p_at + l_amount - 1)", "p_at + l_amount)"),
    Mutation(
        "one unit looked at", BLOCKS, "DBMS_LOB.SUBSTR(p_doc, 2,", "DBMS_LOB.SUBSTR(p_doc, 1,"
    ),
    Mutation(
        "second half looked for", BLOCKS, "('D8', 'D9', 'DA', 'DB')", "('DC', 'DD', 'DE', 'DF')"
    ),
    Mutation("private plane forgotten", BLOCKS, "'D8', 'D9', 'DA', 'DB'", "'D8', 'D9', 'DA'"),
    Mutation(
        "pair of four bytes, not of six",
        BLOCKS,
        "l_units := ASCIISTR(DBMS_LOB.SUBSTR(p_doc, 2, p_last));\n"
        "    RETURN SUBSTR(l_units, 2, 2) IN ('D8', 'D9', 'DA', 'DB');",
        "l_units := DBMS_LOB.SUBSTR(p_doc, 2, p_last);\n"
        "    RETURN LENGTH4(l_units) = 1 AND LENGTHB(l_units) = 4;",
    ),
    Mutation(
        "any long character a pair",
        BLOCKS,
        "RETURN SUBSTR(l_units, 2, 2) IN ('D8', 'D9', 'DA', 'DB');",
        "RETURN LENGTH(l_units) > 4;",
    ),
    Mutation("edge that is refused taken for a pair", BLOCKS, "RETURN FALSE", "RETURN TRUE"),
    Mutation("another error caught", BLOCKS, "e_no_boundary, -22831", "e_no_boundary, -22835"),
    Mutation("place does not come back", BLOCKS, "p_at IN OUT INTEGER", "p_at IN INTEGER"),
    Mutation(
        "place moves by whole chunks",
        BLOCKS,
        "p_at := p_at + l_amount",
        "p_at := p_at + p_chunk_chars",
    ),
    Mutation("chunks in one place", BLOCKS, "p_chunks(i) := l_chunk", "p_chunks(1) := l_chunk"),
    Mutation(
        "a chunk too many",
        BLOCKS,
        "FOR i IN 1 .. p_chunks_per_trip",
        "FOR i IN 0 .. p_chunks_per_trip",
    ),
    Mutation(
        "a chunk too few",
        BLOCKS,
        "FOR i IN 1 .. p_chunks_per_trip",
        "FOR i IN 1 .. p_chunks_per_trip - 1",
    ),
    Mutation("version not asked for before", BLOCKS, "  {version}(p_version => l_before);\n", ""),
    Mutation("version not asked for after", BLOCKS, "  {version}(p_version => l_after);\n", ""),
    Mutation("version that changed told", BLOCKS, "IF l_before = l_after", "IF l_after <> ' '"),
    Mutation("version never told", BLOCKS, "IF l_before = l_after", "IF l_before <> l_after"),
    Mutation(
        "length in characters",
        BLOCKS,
        ":length := DBMS_LOB.GETLENGTH(l_doc)",
        ":length := LENGTH(l_doc)",
    ),
    Mutation("document that fits kept", BLOCKS, "IF l_at <= DBMS", "IF l_at - 1 <= DBMS"),
    Mutation("rest of a unit lost", BLOCKS, "IF l_at <= DBMS", "IF l_at < DBMS"),
    Mutation("rest not handed over", BLOCKS, "      :doc := l_doc;", "      :doc := NULL;"),
    Mutation("CLOB not freed", BLOCKS, "DBMS_LOB.FREETEMPORARY(l_doc)", "NULL"),
    Mutation("anybody's CLOB freed", BLOCKS, "ISTEMPORARY(l_doc) = 1", "ISTEMPORARY(l_doc) >= 0"),
    Mutation("no CLOB looked into", BLOCKS, "IF l_doc IS NOT NULL THEN", "IF 1 = 1 THEN"),
    Mutation("place not handed over", BLOCKS, ":next_at := l_at", ":next_at := 1"),
    Mutation("beginning again", BLOCKS, "l_at INTEGER := :start_at", "l_at INTEGER := 1"),
    Mutation(
        "no semicolon in a block",
        BLOCKS,
        "      p_chunks(i) := l_chunk;",
        "      p_chunks(i) := l_chunk",
    ),
]

ONLY_ORACLE = [
    Mutation(
        "parameter passed by value", BODY, "p_json   IN OUT NOCOPY CLOB", "p_json   IN OUT CLOB"
    ),
    Mutation("temporary LOB not cached", BODY, "(p_json, TRUE)", "(p_json, FALSE)"),
    Mutation(
        "misspelt parameter of DBMS_SCHEDULER", JOB, "repeat_interval =>", "repeated_interval =>"
    ),
    Mutation(
        "no index for the foreign key",
        "indexes/odm_well_division_ix.sql",
        "(division_id)",
        "(well_name)",
    ),
    Mutation("prices in a heap", PRICE, "\nORGANIZATION INDEX;", ";"),
    Mutation("misspelt SQL*Plus command", "create_once.sql", "NEW_VALUE", "NEWVALUE"),
    Mutation("misspelt CREATE USER", "service_account.sql", "IDENTIFIED BY", "IDENTIFIED WITH"),
]


def main(arguments: list[str]) -> int:
    """Tries the breaks, in folders of their own: the tests read the files of theirs."""
    os.environ["ODM_TEST_SCRIPTS"] = "oracle"
    os.environ["ODM_TEST_TRANSPORT"] = BLOCKS
    from tests.plsql import noticing  # noqa: PLC0415 - reads that setting

    return noticing.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
