-- What the data dictionary tells of odm_daily_production and of its columns.
COMMENT ON TABLE odm_daily_production IS
    'Oil produced by a well on a day or in a month; no row: nothing was reported for it';
COMMENT ON COLUMN odm_daily_production.well_id IS
    'The well that produced';
COMMENT ON COLUMN odm_daily_production.production_date IS
    'The day of production, or the first of the month, at midnight';
COMMENT ON COLUMN odm_daily_production.oil_bbl IS
    'Oil of that day or month in barrels, to 0.001 bbl; below zero: a correction';
COMMENT ON COLUMN odm_daily_production.period IS
    'What the row states: day, or month';
