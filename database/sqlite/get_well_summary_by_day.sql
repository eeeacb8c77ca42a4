-- Get_Well_Summary_By_Day: the well's days, a year's lines to a row, in order; one row with NULL
-- for a well without days in the years asked for; no row for an unknown pair of well and division.
-- The years at the edges of a date range still hold days outside of it: the reader cuts them off.
SELECT rtrim(json_object('well_id', well.well_id,
                         'well_name', well.well_name,
                         'division_id', well.division_id,
                         'division_name', well.division_name), '}') || ',"date_value":"' AS head,
       days.day_lines AS lines
  FROM get_well_summary_data_mv AS well
  LEFT JOIN get_well_summary_by_day_mv AS days
    ON days.well_id = well.well_id
   AND days.year BETWEEN substr(coalesce(:from_date, '0001'), 1, 4)
                     AND substr(coalesce(:to_date, '9999'), 1, 4)
 WHERE well.well_id = :well_id
   AND well.division_id = :division_id
 ORDER BY days.year
