-- Wells, each in the division that its latest row put it in.
CREATE TABLE odm_well (
    well_id     NUMBER(38) NOT NULL,
    well_name   VARCHAR2(200 CHAR) NOT NULL,
    division_id NUMBER(38) NOT NULL,
    as_of       DATE,
    CONSTRAINT odm_well_pk PRIMARY KEY (well_id),
    CONSTRAINT odm_well_division_fk FOREIGN KEY (division_id)
        REFERENCES odm_division (division_id)
);

-- Without it, changing or deleting a division would lock the whole of odm_well.
CREATE INDEX odm_well_division_ix ON odm_well (division_id);

COMMENT ON TABLE odm_well IS
    'A well and the division it belongs to now; its whole history counts for that division';
COMMENT ON COLUMN odm_well.well_id IS
    'Number of the well, as clients name it; any integer of up to 38 digits';
COMMENT ON COLUMN odm_well.well_name IS
    'Name of the well for people to read, as on the latest row that named it';
COMMENT ON COLUMN odm_well.division_id IS
    'Division of the latest row that named the well';
COMMENT ON COLUMN odm_well.as_of IS
    'Day of the latest loaded row that named the well; null when no such row had a day';
