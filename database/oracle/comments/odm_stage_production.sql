-- What the data dictionary tells of odm_stage_production and of its columns.
COMMENT ON TABLE odm_stage_production IS
    'Production by day or month that a load is about to merge; empty outside of a load';
COMMENT ON COLUMN odm_stage_production.line IS
    'Line of the file that the row was read from';
COMMENT ON COLUMN odm_stage_production.well_id IS
    'The well that produced';
COMMENT ON COLUMN odm_stage_production.production_date IS
    'The day of production, or the first of the month, at midnight';
COMMENT ON COLUMN odm_stage_production.part IS
    'Interval of the well, where the file has a row for each; its rows of one day are added up';
COMMENT ON COLUMN odm_stage_production.oil_bbl IS
    'Oil in barrels, to 0.001 bbl';
COMMENT ON COLUMN odm_stage_production.well_name IS
    'Name of the well on that day';
COMMENT ON COLUMN odm_stage_production.division_id IS
    'Division of the well on that day';
COMMENT ON COLUMN odm_stage_production.division_name IS
    'Name of the division on that day';
COMMENT ON COLUMN odm_stage_production.period IS
    'What the row states, and all others of the load: day, or month';
