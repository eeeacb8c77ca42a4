-- The quotations that are new or have another price.
INSERT INTO temp.change
SELECT staged.day, staged.price, known.price_date IS NULL
  FROM temp.staged AS staged
  LEFT JOIN odm_daily_price AS known
    ON known.benchmark = :benchmark
   AND known.price_date = staged.day
 WHERE known.price_milli_usd IS NOT staged.price;
