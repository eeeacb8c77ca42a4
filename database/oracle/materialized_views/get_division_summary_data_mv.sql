-- Totals of each division as of the last refresh. It sums the wells afresh instead of reading
-- the other materialized view: the two then need no order of refresh between them.
CREATE MATERIALIZED VIEW get_division_summary_data_mv
BUILD IMMEDIATE
REFRESH COMPLETE ON DEMAND
AS
SELECT division.division_id,
       division.division_name,
       COUNT(totals.well_id) AS well_count,
       COALESCE(SUM(totals.total_oil_produced), 0) AS total_oil_produced,
       SUM(totals.total_budget) AS total_budget,
       SUM(totals.total_actual) AS total_actual,
       COALESCE(SUM(totals.total_oil_sales), 0) AS total_oil_sales,
       CASE
           WHEN MIN(totals.period) = MAX(totals.period) THEN MIN(totals.period)
           WHEN MIN(totals.period) <> MAX(totals.period) THEN 'mixed'
       END AS period
  FROM odm_division division
  LEFT JOIN odm_well_totals_vw totals
    ON totals.division_id = division.division_id
 GROUP BY division.division_id,
          division.division_name;
