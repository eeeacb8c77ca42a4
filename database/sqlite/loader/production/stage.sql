-- Line, well, day, part, oil and identity of a row.
INSERT INTO temp.staged VALUES (?, ?, ?, ?, ?, ?);
