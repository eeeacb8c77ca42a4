-- What the data dictionary tells of odm_stage_price and of its columns.
COMMENT ON TABLE odm_stage_price IS
    'Prices of one benchmark that a load is about to merge; empty outside of a load';
COMMENT ON COLUMN odm_stage_price.line IS
    'Line of the file that the row was read from';
COMMENT ON COLUMN odm_stage_price.price_date IS
    'The day of the quotation, at midnight';
COMMENT ON COLUMN odm_stage_price.price_usd IS
    'US dollars a barrel, to 0.001';
