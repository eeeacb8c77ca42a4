-- What create_once.sql runs in place of the file of an object that the schema has already.
PROMPT ... already there, left as it is
