-- How often the tables have changed: a row for each subject, written by odm_note_change alone, in
-- the transaction that makes the change. Readers never wait for it; writers take turns at it.
CREATE TABLE odm_data_version (
    subject      VARCHAR2(30 CHAR) NOT NULL,
    change_count NUMBER(38) NOT NULL,
    changed_at   DATE NOT NULL,
    CONSTRAINT odm_data_version_pk PRIMARY KEY (subject)
);

-- (What follows is DDL, and commits these.)
BEGIN
    INSERT INTO odm_data_version VALUES ('budgets', 0, DATE '1970-01-01');
    INSERT INTO odm_data_version VALUES ('divisions', 0, DATE '1970-01-01');
    INSERT INTO odm_data_version VALUES ('prices', 0, DATE '1970-01-01');
    INSERT INTO odm_data_version VALUES ('production', 0, DATE '1970-01-01');
    INSERT INTO odm_data_version VALUES ('summaries', 0, DATE '1970-01-01');
    INSERT INTO odm_data_version VALUES ('wells', 0, DATE '1970-01-01');
END;
/

COMMENT ON TABLE odm_data_version IS
    'How often what the service reads has changed, and when it last did';
COMMENT ON COLUMN odm_data_version.subject IS
    'What changed: budgets, divisions, prices, production, summaries or wells';
COMMENT ON COLUMN odm_data_version.change_count IS
    'Statements that changed a row of the subject; for summaries the refreshes';
COMMENT ON COLUMN odm_data_version.changed_at IS
    'UTC; later than every time here was before the change, by a second at least';
