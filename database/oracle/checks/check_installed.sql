-- Stops an upgrade, before it has changed anything, where there is no installation to upgrade.
DECLARE
    l_tables PLS_INTEGER;
BEGIN
    SELECT COUNT(*)
      INTO l_tables
      FROM user_tables
     WHERE table_name IN (
               'ODM_DIVISION', 'ODM_WELL', 'ODM_DAILY_PRODUCTION', 'ODM_DAILY_PRICE',
               'ODM_MONTHLY_BUDGET'
           );

    IF l_tables < 5 THEN
        RAISE_APPLICATION_ERROR(-20003, 'ODM is not installed in this schema: run install.sql');
    END IF;
END;
/
