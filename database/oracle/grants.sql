-- Lets the account that the service logs in with execute the package, and nothing else. The owner
-- runs it: sqlplus odm_owner@//host:1521/service @grants.sql
-- It asks for service_account, the name of the account, unless that is DEFINEd. An account with
-- nothing but the right to log in is enough; service_account.sql creates one.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON VERIFY OFF

PROMPT Granting EXECUTE on the package
@@grants/execute_package.sql

EXIT SUCCESS
