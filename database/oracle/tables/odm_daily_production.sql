-- Oil produced, a row for each well and day. By far the largest table: partition.sql makes it one
-- of months, where the edition and the licence allow for that.
CREATE TABLE odm_daily_production (
    well_id         NUMBER(38) NOT NULL,
    production_date DATE NOT NULL,
    oil_bbl         NUMBER(10,3) NOT NULL,
    CONSTRAINT odm_daily_production_pk PRIMARY KEY (well_id, production_date),
    CONSTRAINT odm_daily_production_well_fk FOREIGN KEY (well_id) REFERENCES odm_well (well_id),
    CONSTRAINT odm_daily_production_day_ck CHECK (production_date = TRUNC(production_date)),
    CONSTRAINT odm_daily_production_oil_ck CHECK (oil_bbl >= 0)
);
