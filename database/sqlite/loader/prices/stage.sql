-- Line, day and price of a row.
INSERT INTO temp.staged VALUES (?, ?, ?);
