-- The days that are new or have another volume.
INSERT INTO temp.change
SELECT staged.well_id, staged.day, staged.oil, known.well_id IS NULL
  FROM (SELECT well_id, day, sum(oil) AS oil
          FROM temp.staged
         GROUP BY well_id, day) AS staged
  LEFT JOIN odm_daily_production AS known
    ON known.well_id = staged.well_id
   AND known.production_date = staged.day
 WHERE known.oil_milli_bbl IS NOT staged.oil;
