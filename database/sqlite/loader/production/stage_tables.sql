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

-- What a row of the load states: 'day' or 'month'.
CREATE TEMP TABLE staged_period (
    period TEXT
);

-- Line, column and reason of the rows that cannot be taken: a second row of a well, day and
-- interval; all of a day whose intervals add up to more than NUMBER(12,3) of barrels; and months
-- that the database has by day, or days of one that it has as a whole.
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
        HAVING abs(sum(oil)) > 999999999999) AS beyond
    ON staged.well_id = beyond.well_id
   AND staged.day = beyond.day
 UNION
SELECT line,
       'period',
       'the well has days in ' || substr(day, 1, 7) || ', and they stay: a month is days or one row'
  FROM temp.staged AS staged
 WHERE (SELECT period FROM temp.staged_period) = 'month'
   AND EXISTS (SELECT 1
                 FROM odm_daily_production AS known
                WHERE known.well_id = staged.well_id
                  AND known.production_date BETWEEN staged.day AND substr(staged.day, 1, 8) || '31'
                  AND known.period = 'day')
 UNION
SELECT staged.line,
       'period',
       'the well has ' || substr(day, 1, 7) || ' as one row, and it stays: a month is days or one row'
  FROM odm_daily_production AS known
 CROSS JOIN temp.staged AS staged  -- CROSS: in this order, as few wells have months and days
    ON staged.well_id = known.well_id
   AND staged.day BETWEEN known.production_date AND substr(known.production_date, 1, 8) || '31'
 WHERE known.period = 'month'
   AND (SELECT period FROM temp.staged_period) = 'day';
