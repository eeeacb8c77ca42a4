-- Wells that move to another division sell at other prices.
INSERT OR IGNORE INTO temp.touched_year
SELECT days.well_id, days.year
  FROM get_well_summary_by_day_mv AS days
  JOIN odm_well AS well USING (well_id)
 WHERE EXISTS (SELECT 1
                 FROM temp.staged_well AS staged
                WHERE staged.well_id = well.well_id
                  AND staged.as_of >= well.as_of
                  AND staged.division_id <> well.division_id);
