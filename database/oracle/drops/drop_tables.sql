-- Drops the tables that are there, with their rows, past the recycle bin.
BEGIN
    FOR l_object IN (
        SELECT table_name
          FROM user_tables
         WHERE table_name IN (
                   'ODM_DIVISION', 'ODM_WELL', 'ODM_DAILY_PRODUCTION', 'ODM_DAILY_PRICE',
                   'ODM_MONTHLY_BUDGET', 'ODM_DATA_VERSION'
               )
    ) LOOP
        EXECUTE IMMEDIATE 'DROP TABLE ' || l_object.table_name || ' CASCADE CONSTRAINTS PURGE';
    END LOOP;
END;
/
