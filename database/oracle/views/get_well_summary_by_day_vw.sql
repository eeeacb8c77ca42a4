-- A row for each well and day with production: volume, price in force and sales. Live: it reads
-- the tables at the time of the query. The inner query finds the day of the last quotation
-- on or before the day of production (one descent into the index of odm_daily_price for each
-- row); the outer one looks its price up. The WHERE on well_id reaches the inner query, so a
-- well's days are read by the key of odm_daily_production.
CREATE OR REPLACE VIEW get_well_summary_by_day_vw AS
SELECT production.well_id,
       production.well_name,
       production.division_id,
       production.division_name,
       production.production_date AS date_value,
       production.oil_bbl AS oil_produced,
       price.price_usd AS oil_price,
       CASE
           WHEN price.price_usd IS NULL THEN 0
           ELSE ROUND(production.oil_bbl * price.price_usd, 2)
       END AS oil_sales
  FROM (
        SELECT daily.well_id,
               well.well_name,
               well.division_id,
               division.division_name,
               division.benchmark,
               daily.production_date,
               daily.oil_bbl,
               (
                SELECT MAX(quotation.price_date)
                  FROM odm_daily_price quotation
                 WHERE quotation.benchmark = division.benchmark
                   AND quotation.price_date <= daily.production_date
               ) AS price_date
          FROM odm_daily_production daily
          JOIN odm_well well
            ON well.well_id = daily.well_id
          JOIN odm_division division
            ON division.division_id = well.division_id
       ) production
  LEFT JOIN odm_daily_price price
    ON price.benchmark = production.benchmark
   AND price.price_date = production.price_date;
