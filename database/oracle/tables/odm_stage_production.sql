-- Rows of production on their way from the loader into the tables. Each session sees its own rows,
-- and they are gone when it commits, rolls back or ends: a load leaves nothing here.
CREATE GLOBAL TEMPORARY TABLE odm_stage_production (
    line            NUMBER(10) NOT NULL,
    well_id         NUMBER(38) NOT NULL,
    production_date DATE NOT NULL,
    part            VARCHAR2(200 CHAR),
    oil_bbl         NUMBER(12,3) NOT NULL,
    well_name       VARCHAR2(200 CHAR) NOT NULL,
    division_id     NUMBER(38) NOT NULL,
    division_name   VARCHAR2(200 CHAR) NOT NULL,
    period          VARCHAR2(5 CHAR) NOT NULL,
    CONSTRAINT odm_stage_production_pk PRIMARY KEY (line)
)
ON COMMIT DELETE ROWS;
