-- Creates the account that is to own the tables and the package, when there is none yet, and gives
-- it what an installation needs, granted directly: materialized views and code that runs with the
-- rights of its owner see no roles. A DBA runs it in the pluggable database, by hand; it asks for
-- what is not DEFINEd:
--     odm_owner       name of the account, such as ODM_OWNER
--     owner_password  its password
--     odm_tablespace  where its tables go, such as USERS
-- Where a hardened database has taken DBMS_LOB, DBMS_MVIEW or DBMS_SCHEDULER away from PUBLIC, SYS
-- has to run it: what SYS owns, SYSTEM may not grant. Running it again is safe.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON VERIFY OFF

DECLARE
    l_accounts PLS_INTEGER;
BEGIN
    SELECT COUNT(*)
      INTO l_accounts
      FROM dba_users
     WHERE username = UPPER('&&odm_owner');

    IF l_accounts = 0 THEN
        EXECUTE IMMEDIATE
            q'~CREATE USER &&odm_owner IDENTIFIED BY "&owner_password"~';
    END IF;
END;
/

ALTER USER &&odm_owner DEFAULT TABLESPACE &&odm_tablespace QUOTA UNLIMITED ON &&odm_tablespace;

-- To log in, and to load.
GRANT CREATE SESSION TO &&odm_owner;
-- The tables, and the rows that the materialized views hold.
GRANT CREATE TABLE TO &&odm_owner;
-- The days of a well, the totals of wells, the version of the data.
GRANT CREATE VIEW TO &&odm_owner;
-- The summaries of wells and divisions.
GRANT CREATE MATERIALIZED VIEW TO &&odm_owner;
-- The package, and what notes a change and refreshes the summaries.
GRANT CREATE PROCEDURE TO &&odm_owner;
-- What notes a change of a table, whoever makes it.
GRANT CREATE TRIGGER TO &&odm_owner;
-- The refresh of the summaries each hour.
GRANT CREATE JOB TO &&odm_owner;

-- The package writes its documents with DBMS_LOB, DBMS_MVIEW refreshes the summaries, and
-- DBMS_SCHEDULER has the job.
BEGIN
    FOR l_needed IN (
        SELECT needed.package_name
          FROM (
                SELECT 'DBMS_LOB' AS package_name, 'DBMS_LOB' AS object_name FROM dual
                UNION ALL
                SELECT 'DBMS_MVIEW' AS package_name, 'DBMS_SNAPSHOT' AS object_name FROM dual
                UNION ALL
                SELECT 'DBMS_SCHEDULER' AS package_name, 'DBMS_SCHEDULER' AS object_name FROM dual
               ) needed
         WHERE NOT EXISTS (
                   SELECT 1
                     FROM dba_tab_privs granted
                    WHERE granted.owner = 'SYS'
                      AND granted.table_name = needed.object_name
                      AND granted.privilege = 'EXECUTE'
                      AND granted.grantee = 'PUBLIC'
               )
    ) LOOP
        EXECUTE IMMEDIATE 'GRANT EXECUTE ON ' || l_needed.package_name || ' TO &&odm_owner';
    END LOOP;
END;
/
