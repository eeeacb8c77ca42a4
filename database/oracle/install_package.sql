-- Installs the package alone, over tables of your own: docs/how-to/bring-your-own-tables.md tells
-- which six objects must be there. It checks first what it needs: CREATE PROCEDURE and EXECUTE on
-- DBMS_LOB. Running it again is safe.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK

PROMPT Checking place and privileges
@@checks/check_place.sql
@@checks/check_package_privileges.sql

PROMPT Package
@@packages/get_odm_data_pkg.pks
@@packages/get_odm_data_pkg.pkb

PROMPT Checking for compilation errors
@@checks/check_compiled.sql

PROMPT The package is installed. The service's account still needs grants.sql.
EXIT SUCCESS
