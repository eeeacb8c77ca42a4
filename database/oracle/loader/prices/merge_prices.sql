-- The days that are new or have another price.
MERGE INTO odm_daily_price price
USING (
    SELECT /*+ CARDINALITY(staged 1) */
           staged.price_date,
           staged.price_usd
      FROM odm_stage_price staged
      LEFT JOIN odm_daily_price known
        ON known.benchmark = :benchmark
       AND known.price_date = staged.price_date
     WHERE known.price_date IS NULL
        OR known.price_usd <> staged.price_usd
) changed
ON (price.benchmark = :benchmark AND price.price_date = changed.price_date)
WHEN MATCHED THEN
    UPDATE SET price_usd = changed.price_usd
WHEN NOT MATCHED THEN
    INSERT (benchmark, price_date, price_usd)
    VALUES (:benchmark, changed.price_date, changed.price_usd);
