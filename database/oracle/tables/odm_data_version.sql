-- How often the tables have changed: a row for each subject, written by odm_note_change alone, in
-- the transaction that makes the change. Readers never wait for it; writers take turns at it.
CREATE TABLE odm_data_version (
    subject      VARCHAR2(30 CHAR) NOT NULL,
    change_count NUMBER(38) NOT NULL,
    changed_at   DATE NOT NULL,
    CONSTRAINT odm_data_version_pk PRIMARY KEY (subject)
);
