-- Get_Division_Well_Summary_Data: one row a well of the division, by id; one row with NULL for a
-- division without wells; no row for an unknown division.
SELECT '' AS head,
       CASE WHEN well.well_id IS NOT NULL
            THEN json_object('well_id', well.well_id,
                             'well_name', well.well_name,
                             'division_id', well.division_id,
                             'division_name', well.division_name,
                             'total_oil_produced', json(well.total_oil_produced),
                             'total_budget', json(well.total_budget),
                             'total_actual', json(well.total_actual),
                             'total_oil_sales', json(well.total_oil_sales),
                             'period', well.period,
                             'first_date', reported.first_date,
                             'last_date', reported.last_date,
                             'last_oil_produced', json(reported.last_oil_produced),
                             'days_late', CAST(julianday(latest.last_date)
                                               - julianday(reported.last_date) AS INTEGER),
                             'reports', coalesce(reported.reports, 0),
                             'unpriced_reports', coalesce(reported.unpriced_reports, 0))
       END AS lines
  FROM odm_division AS division
  LEFT JOIN (SELECT max(last_date) AS last_date
               FROM get_well_reports_mv
              WHERE division_id = :division_id) AS latest
  LEFT JOIN get_well_summary_data_mv AS well USING (division_id)
  LEFT JOIN get_well_reports_mv AS reported USING (well_id)
 WHERE division.division_id = :division_id
 ORDER BY well.well_id
