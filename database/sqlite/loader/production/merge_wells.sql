-- A well has the name and the division of its latest day on record.
INSERT INTO odm_well
SELECT well_id, well_name, division_id, as_of
  FROM temp.staged_well
 WHERE true
    ON CONFLICT DO UPDATE
   SET well_name = excluded.well_name,
       division_id = excluded.division_id,
       as_of = excluded.as_of
 WHERE excluded.as_of >= odm_well.as_of
   AND (excluded.well_name, excluded.division_id, excluded.as_of)
       <> (odm_well.well_name, odm_well.division_id, odm_well.as_of);
