-- Drops the tables of ODM AND EVERY ROW IN THEM. Run uninstall.sql first.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK

PROMPT Dropping the tables
@@drops/drop_tables.sql

EXIT SUCCESS
