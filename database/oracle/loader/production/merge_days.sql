-- The days, or in a load of months the months, that are new or have another volume; the parts of a
-- well and day are added up.
MERGE INTO odm_daily_production daily
USING (
    SELECT staged.well_id,
           staged.production_date,
           staged.oil_bbl,
           staged.period
      FROM (
            SELECT /*+ CARDINALITY(staged 1) */
                   staged.well_id,
                   staged.production_date,
                   SUM(staged.oil_bbl) AS oil_bbl,
                   staged.period
              FROM odm_stage_production staged
             GROUP BY staged.well_id, staged.production_date, staged.period
           ) staged
      LEFT JOIN odm_daily_production known
        ON known.well_id = staged.well_id
       AND known.production_date = staged.production_date
     WHERE known.well_id IS NULL
        OR known.oil_bbl <> staged.oil_bbl
) changed
ON (daily.well_id = changed.well_id AND daily.production_date = changed.production_date)
WHEN MATCHED THEN
    UPDATE SET oil_bbl = changed.oil_bbl
WHEN NOT MATCHED THEN
    INSERT (well_id, production_date, oil_bbl, period)
    VALUES (changed.well_id, changed.production_date, changed.oil_bbl, changed.period);
