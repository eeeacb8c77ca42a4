-- A quotation holds until the next one, so years after its own may see it too.
INSERT OR IGNORE INTO temp.touched_year
SELECT days.well_id, days.year
  FROM get_well_summary_by_day_mv AS days
  JOIN odm_well AS well USING (well_id)
  JOIN odm_division AS division USING (division_id)
 WHERE division.benchmark = :benchmark
   AND days.year >= (SELECT substr(min(day), 1, 4) FROM temp.change);
