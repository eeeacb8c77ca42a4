-- The embedded database: the tables, view and materialized summaries of database/oracle/, kept in
-- SQLite. SQLite has no decimals, so volumes, prices and money are scaled integers: thousandths of
-- a barrel (milli_bbl), thousandths of a US dollar a barrel (milli_usd) and US cents.
-- The bounds are those of the Oracle columns.

CREATE TABLE odm_division (
    division_id   INTEGER NOT NULL PRIMARY KEY,
    division_name TEXT NOT NULL,
    benchmark     TEXT,             -- whose daily price the division's oil is sold at
    as_of         TEXT NOT NULL     -- day of the latest row that named the division
) STRICT;

CREATE TABLE odm_well (
    well_id     INTEGER NOT NULL PRIMARY KEY,
    well_name   TEXT NOT NULL,
    division_id INTEGER NOT NULL REFERENCES odm_division,
    as_of       TEXT NOT NULL       -- day of the latest row that named the well
) STRICT;

CREATE INDEX odm_well_by_division ON odm_well (division_id, well_id);

-- A row is a well's day, or its whole month, which stands on the month's first day. Loads see to it
-- that a calendar month of a well has either days or one month. Below zero: a correction.
CREATE TABLE odm_daily_production (
    well_id         INTEGER NOT NULL REFERENCES odm_well,
    production_date TEXT NOT NULL,
    oil_milli_bbl   INTEGER NOT NULL CHECK (abs(oil_milli_bbl) <= 999999999999),
    period          TEXT NOT NULL DEFAULT 'day' CHECK (period IN ('day', 'month')),
    PRIMARY KEY (well_id, production_date),
    CHECK (period = 'day' OR production_date LIKE '%-01')
) STRICT, WITHOUT ROWID;

-- For a load of days, which looks for months that it may not mix with.
CREATE INDEX odm_monthly_production
    ON odm_daily_production (well_id, production_date)
 WHERE period = 'month';

CREATE TABLE odm_daily_price (
    benchmark       TEXT NOT NULL,
    price_date      TEXT NOT NULL,
    price_milli_usd INTEGER NOT NULL CHECK (price_milli_usd BETWEEN -99999999 AND 99999999),
    PRIMARY KEY (benchmark, price_date)
) STRICT, WITHOUT ROWID;

CREATE TABLE odm_monthly_budget (
    well_id      INTEGER NOT NULL REFERENCES odm_well,
    budget_month TEXT NOT NULL,     -- the month's first day
    budget_cents INTEGER CHECK (abs(budget_cents) <= 99999999999999),
    actual_cents INTEGER CHECK (abs(actual_cents) <= 99999999999999),
    PRIMARY KEY (well_id, budget_month)
) STRICT, WITHOUT ROWID;

-- The mean of the prices in force on a month's days, to 0.001, half away from zero; no row: none of
-- its days has a price. A load writes the months of the years that it renders again.
CREATE TABLE odm_monthly_price_mv (
    benchmark       TEXT NOT NULL,
    price_month     TEXT NOT NULL,  -- the month's first day
    price_milli_usd INTEGER NOT NULL,
    PRIMARY KEY (benchmark, price_month)
) STRICT, WITHOUT ROWID;

-- One row a well and day, or month. The price in force on a day is the last quotation on or before
-- it, so a weekend carries Friday's; a day before the first quotation has none, and no sales. A
-- month has the mean of its days.
CREATE VIEW get_well_summary_by_day_vw AS
SELECT well_id,
       date_value,
       oil_milli_bbl,
       price_milli_usd,
       -- milli_bbl x milli_usd is 1/10,000 cent, rounded half away from zero, as Oracle's ROUND. The
       -- product may have more than 64 bits, so 10,000 milli_bbl are taken out before.
       CASE WHEN price_milli_usd IS NULL THEN 0
            WHEN (oil_milli_bbl < 0) = (price_milli_usd < 0) THEN 1
            ELSE -1
       END * coalesce(abs(oil_milli_bbl) / 10000 * abs(price_milli_usd)
                      + (abs(oil_milli_bbl) % 10000 * abs(price_milli_usd) + 5000) / 10000,
                      0) AS sales_cents,
       period
  FROM (SELECT production.well_id,
               production.production_date AS date_value,
               production.oil_milli_bbl,
               production.period,
               coalesce(price.price_milli_usd, monthly.price_milli_usd) AS price_milli_usd
          FROM odm_daily_production AS production
          JOIN odm_well AS well USING (well_id)
          JOIN odm_division AS division USING (division_id)
          LEFT JOIN odm_daily_price AS price
            ON production.period = 'day'
           AND price.benchmark = division.benchmark
           AND price.price_date = (SELECT max(quoted.price_date)
                                     FROM odm_daily_price AS quoted
                                    WHERE quoted.benchmark = division.benchmark
                                      AND quoted.price_date <= production.production_date)
          LEFT JOIN odm_monthly_price_mv AS monthly
            ON production.period = 'month'
           AND monthly.benchmark = division.benchmark
           AND monthly.price_month = production.production_date);

