-- Totals of each well as of the last refresh. How and when it is refreshed, and why not FAST:
-- see procedures/odm_refresh_summaries.sql.
CREATE MATERIALIZED VIEW get_well_summary_data_mv
BUILD IMMEDIATE
REFRESH COMPLETE ON DEMAND
AS
SELECT totals.well_id,
       totals.well_name,
       totals.division_id,
       totals.division_name,
       totals.total_oil_produced,
       totals.total_budget,
       totals.total_actual,
       totals.total_oil_sales,
       totals.period
  FROM odm_well_totals_vw totals;
