-- Ends an installation as failed when something of ODM did not compile: CREATE PACKAGE with errors
-- is a success with a warning to the client that sent it. The message lists the errors.
DECLARE
    l_errors VARCHAR2(1900 CHAR);
BEGIN
    FOR l_error IN (
        SELECT faulty.name AS unit_name,
               faulty.type AS unit_kind,
               faulty.line AS line_number,
               faulty.text AS message
          FROM user_errors faulty
         WHERE faulty.name IN (
                   'GET_ODM_DATA_PKG', 'ODM_REFRESH_SUMMARIES', 'GET_WELL_SUMMARY_BY_DAY_VW',
                   'ODM_WELL_TOTALS_VW', 'ODM_NOTE_CHANGE', 'GET_DATA_VERSION_VW',
                   'ODM_DIVISION_CHANGES', 'ODM_WELL_CHANGES', 'ODM_DAILY_PRODUCTION_CHANGES',
                   'ODM_DAILY_PRICE_CHANGES', 'ODM_MONTHLY_BUDGET_CHANGES',
                   'GET_WELL_SUMMARY_DATA_MV', 'GET_DIVISION_SUMMARY_DATA_MV', 'GET_WELL_REPORTS_MV'
               )
           AND faulty.attribute = 'ERROR'
         ORDER BY faulty.name, faulty.type, faulty.sequence
    ) LOOP
        l_errors := SUBSTR(
            l_errors || CHR(10) || l_error.unit_kind || ' ' || l_error.unit_name
            || ' line ' || l_error.line_number || ': ' || l_error.message,
            1, 1900
        );
    END LOOP;

    IF l_errors IS NOT NULL THEN
        RAISE_APPLICATION_ERROR(-20004, 'ODM has compilation errors:' || l_errors);
    END IF;
END;
/
