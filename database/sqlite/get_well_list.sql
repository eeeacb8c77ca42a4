-- Get_Well_List: one row a well of the division, by id; one row with NULL for a division without
-- wells; no row for an unknown division.
SELECT '' AS head,
       CASE WHEN well.well_id IS NOT NULL
            THEN json_object('well_id', well.well_id,
                             'well_name', well.well_name,
                             'division_id', well.division_id,
                             'division_name', well.division_name)
       END AS lines
  FROM odm_division AS division
  LEFT JOIN get_well_summary_data_mv AS well USING (division_id)
 WHERE division.division_id = :division_id
 ORDER BY well.well_id
