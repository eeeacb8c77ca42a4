INSERT INTO odm_daily_price
SELECT :benchmark, day, price
  FROM temp.change
 WHERE true
    ON CONFLICT DO UPDATE
   SET price_milli_usd = excluded.price_milli_usd;
