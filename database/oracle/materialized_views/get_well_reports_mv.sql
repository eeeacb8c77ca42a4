-- How far each well's rows of production reach, the oil of the last one, how many there are, and
-- how many have no price in force, as of the last refresh. A well without production has no row.
-- A row has no price in force, so that oil_price of get_well_summary_by_day_vw is null, when the
-- benchmark's first quotation comes after the day, or after the month where the row is one, or
-- when the division has no benchmark. The first quotation tells it for all rows, so that a refresh
-- reads odm_daily_production once, without a descent into odm_daily_price for each row, and looks
-- for the last row of each well by its key.
CREATE MATERIALIZED VIEW get_well_reports_mv
BUILD IMMEDIATE
REFRESH COMPLETE ON DEMAND
AS
SELECT reported.well_id,
       reported.division_id,
       reported.first_date,
       reported.last_date,
       latest.oil_bbl AS last_oil_produced,
       reported.reports,
       reported.unpriced_reports
  FROM (
        SELECT daily.well_id,
               well.division_id,
               MIN(daily.production_date) AS first_date,
               MAX(daily.production_date) AS last_date,
               COUNT(*) AS reports,
               SUM(
                   CASE
                       WHEN quoted.first_date <= daily.production_date THEN 0
                       WHEN daily.period = 'month'
                        AND quoted.first_date < ADD_MONTHS(daily.production_date, 1) THEN 0
                       ELSE 1
                   END
               ) AS unpriced_reports
          FROM odm_daily_production daily
          JOIN odm_well well
            ON well.well_id = daily.well_id
          JOIN odm_division division
            ON division.division_id = well.division_id
          LEFT JOIN (
                SELECT quotation.benchmark,
                       MIN(quotation.price_date) AS first_date
                  FROM odm_daily_price quotation
                 GROUP BY quotation.benchmark
               ) quoted
            ON quoted.benchmark = division.benchmark
         GROUP BY daily.well_id,
                  well.division_id
       ) reported
  JOIN odm_daily_production latest
    ON latest.well_id = reported.well_id
   AND latest.production_date = reported.last_date;
