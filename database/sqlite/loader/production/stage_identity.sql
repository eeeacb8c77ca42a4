-- An identity: well and division, each with its name.
INSERT INTO temp.staged_identity VALUES (?, ?, ?, ?, ?);
