-- Brings an installation to this release: sqlplus odm_owner@//host:1521/service @upgrade.sql

-- Rows stay. Views, package, procedures and triggers are replaced; the materialized views are
-- dropped and built again from the tables, so for that time (one refresh) the summaries answer with
-- ORA-00942 or ORA-04063. So are the loader's staging tables, which hold nothing (ORA-14452: a load
-- is under way; run it again after that). Tables that a release added are created. A release that
-- changes a table brings a file with the ALTER TABLE, which looks into user_tab_columns first,
-- listed here before install.sql; so far there is none. Running it again is safe.

-- From a release without Get_Data_Version: the owner needs CREATE TRIGGER from now on. The
-- service of this release fails every call until the package has it; an older service goes on.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK

PROMPT Checking what is installed
@@checks/check_place.sql
@@checks/check_privileges.sql
@@checks/check_installed.sql

PROMPT Dropping the loader's staging tables and the materialized views
@@drops/drop_stage_tables.sql
@@drops/drop_materialized_views.sql

@@install.sql
