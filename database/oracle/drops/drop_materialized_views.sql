-- Drops the materialized views that are there; they hold nothing that the tables do not.
BEGIN
    FOR l_object IN (
        SELECT mview_name
          FROM user_mviews
         WHERE mview_name IN (
                   'GET_WELL_SUMMARY_DATA_MV', 'GET_DIVISION_SUMMARY_DATA_MV',
                   'GET_WELL_REPORTS_MV'
               )
    ) LOOP
        EXECUTE IMMEDIATE 'DROP MATERIALIZED VIEW ' || l_object.mview_name;
    END LOOP;
END;
/
