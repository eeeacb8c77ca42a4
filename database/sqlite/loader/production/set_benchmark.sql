-- The load's benchmark becomes that of its divisions.
UPDATE odm_division
   SET benchmark = :benchmark
 WHERE division_id IN (SELECT division_id FROM temp.staged_division)
   AND benchmark IS NOT :benchmark;
