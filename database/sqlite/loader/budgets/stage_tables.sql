-- The rows of a load, as they come.
CREATE TEMP TABLE staged (
    line    INTEGER,
    well_id INTEGER,
    month   TEXT,
    budget  INTEGER,  -- US cents
    actual  INTEGER,  -- US cents
    PRIMARY KEY (well_id, month, line)
) WITHOUT ROWID;

CREATE TEMP TABLE change (
    well_id INTEGER,
    month   TEXT,
    budget  INTEGER,
    actual  INTEGER,
    is_new  INTEGER,
    PRIMARY KEY (well_id, month)
) WITHOUT ROWID;

CREATE TEMP VIEW staged_key AS
SELECT well_id, month
  FROM temp.staged;

-- Line, column and reason of the rows that cannot be taken: a second row of a well and month; and
-- wells that are not there.
CREATE TEMP VIEW refused AS
SELECT again.line,
       'well and month' AS field,
       'repeats the well and month of line ' || first.line AS reason
  FROM temp.staged AS again
  JOIN (SELECT well_id, month, min(line) AS line
          FROM temp.staged
         GROUP BY well_id, month
        HAVING count(*) > 1) AS first
    ON again.well_id = first.well_id
   AND again.month = first.month
   AND again.line > first.line
 UNION
SELECT line,
       'well',
       'there is no well ' || well_id || '; load its production first'
  FROM temp.staged
 WHERE well_id NOT IN (SELECT well_id FROM odm_well);
