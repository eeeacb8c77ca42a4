-- The rows of a load, as they come. Names repeat from row to row, so a row refers to an identity.
CREATE TEMP TABLE staged (
    line     INTEGER,
    well_id  INTEGER,
    day      TEXT,
    part     TEXT,
    oil      INTEGER,  -- milli_bbl
    identity INTEGER,
    PRIMARY KEY (well_id, day, part, line)
) WITHOUT ROWID;

CREATE TEMP TABLE staged_identity (
    identity      INTEGER PRIMARY KEY,  -- the line that had it first
    well_id       INTEGER,
    well_name     TEXT,
    division_id   INTEGER,
    division_name TEXT
) WITHOUT ROWID;

-- Day and line of the latest row of an identity, as one text.
CREATE TEMP TABLE staged_latest (
    identity INTEGER PRIMARY KEY,
    latest   TEXT
) WITHOUT ROWID;

CREATE TEMP TABLE staged_well (
    well_id     INTEGER PRIMARY KEY,
    well_name   TEXT,
    division_id INTEGER,
    as_of       TEXT
) WITHOUT ROWID;

CREATE TEMP TABLE staged_division (
    division_id   INTEGER PRIMARY KEY,
    division_name TEXT,
    as_of         TEXT
) WITHOUT ROWID;

CREATE TEMP TABLE change (
    well_id INTEGER,
    day     TEXT,
    oil     INTEGER,
    is_new  INTEGER,
    PRIMARY KEY (well_id, day)
) WITHOUT ROWID;

CREATE TEMP VIEW staged_key AS
SELECT DISTINCT well_id, day
  FROM temp.staged;

-- Line, column and reason of the rows that cannot be taken: a second row of a well, day and
-- interval; and all of a day whose intervals add up to more than NUMBER(10,3) of barrels.
CREATE TEMP VIEW refused AS
SELECT again.line,
       'well and day' AS field,
       'repeats the well, day and interval of line ' || first.line AS reason
  FROM temp.staged AS again
  JOIN (SELECT well_id, day, part, min(line) AS line
          FROM temp.staged
         GROUP BY well_id, day, part
        HAVING count(*) > 1) AS first
    ON again.well_id = first.well_id
   AND again.day = first.day
   AND again.part = first.part
   AND again.line > first.line
 UNION
SELECT staged.line,
       'oil',
       'the intervals of the well and day add up to too much oil'
  FROM temp.staged AS staged
  JOIN (SELECT well_id, day
          FROM temp.staged
         GROUP BY well_id, day
        HAVING sum(oil) > 9999999999) AS beyond
    ON staged.well_id = beyond.well_id
   AND staged.day = beyond.day;
