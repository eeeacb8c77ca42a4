-- Drops the loader's staging tables that are there; they hold nothing outside of a load. While a
-- load is under way it fails with ORA-14452.
BEGIN
    FOR l_object IN (
        SELECT table_name
          FROM user_tables
         WHERE table_name IN ('ODM_STAGE_PRODUCTION', 'ODM_STAGE_PRICE', 'ODM_STAGE_BUDGET')
    ) LOOP
        EXECUTE IMMEDIATE 'DROP TABLE ' || l_object.table_name;
    END LOOP;
END;
/
