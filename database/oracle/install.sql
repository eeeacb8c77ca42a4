-- Installs ODM into the schema of the account that runs it: tables, views, materialized views,
-- package, procedures, triggers and job. Run it from this directory, in SQL*Plus or SQLcl:

--     sqlplus odm_owner@//host:1521/service @install.sql

-- or, without either, python -m app install, which runs the same files through the driver.

-- It checks first that the place is right and the account has what it needs, and says all that is
-- missing. It stops at the first error with a non-zero exit code, and ends with a look for
-- compilation errors. Running it again is safe, and finishes an installation that was interrupted:
-- a table, index or materialized view that is there stays as it is, with its rows; everything else
-- is replaced by the same text.
-- Before it, a DBA: owner_account.sql, service_account.sql. After it: grants.sql. For partitions:
-- partition.sql. For a newer release run upgrade.sql; over tables of your own, install_package.sql.

-- How these scripts are written, so that a program can run them through a driver too:
-- * Scripts that are run by hand (install, install_package, grants, upgrade, partition, uninstall
--   and uninstall_tables) list the files to run, in order: "@@file" runs it (a plain file or
--   another such list), and "@@create_once.sql type folder name" runs folder/name.sql when
--   user_objects has no object of that type and name. Their other lines are for SQL*Plus alone.
-- * Every other file is plain SQL and PL/SQL, without SQL*Plus commands. A statement that begins
--   with BEGIN, DECLARE or CREATE [OR REPLACE] PACKAGE, PROCEDURE, FUNCTION, TRIGGER or TYPE ends
--   at a line that is only "/"; any other ends at a ";" at the end of a line, which is
--   not part of it, and has neither empty lines nor comments inside.
-- * Of those, a file that create_once.sql runs is one statement, so that what is there is whole;
--   the others can be run again, and what makes rows looks for them first.
-- * Only grants/execute_package.sql has a substitution variable: service_account.
-- * owner_account.sql and service_account.sql, which a DBA runs by hand, are for SQL*Plus and SQLcl
--   alone.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON VERIFY OFF FEEDBACK OFF SERVEROUTPUT ON

PROMPT Checking place and privileges
@@checks/check_place.sql
@@checks/check_privileges.sql

PROMPT Tables
@@create_once.sql TABLE tables odm_division
@@create_once.sql TABLE tables odm_well
@@create_once.sql TABLE tables odm_daily_production
@@create_once.sql TABLE tables odm_daily_price
@@create_once.sql TABLE tables odm_monthly_budget
@@create_once.sql TABLE tables odm_data_version
@@create_once.sql TABLE tables odm_stage_production
@@create_once.sql TABLE tables odm_stage_price
@@create_once.sql TABLE tables odm_stage_budget

PROMPT Indexes, rows and comments of the tables
@@create_once.sql INDEX indexes odm_well_division_ix
@@rows/odm_data_version.sql
@@comments/odm_division.sql
@@comments/odm_well.sql
@@comments/odm_daily_production.sql
@@comments/odm_daily_price.sql
@@comments/odm_monthly_budget.sql
@@comments/odm_data_version.sql
@@comments/odm_stage_production.sql
@@comments/odm_stage_price.sql
@@comments/odm_stage_budget.sql

PROMPT Views and materialized views
@@views/get_well_summary_by_day_vw.sql
@@views/odm_well_totals_vw.sql
@@create_once.sql "MATERIALIZED VIEW" materialized_views get_well_summary_data_mv
@@create_once.sql INDEX indexes get_well_summary_data_mv_ux
@@comments/get_well_summary_data_mv.sql
@@create_once.sql "MATERIALIZED VIEW" materialized_views get_division_summary_data_mv
@@comments/get_division_summary_data_mv.sql
@@create_once.sql "MATERIALIZED VIEW" materialized_views get_well_reports_mv
@@create_once.sql INDEX indexes get_well_reports_mv_ux
@@comments/get_well_reports_mv.sql
@@views/get_data_version_vw.sql

PROMPT Package, version and refresh
@@packages/get_odm_data_pkg.pks
@@packages/get_odm_data_pkg.pkb
@@procedures/odm_note_change.sql
@@triggers/odm_division_changes.sql
@@triggers/odm_well_changes.sql
@@triggers/odm_daily_production_changes.sql
@@triggers/odm_daily_price_changes.sql
@@triggers/odm_monthly_budget_changes.sql
@@procedures/odm_refresh_summaries.sql
@@jobs/odm_refresh_summaries_job.sql
@@versions/new_version.sql

PROMPT Checking for compilation errors
@@checks/check_compiled.sql

PROMPT ODM is installed. The service's account still needs grants.sql.
EXIT SUCCESS
