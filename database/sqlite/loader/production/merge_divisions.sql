-- A division has the name of its latest day on record; a new one the load's benchmark.
INSERT INTO odm_division
SELECT division_id, division_name, :benchmark, as_of
  FROM temp.staged_division
 WHERE true
    ON CONFLICT DO UPDATE
   SET division_name = excluded.division_name,
       as_of = excluded.as_of
 WHERE excluded.as_of >= odm_division.as_of
   AND (excluded.division_name, excluded.as_of) <> (division_name, as_of);
