-- How many days are staged, and how many of them are new or have another price.
SELECT /*+ CARDINALITY(staged 1) */
       COUNT(*) AS days,
       COUNT(CASE WHEN known.price_date IS NULL THEN 1 END) AS new_days,
       COUNT(CASE WHEN known.price_usd <> staged.price_usd THEN 1 END) AS changed_days
  FROM odm_stage_price staged
  LEFT JOIN odm_daily_price known
    ON known.benchmark = :benchmark
   AND known.price_date = staged.price_date;
