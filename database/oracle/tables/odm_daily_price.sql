-- Quotations of each benchmark. Markets close: a day without a row has the last earlier price.
-- Organized as an index, because every use of it looks for one benchmark and the last day.
CREATE TABLE odm_daily_price (
    benchmark  VARCHAR2(30 CHAR) NOT NULL,
    price_date DATE NOT NULL,
    price_usd  NUMBER(8,3) NOT NULL,
    CONSTRAINT odm_daily_price_pk PRIMARY KEY (benchmark, price_date),
    CONSTRAINT odm_daily_price_day_ck CHECK (price_date = TRUNC(price_date))
)
ORGANIZATION INDEX;
