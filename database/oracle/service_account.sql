-- Creates the account that the service logs in with, when there is none yet. A DBA runs it by hand
-- before the owner runs grants.sql; it asks for what is not DEFINEd:
--     service_account   name of the account, such as ODM_SERVICE
--     service_password  its password
--     odm_owner         schema that ODM is installed in
-- The account can log in, and gets one synonym, by which it finds the package without naming
-- the schema. It has no quota and no privilege to create anything.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON VERIFY OFF

DECLARE
    l_accounts PLS_INTEGER;
BEGIN
    SELECT COUNT(*)
      INTO l_accounts
      FROM dba_users
     WHERE username = UPPER('&&service_account');

    IF l_accounts = 0 THEN
        EXECUTE IMMEDIATE
            q'~CREATE USER &&service_account IDENTIFIED BY "&service_password"~';
    END IF;
END;
/

GRANT CREATE SESSION TO &&service_account;
CREATE OR REPLACE SYNONYM &&service_account..get_odm_data_pkg FOR &&odm_owner..get_odm_data_pkg;
