INSERT INTO odm_daily_production
SELECT well_id, day, oil, :period
  FROM temp.change
 WHERE true
    ON CONFLICT DO UPDATE
   SET oil_milli_bbl = excluded.oil_milli_bbl;
