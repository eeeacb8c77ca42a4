-- What the data dictionary tells of get_well_summary_data_mv.
COMMENT ON MATERIALIZED VIEW get_well_summary_data_mv IS
    'Totals of each well as of the last refresh: barrels to 0.001, US dollars to 0.01';
