-- What a row of the load states.
INSERT INTO temp.staged_period VALUES (:period);
