-- Oil produced, a row for each well and day. By far the largest table: partitioned by month, so
-- that loads, statistics and the removal of old years each touch the months they concern.
-- Partitioning needs Enterprise Edition, Oracle Database Free or a cloud edition; on Standard
-- Edition 2, which answers ORA-00439, take the PARTITION BY clause out and lose nothing else.
-- The key's index is global on purpose: the days of one well are then one range scan, however
-- many months they span. DROP PARTITION therefore needs UPDATE INDEXES.
CREATE TABLE odm_daily_production (
    well_id         NUMBER(38) NOT NULL,
    production_date DATE NOT NULL,
    oil_bbl         NUMBER(10,3) NOT NULL,
    CONSTRAINT odm_daily_production_pk PRIMARY KEY (well_id, production_date),
    CONSTRAINT odm_daily_production_well_fk FOREIGN KEY (well_id) REFERENCES odm_well (well_id),
    CONSTRAINT odm_daily_production_day_ck CHECK (production_date = TRUNC(production_date)),
    CONSTRAINT odm_daily_production_oil_ck CHECK (oil_bbl >= 0)
)
PARTITION BY RANGE (production_date) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
(
    PARTITION before_2000 VALUES LESS THAN (DATE '2000-01-01')
);

COMMENT ON TABLE odm_daily_production IS
    'Oil produced by a well on a day; no row: nothing was reported for that day';
COMMENT ON COLUMN odm_daily_production.well_id IS
    'The well that produced';
COMMENT ON COLUMN odm_daily_production.production_date IS
    'The day of production, at midnight';
COMMENT ON COLUMN odm_daily_production.oil_bbl IS
    'Oil of that day in barrels, to 0.001 bbl; never negative';
