-- Line, well, month, budget and actual of a row.
INSERT INTO temp.staged VALUES (?, ?, ?, ?, ?);
