-- What the data dictionary tells of odm_daily_price and of its columns.
COMMENT ON TABLE odm_daily_price IS
    'Price of a barrel on the days that its benchmark was quoted';
COMMENT ON COLUMN odm_daily_price.benchmark IS
    'Name of the benchmark: brent, wti, ...';
COMMENT ON COLUMN odm_daily_price.price_date IS
    'The day of the quotation, at midnight';
COMMENT ON COLUMN odm_daily_price.price_usd IS
    'US dollars a barrel, to 0.001; below zero on a day such as 2020-04-20 of wti';
