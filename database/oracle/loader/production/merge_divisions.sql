-- A division has the name of its latest day on record; of two rows of that day the later one's.
MERGE INTO odm_division division
USING (
    SELECT latest.division_id,
           latest.division_name,
           latest.as_of
      FROM (
            SELECT /*+ CARDINALITY(staged 1) */
                   staged.division_id,
                   staged.division_name,
                   staged.production_date AS as_of,
                   ROW_NUMBER() OVER (
                       PARTITION BY staged.division_id
                       ORDER BY staged.production_date DESC, staged.line DESC
                   ) AS place
              FROM odm_stage_production staged
           ) latest
      LEFT JOIN odm_division known
        ON known.division_id = latest.division_id
     WHERE latest.place = 1
       AND (
            known.as_of IS NULL
            OR known.as_of < latest.as_of
            OR (known.as_of = latest.as_of AND known.division_name <> latest.division_name)
       )
) changed
ON (division.division_id = changed.division_id)
WHEN MATCHED THEN
    UPDATE SET division_name = changed.division_name,
               as_of = changed.as_of
WHEN NOT MATCHED THEN
    INSERT (division_id, division_name, as_of)
    VALUES (changed.division_id, changed.division_name, changed.as_of);
