-- Creates the account that the service logs in with, when there is none yet. A DBA runs it by hand
-- before the owner runs grants.sql; it asks for what is not DEFINEd:
--     service_account   name of the account, such as ODM_SERVICE
--     service_password  its password
--     odm_owner         schema that ODM is installed in
-- The account can log in, and gets one synonym, by which it finds the package without naming
-- the schema; with the setting ORACLE_SCHEMA the service needs no synonym. It has no quota and no
-- privilege to create anything. Where a hardened database has taken DBMS_LOB or DBMS_OUTPUT away
-- from PUBLIC, SYS has to run it. Running it again is safe.

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

-- The service cuts documents into chunks with DBMS_LOB, and DBMS_OUTPUT has the type of an array
-- of them.
BEGIN
    FOR l_needed IN (
        SELECT needed.package_name
          FROM (
                SELECT 'DBMS_LOB' AS package_name FROM dual
                UNION ALL
                SELECT 'DBMS_OUTPUT' AS package_name FROM dual
               ) needed
         WHERE NOT EXISTS (
                   SELECT 1
                     FROM dba_tab_privs granted
                    WHERE granted.owner = 'SYS'
                      AND granted.table_name = needed.package_name
                      AND granted.privilege = 'EXECUTE'
                      AND granted.grantee = 'PUBLIC'
               )
    ) LOOP
        EXECUTE IMMEDIATE 'GRANT EXECUTE ON ' || l_needed.package_name || ' TO &&service_account';
    END LOOP;
END;
/
