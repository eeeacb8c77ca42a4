-- What the data dictionary tells of odm_well and of its columns.
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
