-- Lets odm_daily_production hold months, 999,999,999.999 bbl a row and corrections, where a release
-- made it that had days alone. Its rows are days. What is so already it leaves alone. (The new
-- column's name is quoted where ADD PERIOD FOR could be meant.)
DECLARE
    l_periods PLS_INTEGER;
    l_digits  PLS_INTEGER;
    l_checks  PLS_INTEGER;
BEGIN
    SELECT COUNT(CASE WHEN known.column_name = 'PERIOD' THEN 1 END) AS periods,
           MAX(CASE WHEN known.column_name = 'OIL_BBL' THEN known.data_precision END) AS digits
      INTO l_periods, l_digits
      FROM user_tab_columns known
     WHERE known.table_name = 'ODM_DAILY_PRODUCTION';

    SELECT COUNT(*)
      INTO l_checks
      FROM user_constraints known
     WHERE known.constraint_name = 'ODM_DAILY_PRODUCTION_OIL_CK';

    IF l_periods = 0 THEN
        EXECUTE IMMEDIATE
            'ALTER TABLE odm_daily_production'
            || ' ADD ("PERIOD" VARCHAR2(5 CHAR) DEFAULT ''day'' NOT NULL)';
        EXECUTE IMMEDIATE
            'ALTER TABLE odm_daily_production ADD CONSTRAINT odm_daily_production_period_ck'
            || ' CHECK (period IN (''day'', ''month''))';
        EXECUTE IMMEDIATE
            'ALTER TABLE odm_daily_production ADD CONSTRAINT odm_daily_production_month_ck'
            || ' CHECK (period = ''day'' OR EXTRACT(DAY FROM production_date) = 1)';
    END IF;

    IF l_digits < 12 THEN
        EXECUTE IMMEDIATE
            'ALTER TABLE odm_daily_production MODIFY oil_bbl NUMBER(12,3)';
    END IF;

    IF l_checks > 0 THEN
        EXECUTE IMMEDIATE
            'ALTER TABLE odm_daily_production DROP CONSTRAINT odm_daily_production_oil_ck';
    END IF;
END;
/
