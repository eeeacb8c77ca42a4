-- A well has the name and the division of its latest day on record; of two rows of that day those
-- of the later one.
MERGE INTO odm_well well
USING (
    SELECT latest.well_id,
           latest.well_name,
           latest.division_id,
           latest.as_of
      FROM (
            SELECT /*+ CARDINALITY(staged 1) */
                   staged.well_id,
                   staged.well_name,
                   staged.division_id,
                   staged.production_date AS as_of,
                   ROW_NUMBER() OVER (
                       PARTITION BY staged.well_id
                       ORDER BY staged.production_date DESC, staged.line DESC
                   ) AS place
              FROM odm_stage_production staged
           ) latest
      LEFT JOIN odm_well known
        ON known.well_id = latest.well_id
     WHERE latest.place = 1
       AND (
            known.as_of IS NULL
            OR known.as_of < latest.as_of
            OR (
                known.as_of = latest.as_of
                AND (
                    known.well_name <> latest.well_name
                    OR known.division_id <> latest.division_id
                )
            )
       )
) changed
ON (well.well_id = changed.well_id)
WHEN MATCHED THEN
    UPDATE SET well_name = changed.well_name,
               division_id = changed.division_id,
               as_of = changed.as_of
WHEN NOT MATCHED THEN
    INSERT (well_id, well_name, division_id, as_of)
    VALUES (changed.well_id, changed.well_name, changed.division_id, changed.as_of);
