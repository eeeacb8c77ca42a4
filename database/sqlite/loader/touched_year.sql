-- The wells and years whose days a load alters, and which are then rendered again.
CREATE TEMP TABLE touched_year (
    well_id INTEGER,
    year    TEXT,
    PRIMARY KEY (well_id, year)
) WITHOUT ROWID;
