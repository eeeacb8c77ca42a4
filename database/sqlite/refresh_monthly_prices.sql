-- The mean prices of the months of those years that a load alters, from the price in force on each
-- day. Of 2 x sum and 2 x count the half that is rounded away from zero is a whole number.

DELETE FROM odm_monthly_price_mv
 WHERE substr(price_month, 1, 4) IN (SELECT year FROM temp.touched_year);

INSERT INTO odm_monthly_price_mv
  WITH RECURSIVE calendar (day) AS (
       SELECT DISTINCT year || '-01-01'
         FROM temp.touched_year
        UNION ALL
       SELECT date(day, '+1 day')
         FROM calendar
        WHERE day NOT LIKE '%-12-31'
       )
SELECT benchmark,
       substr(day, 1, 7) || '-01',
       CASE WHEN sum(price_milli_usd) < 0 THEN -1 ELSE 1 END
       * ((2 * abs(sum(price_milli_usd)) + count(*)) / (2 * count(*)))
  FROM (SELECT sold.benchmark,
               calendar.day,
               (SELECT quoted.price_milli_usd
                  FROM odm_daily_price AS quoted
                 WHERE quoted.benchmark = sold.benchmark
                   AND quoted.price_date <= calendar.day
                 ORDER BY quoted.price_date DESC
                 LIMIT 1) AS price_milli_usd
          FROM calendar
         CROSS JOIN (SELECT DISTINCT benchmark FROM odm_division) AS sold)
 WHERE price_milli_usd IS NOT NULL
 GROUP BY benchmark, substr(day, 1, 7);
