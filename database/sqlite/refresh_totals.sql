-- Both summaries anew, from the years that are already summed. decimal_text(n, places) is the
-- service's own function: n / 10^places as exact decimal text, NULL for NULL.

DELETE FROM get_well_summary_data_mv;

INSERT INTO get_well_summary_data_mv
SELECT well.well_id, well.well_name, division.division_id, division.division_name,
       decimal_text(coalesce(days.oil, 0), 3),
       decimal_text(months.budget, 2),
       decimal_text(months.actual, 2),
       decimal_text(coalesce(days.sales, 0), 2)
  FROM odm_well AS well
  JOIN odm_division AS division USING (division_id)
  LEFT JOIN (SELECT well_id, sum(oil_milli_bbl) AS oil, sum(sales_cents) AS sales
               FROM get_well_summary_by_day_mv
              GROUP BY well_id) AS days USING (well_id)
  LEFT JOIN (SELECT well_id, sum(budget_cents) AS budget, sum(actual_cents) AS actual
               FROM odm_monthly_budget
              GROUP BY well_id) AS months USING (well_id);

DELETE FROM get_division_summary_data_mv;

INSERT INTO get_division_summary_data_mv
SELECT division.division_id, division.division_name, count(well.well_id),
       decimal_text(coalesce(sum(days.oil), 0), 3),
       decimal_text(sum(months.budget), 2),
       decimal_text(sum(months.actual), 2),
       decimal_text(coalesce(sum(days.sales), 0), 2)
  FROM odm_division AS division
  LEFT JOIN odm_well AS well USING (division_id)
  LEFT JOIN (SELECT well_id, sum(oil_milli_bbl) AS oil, sum(sales_cents) AS sales
               FROM get_well_summary_by_day_mv
              GROUP BY well_id) AS days USING (well_id)
  LEFT JOIN (SELECT well_id, sum(budget_cents) AS budget, sum(actual_cents) AS actual
               FROM odm_monthly_budget
              GROUP BY well_id) AS months USING (well_id)
 GROUP BY division.division_id, division.division_name;
