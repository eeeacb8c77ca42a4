-- Loads of prices take turns from here to their COMMIT. Readers are not held up.
LOCK TABLE odm_daily_price IN EXCLUSIVE MODE WAIT 60;
