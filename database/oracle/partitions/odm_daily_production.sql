-- Makes the largest table one of months, with its rows, so that loads, statistics and the removal
-- of old years each touch the months they concern. Nobody has to: it is a licensed option of
-- Enterprise Edition, and Standard Edition answers ORA-00439.
-- The key's index stays one and global: the days of one well are then one range scan, however many
-- months they span (unnamed, it would be cut into months, too). DROP PARTITION therefore needs
-- UPDATE INDEXES.
ALTER TABLE odm_daily_production
MODIFY PARTITION BY RANGE (production_date) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
(
    PARTITION before_2000 VALUES LESS THAN (DATE '2000-01-01')
)
UPDATE INDEXES (odm_daily_production_pk GLOBAL);
