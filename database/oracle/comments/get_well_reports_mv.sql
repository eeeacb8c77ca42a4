-- What the data dictionary tells of get_well_reports_mv.
COMMENT ON MATERIALIZED VIEW get_well_reports_mv IS
    'First and last day and number of reports of each well as of the last refresh';
