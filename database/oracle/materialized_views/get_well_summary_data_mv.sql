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
       totals.total_oil_sales
  FROM odm_well_totals_vw totals;

-- Serves both the one well of Get_Well_Summary_Data and the wells of Get_Well_List.
CREATE UNIQUE INDEX get_well_summary_data_mv_ux
    ON get_well_summary_data_mv (division_id, well_id);

COMMENT ON MATERIALIZED VIEW get_well_summary_data_mv IS
    'Totals of each well as of the last refresh: barrels to 0.001, US dollars to 0.01';
