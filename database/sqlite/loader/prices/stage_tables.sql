-- The rows of a load, as they come.
CREATE TEMP TABLE staged (
    line  INTEGER,
    day   TEXT,
    price INTEGER,  -- milli_usd
    PRIMARY KEY (day, line)
) WITHOUT ROWID;

CREATE TEMP TABLE change (
    day    TEXT PRIMARY KEY,
    price  INTEGER,
    is_new INTEGER
) WITHOUT ROWID;

CREATE TEMP VIEW staged_key AS
SELECT day
  FROM temp.staged;

-- Line, column and reason of the rows that cannot be taken: a second row of a day.
CREATE TEMP VIEW refused AS
SELECT again.line,
       'day' AS field,
       'repeats the day of line ' || first.line AS reason
  FROM temp.staged AS again
  JOIN (SELECT day, min(line) AS line
          FROM temp.staged
         GROUP BY day
        HAVING count(*) > 1) AS first
    ON again.day = first.day
   AND again.line > first.line;
