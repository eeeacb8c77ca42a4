-- Wells whose division gets another benchmark sell at other prices.
INSERT OR IGNORE INTO temp.touched_year
SELECT days.well_id, days.year
  FROM get_well_summary_by_day_mv AS days
  JOIN odm_well AS well USING (well_id)
  JOIN odm_division AS division USING (division_id)
 WHERE division_id IN (SELECT division_id FROM temp.staged_division)
   AND benchmark IS NOT :benchmark;
