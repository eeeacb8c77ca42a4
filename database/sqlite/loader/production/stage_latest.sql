-- The latest day of each identity, and among the lines of that day the last, decide on names. Both
-- are one text, so that one pass finds both.
INSERT INTO temp.staged_latest
SELECT identity, max(day || substr('000000000000' || line, -12))
  FROM temp.staged
 GROUP BY identity;
