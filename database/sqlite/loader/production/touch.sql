-- The years that the changed days are in.
INSERT OR IGNORE INTO temp.touched_year
SELECT DISTINCT well_id, substr(day, 1, 4)
  FROM temp.change;
