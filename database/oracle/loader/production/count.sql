-- How many days of wells are staged, and how many of them are new or have another volume.
SELECT COUNT(*) AS days,
       COUNT(CASE WHEN known.well_id IS NULL THEN 1 END) AS new_days,
       COUNT(CASE WHEN known.oil_bbl <> staged.oil_bbl THEN 1 END) AS changed_days
  FROM (
        SELECT /*+ CARDINALITY(staged 1) */
               staged.well_id,
               staged.production_date,
               SUM(staged.oil_bbl) AS oil_bbl
          FROM odm_stage_production staged
         GROUP BY staged.well_id, staged.production_date
       ) staged
  LEFT JOIN odm_daily_production known
    ON known.well_id = staged.well_id
   AND known.production_date = staged.production_date;
