-- Each staged division by its latest identity. (In SQLite the columns beside a max() are those of
-- the row that has it.)
INSERT INTO temp.staged_division
SELECT division_id, division_name, substr(max(latest), 1, 10)
  FROM temp.staged_latest
  JOIN temp.staged_identity USING (identity)
 GROUP BY division_id;
