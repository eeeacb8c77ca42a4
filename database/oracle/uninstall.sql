-- Removes ODM from the schema of the account that runs it, but for the tables and their rows:
-- those go with uninstall_tables.sql, after this. Dropping what the account owns needs no
-- privilege, so none is checked. Running it again is safe.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK

PROMPT Dropping job, staging tables, materialized views, triggers, package, procedures and views
@@drops/drop_job.sql
@@drops/drop_stage_tables.sql
@@drops/drop_materialized_views.sql
@@drops/drop_code.sql

PROMPT ODM is removed. Its tables and their rows are kept: uninstall_tables.sql drops them.
EXIT SUCCESS
