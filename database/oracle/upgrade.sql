-- Brings an installation to this release: sqlplus odm_owner@//host:1521/service @upgrade.sql

-- Rows stay. Views, package, procedures and triggers are replaced; the materialized views are
-- dropped and built again from the tables, so for that time (one refresh) the summaries answer with
-- ORA-00942 or ORA-04063. So are the loader's staging tables, which hold nothing (ORA-14452: a load
-- is under way; run it again after that). Tables that a release added are created. A release that
-- changes a table brings a file with the ALTER TABLE, which looks into user_tab_columns first,
-- in upgrades, listed here before install.sql. Running it again is safe.

-- From a release without months: every row of production is a day, also the months that ogor-a has
-- loaded. To make them months before another load, as the owner, for the wells that have no days:
--     UPDATE odm_daily_production SET period = 'month' WHERE well_id IN (...);
-- and COMMIT. Upgrade before the service does: its formats but JSON refuse rows without a period.

-- From a release without get_well_reports_mv: it is built here, from one more look at production.
-- A service of before refuses the rows of Get_Division_Summary_Data in all formats but JSON then,
-- and the service of this release has no answer to Get_Division_Well_Summary_Data before.

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

PROMPT Changing tables of earlier releases
@@upgrades/odm_daily_production.sql

@@install.sql
