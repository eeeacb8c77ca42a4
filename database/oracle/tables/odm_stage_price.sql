-- Quotations of one benchmark on their way from the loader into odm_daily_price. Each session sees
-- its own rows, and they are gone when it commits, rolls back or ends.
CREATE GLOBAL TEMPORARY TABLE odm_stage_price (
    line       NUMBER(10) NOT NULL,
    price_date DATE NOT NULL,
    price_usd  NUMBER(8,3) NOT NULL,
    CONSTRAINT odm_stage_price_pk PRIMARY KEY (line)
)
ON COMMIT DELETE ROWS;