-- A row for each well, with or without production or budget: what both summaries are made of.
-- Oil and sales come from the years that are already summed.
CREATE VIEW odm_well_totals_vw AS
SELECT well.well_id,
       well.well_name,
       division.division_id,
       division.division_name,
       coalesce(days.oil_milli_bbl, 0) AS oil_milli_bbl,
       months.budget_cents,
       months.actual_cents,
       coalesce(days.sales_cents, 0) AS sales_cents,
       days.first_period,
       days.last_period
  FROM odm_well AS well
  JOIN odm_division AS division USING (division_id)
  LEFT JOIN (SELECT well_id, sum(oil_milli_bbl) AS oil_milli_bbl, sum(sales_cents) AS sales_cents,
                    min(first_period) AS first_period, max(last_period) AS last_period
               FROM get_well_summary_by_day_mv
              GROUP BY well_id) AS days USING (well_id)
  LEFT JOIN (SELECT well_id, sum(budget_cents) AS budget_cents, sum(actual_cents) AS actual_cents
               FROM odm_monthly_budget
              GROUP BY well_id) AS months USING (well_id);

-- The four tables below, like odm_monthly_price_mv above, stand for materialized views:
-- app/wells/embedded/summaries.py writes them in the transaction of the load that changes what they
-- are made of, and nothing else does.

-- A well's days of one year, as the JSON that is served: one line a day, ordered, each from the
-- date's first digit to the closing brace (what comes before is the same on every line). Its periods
-- are its first and last by name: 'day' and 'month' in a year that has both.
CREATE TABLE get_well_summary_by_day_mv (
    well_id       INTEGER NOT NULL,
    year          TEXT NOT NULL,
    oil_milli_bbl INTEGER NOT NULL,
    sales_cents   INTEGER NOT NULL,
    first_period  TEXT NOT NULL,
    last_period   TEXT NOT NULL,
    first_date    TEXT NOT NULL,
    last_date     TEXT NOT NULL,
    last_oil_milli_bbl INTEGER NOT NULL,
    reports       INTEGER NOT NULL,
    unpriced      INTEGER NOT NULL, -- reports without a price in force, whose sales are 0
    day_lines     TEXT NOT NULL,
    PRIMARY KEY (well_id, year)
) STRICT;

-- Totals are decimal text, exact and ready to be served: barrels and US dollars. Oil and sales of
-- a well without days are 0; a budget or actual that no month states is NULL. The period is that of
-- the rows: 'day', 'month', 'mixed', or NULL without any.
CREATE TABLE get_well_summary_data_mv (
    well_id            INTEGER NOT NULL PRIMARY KEY,
    well_name          TEXT NOT NULL,
    division_id        INTEGER NOT NULL,
    division_name      TEXT NOT NULL,
    total_oil_produced TEXT NOT NULL,
    total_budget       TEXT,
    total_actual       TEXT,
    total_oil_sales    TEXT NOT NULL,
    period             TEXT
) STRICT;

CREATE INDEX get_well_summary_data_mv_by_division
    ON get_well_summary_data_mv (division_id, well_id, well_name, division_name);

CREATE TABLE get_division_summary_data_mv (
    division_id        INTEGER NOT NULL PRIMARY KEY,
    division_name      TEXT NOT NULL,
    well_count         INTEGER NOT NULL,
    total_oil_produced TEXT NOT NULL,
    total_budget       TEXT,
    total_actual       TEXT,
    total_oil_sales    TEXT NOT NULL,
    period             TEXT
) STRICT;

-- How far each well's reports reach, the oil of the last one, how many there are, and how many of
-- them have no price in force. A well without reports has no row.
CREATE TABLE get_well_reports_mv (
    well_id           INTEGER NOT NULL PRIMARY KEY,
    division_id       INTEGER NOT NULL,
    first_date        TEXT NOT NULL,
    last_date         TEXT NOT NULL,
    last_oil_produced TEXT NOT NULL,
    reports           INTEGER NOT NULL,
    unpriced_reports  INTEGER NOT NULL
) STRICT;

CREATE INDEX get_well_reports_mv_by_division
    ON get_well_reports_mv (division_id, first_date, last_date, reports, unpriced_reports);

-- Which version of the data the file holds. A load notes what it changes, in its own transaction.
-- The id is random: copies of a file that were loaded with different data differ in it, though
-- they were changed as often and in the same second.
CREATE TABLE data_version (
    subject      TEXT NOT NULL PRIMARY KEY,
    change_count INTEGER NOT NULL,
    changed_at   TEXT NOT NULL,     -- UTC, as 2026-11-21T06:00:00Z
    change_id    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The same as the JSON text that Oracle's Get_Data_Version hands back, written with it: every answer
-- reads this one row.
CREATE TABLE data_version_mv (
    version TEXT NOT NULL
) STRICT;

INSERT INTO data_version
SELECT value, 0, '1970-01-01T00:00:00Z', ''
  FROM json_each('["budgets", "divisions", "prices", "production", "summaries", "wells"]');

INSERT INTO data_version_mv VALUES ('');
