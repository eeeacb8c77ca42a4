-- Each staged well by its latest identity. (In SQLite the columns beside a max() are those of the
-- row that has it.)
INSERT INTO temp.staged_well
SELECT well_id, well_name, division_id, substr(max(latest), 1, 10)
  FROM temp.staged_latest
  JOIN temp.staged_identity USING (identity)
 GROUP BY well_id;
