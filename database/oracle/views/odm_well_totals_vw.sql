-- A row for each well, with or without production or budget: what the two materialized views of
-- totals are made of. Sales and oil are summed from the rows of the by-day view, so the totals are
-- exact sums of the values that a client sees day by day.
CREATE OR REPLACE VIEW odm_well_totals_vw AS
SELECT well.well_id,
       well.well_name,
       division.division_id,
       division.division_name,
       COALESCE(production.oil_produced, 0) AS total_oil_produced,
       budget.budget_usd AS total_budget,
       budget.actual_usd AS total_actual,
       COALESCE(production.oil_sales, 0) AS total_oil_sales,
       CASE
           WHEN production.first_period = production.last_period THEN production.first_period
           WHEN production.first_period <> production.last_period THEN 'mixed'
       END AS period
  FROM odm_well well
  JOIN odm_division division
    ON division.division_id = well.division_id
  LEFT JOIN (
        SELECT by_day.well_id,
               SUM(by_day.oil_produced) AS oil_produced,
               SUM(by_day.oil_sales) AS oil_sales,
               MIN(by_day.period) AS first_period,
               MAX(by_day.period) AS last_period
          FROM get_well_summary_by_day_vw by_day
         GROUP BY by_day.well_id
       ) production
    ON production.well_id = well.well_id
  LEFT JOIN (
        SELECT monthly.well_id,
               SUM(monthly.budget_usd) AS budget_usd,
               SUM(monthly.actual_usd) AS actual_usd
          FROM odm_monthly_budget monthly
         GROUP BY monthly.well_id
       ) budget
    ON budget.well_id = well.well_id;
