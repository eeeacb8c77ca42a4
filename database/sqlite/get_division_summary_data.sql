-- Get_Division_Summary_Data: one row a division, by id. json() lets the decimal text through as a
-- number, digit by digit.
SELECT '' AS head,
       json_object('Division_Id', division_id,
                   'Division_Name', division_name,
                   'Well_Count', well_count,
                   'Total_Oil_Produced', json(total_oil_produced),
                   'Total_Budget', json(total_budget),
                   'Total_Actual', json(total_actual),
                   'Total_Oil_Sales', json(total_oil_sales),
                   'Period', period) AS lines
  FROM get_division_summary_data_mv
 ORDER BY division_id
