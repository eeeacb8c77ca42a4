-- What the data dictionary tells of odm_division and of its columns.
COMMENT ON TABLE odm_division IS
    'A division of the company: the unit that owns wells and sells their oil against one benchmark';
COMMENT ON COLUMN odm_division.division_id IS
    'Number of the division, as clients name it; any integer of up to 38 digits';
COMMENT ON COLUMN odm_division.division_name IS
    'Name of the division for people to read, as on the latest row that named it';
COMMENT ON COLUMN odm_division.benchmark IS
    'Key into odm_daily_price (brent, wti, ...); null: its oil has no price and its sales are 0';
COMMENT ON COLUMN odm_division.as_of IS
    'Day of the latest loaded row that named the division; null when no such row had a day';
