-- Get_Division_Summary_Data: one row a division, by id. json() lets the decimal text through as a
-- number, digit by digit.
SELECT '' AS head,
       json_object('Division_Id', summary.division_id,
                   'Division_Name', summary.division_name,
                   'Well_Count', summary.well_count,
                   'Total_Oil_Produced', json(summary.total_oil_produced),
                   'Total_Budget', json(summary.total_budget),
                   'Total_Actual', json(summary.total_actual),
                   'Total_Oil_Sales', json(summary.total_oil_sales),
                   'Period', summary.period,
                   'First_Date', reports.first_date,
                   'Last_Date', reports.last_date,
                   'Reports', coalesce(reports.reports, 0),
                   'Unpriced_Reports', coalesce(reports.unpriced_reports, 0)) AS lines
  FROM get_division_summary_data_mv AS summary
  LEFT JOIN (SELECT division_id,
                    min(first_date) AS first_date,
                    max(last_date) AS last_date,
                    sum(reports) AS reports,
                    sum(unpriced_reports) AS unpriced_reports
               FROM get_well_reports_mv
              GROUP BY division_id) AS reports USING (division_id)
 ORDER BY summary.division_id
