-- Oil produced, a row for each well and day, or for each well and month where that is all that is
-- reported: a month stands on its first day, and a calendar month of a well has either days or one
-- month, which the loader sees to. By far the largest table: partition.sql makes it one
-- of months, where the edition and the licence allow for that.
CREATE TABLE odm_daily_production (
    well_id         NUMBER(38) NOT NULL,
    production_date DATE NOT NULL,
    oil_bbl         NUMBER(12,3) NOT NULL,
    period          VARCHAR2(5 CHAR) DEFAULT 'day' NOT NULL,
    CONSTRAINT odm_daily_production_pk PRIMARY KEY (well_id, production_date),
    CONSTRAINT odm_daily_production_well_fk FOREIGN KEY (well_id) REFERENCES odm_well (well_id),
    CONSTRAINT odm_daily_production_day_ck CHECK (production_date = TRUNC(production_date)),
    CONSTRAINT odm_daily_production_period_ck CHECK (period IN ('day', 'month')),
    CONSTRAINT odm_daily_production_month_ck CHECK (
        period = 'day' OR EXTRACT(DAY FROM production_date) = 1
    )
);
