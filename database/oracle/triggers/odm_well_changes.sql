-- Notes a change of wells, whoever makes it; procedures/odm_note_change.sql tells the rest. A
-- statement that touches no row, such as a load of what is there already, is no change.
CREATE OR REPLACE TRIGGER odm_well_changes
FOR INSERT OR UPDATE OR DELETE ON odm_well
COMPOUND TRIGGER
    l_touched BOOLEAN := FALSE;

    AFTER EACH ROW IS
    BEGIN
        l_touched := TRUE;
    END AFTER EACH ROW;

    AFTER STATEMENT IS
    BEGIN
        IF l_touched THEN
            odm_note_change('wells');
        END IF;
    END AFTER STATEMENT;
END odm_well_changes;
/
