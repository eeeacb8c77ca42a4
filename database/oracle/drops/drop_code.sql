-- Drops the triggers, the package, the procedures and the views that are there. The triggers go
-- before the procedure that they call: without it no table could be written.
BEGIN
    FOR l_object IN (
        SELECT object_type,
               object_name
          FROM user_objects
         WHERE (object_type = 'PACKAGE' AND object_name = 'GET_ODM_DATA_PKG')
            OR (
                object_type = 'PROCEDURE'
                AND object_name IN ('ODM_REFRESH_SUMMARIES', 'ODM_NOTE_CHANGE')
            )
            OR (
                object_type = 'TRIGGER'
                AND object_name IN (
                    'ODM_DIVISION_CHANGES', 'ODM_WELL_CHANGES', 'ODM_DAILY_PRODUCTION_CHANGES',
                    'ODM_DAILY_PRICE_CHANGES', 'ODM_MONTHLY_BUDGET_CHANGES'
                )
            )
            OR (
                object_type = 'VIEW'
                AND object_name IN (
                    'GET_WELL_SUMMARY_BY_DAY_VW', 'ODM_WELL_TOTALS_VW', 'GET_DATA_VERSION_VW'
                )
            )
         ORDER BY CASE object_type WHEN 'TRIGGER' THEN 1 ELSE 2 END
    ) LOOP
        EXECUTE IMMEDIATE 'DROP ' || l_object.object_type || ' ' || l_object.object_name;
    END LOOP;
END;
/
