-- Serves the wells of Get_Division_Well_Summary_Data, and the latest day among them.
CREATE UNIQUE INDEX get_well_reports_mv_ux
    ON get_well_reports_mv (division_id, well_id);
