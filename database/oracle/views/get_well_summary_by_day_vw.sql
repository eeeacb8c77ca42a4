-- A row for each well and day or month with production: volume, price and sales. Live: it reads
-- the tables at the time of the query. A day has the price in force: the query called production
-- finds the day of the last quotation on or before it (one descent into the index of
-- odm_daily_price for each row), and the join to price looks it up. A month has the mean of the
-- prices in force on its days: the query called spell has a row for each quotation that is in force
-- in it, from its day (or the month's first) until the next one's (or the next month's first); days
-- before the first quotation are not in any. The WHERE on well_id reaches both queries, so a well's
-- rows are read by the key of odm_daily_production.
CREATE OR REPLACE VIEW get_well_summary_by_day_vw AS
SELECT production.well_id,
       production.well_name,
       production.division_id,
       production.division_name,
       production.production_date AS date_value,
       production.oil_bbl AS oil_produced,
       COALESCE(price.price_usd, monthly.price_usd) AS oil_price,
       COALESCE(
           ROUND(production.oil_bbl * COALESCE(price.price_usd, monthly.price_usd), 2), 0
       ) AS oil_sales,
       production.period
  FROM (
        SELECT daily.well_id,
               well.well_name,
               well.division_id,
               division.division_name,
               division.benchmark,
               daily.production_date,
               daily.oil_bbl,
               daily.period,
               CASE
                   WHEN daily.period = 'day' THEN (
                    SELECT MAX(quotation.price_date)
                      FROM odm_daily_price quotation
                     WHERE quotation.benchmark = division.benchmark
                       AND quotation.price_date <= daily.production_date
                   )
               END AS price_date
          FROM odm_daily_production daily
          JOIN odm_well well
            ON well.well_id = daily.well_id
          JOIN odm_division division
            ON division.division_id = well.division_id
       ) production
  LEFT JOIN odm_daily_price price
    ON price.benchmark = production.benchmark
   AND price.price_date = production.price_date
  LEFT JOIN (
        SELECT spell.well_id,
               spell.production_date,
               ROUND(
                   SUM(spell.price_usd * (spell.till_date - spell.from_date))
                   / SUM(spell.till_date - spell.from_date),
                   3
               ) AS price_usd
          FROM (
                SELECT stated.well_id,
                       stated.production_date,
                       quotation.price_usd,
                       GREATEST(quotation.price_date, stated.production_date) AS from_date,
                       LEAD(quotation.price_date, 1, stated.next_month) OVER (
                           PARTITION BY stated.well_id, stated.production_date
                           ORDER BY quotation.price_date
                       ) AS till_date
                  FROM (
                        SELECT daily.well_id,
                               daily.production_date,
                               division.benchmark,
                               ADD_MONTHS(daily.production_date, 1) AS next_month,
                               COALESCE(
                                   (
                                    SELECT MAX(earlier.price_date)
                                      FROM odm_daily_price earlier
                                     WHERE earlier.benchmark = division.benchmark
                                       AND earlier.price_date <= daily.production_date
                                   ),
                                   daily.production_date
                               ) AS since
                          FROM odm_daily_production daily
                          JOIN odm_well well
                            ON well.well_id = daily.well_id
                          JOIN odm_division division
                            ON division.division_id = well.division_id
                         WHERE daily.period = 'month'
                       ) stated
                  JOIN odm_daily_price quotation
                    ON quotation.benchmark = stated.benchmark
                   AND quotation.price_date >= stated.since
                   AND quotation.price_date < stated.next_month
               ) spell
         GROUP BY spell.well_id,
                  spell.production_date
       ) monthly
    ON monthly.well_id = production.well_id
   AND monthly.production_date = production.production_date;
