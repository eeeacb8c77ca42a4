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

COMMENT ON TABLE odm_daily_price IS
    'Price of a barrel on the days that its benchmark was quoted';
COMMENT ON COLUMN odm_daily_price.benchmark IS
    'Name of the benchmark: brent, wti, ...';
COMMENT ON COLUMN odm_daily_price.price_date IS
    'The day of the quotation, at midnight';
COMMENT ON COLUMN odm_daily_price.price_usd IS
    'US dollars a barrel, to 0.001; below zero on a day such as 2020-04-20 of wti';
