-- Notes a change of production, whoever makes it; procedures/odm_note_change.sql tells the rest. A
-- statement that touches no row, such as a load of what is there already, is no change.
CREATE OR REPLACE TRIGGER odm_daily_production_changes
FOR INSERT OR UPDATE OR DELETE ON odm_daily_production
COMPOUND TRIGGER
    l_touched BOOLEAN := FALSE;

    AFTER EACH ROW IS
    BEGIN
        l_touched := TRUE;
    END AFTER EACH ROW;

    AFTER STATEMENT IS
    BEGIN
        IF l_touched THEN
            odm_note_change('production');
        END IF;
    END AFTER STATEMENT;
END odm_daily_production_changes;
/
