-- Get_Well_Summary_Data: the well's one row; no row for an unknown pair of well and division.
SELECT '' AS head,
       json_object('well_id', well_id,
                   'well_name', well_name,
                   'division_id', division_id,
                   'division_name', division_name,
                   'total_oil_produced', json(total_oil_produced),
                   'total_budget', json(total_budget),
                   'total_actual', json(total_actual),
                   'total_oil_sales', json(total_oil_sales),
                   'period', period) AS lines
  FROM get_well_summary_data_mv
 WHERE well_id = :well_id
   AND division_id = :division_id
