-- Serves both the one well of Get_Well_Summary_Data and the wells of Get_Well_List.
CREATE UNIQUE INDEX get_well_summary_data_mv_ux
    ON get_well_summary_data_mv (division_id, well_id);
