-- Loads of production take turns from here to their COMMIT: what is counted is then what is merged.
-- Readers are not held up.
LOCK TABLE odm_division IN EXCLUSIVE MODE WAIT 60;
