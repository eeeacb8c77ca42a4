-- What the data dictionary tells of odm_daily_production and of its columns.
COMMENT ON TABLE odm_daily_production IS
    'Oil produced by a well on a day; no row: nothing was reported for that day';
COMMENT ON COLUMN odm_daily_production.well_id IS
    'The well that produced';
COMMENT ON COLUMN odm_daily_production.production_date IS
    'The day of production, at midnight';
COMMENT ON COLUMN odm_daily_production.oil_bbl IS
    'Oil of that day in barrels, to 0.001 bbl; never negative';
