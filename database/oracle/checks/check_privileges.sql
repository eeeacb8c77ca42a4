-- Stops the installation, before it has changed anything, when the account lacks a privilege or
-- space, and says what a DBA has to run, all of it at once.
-- Privileges count when they are granted to the account itself or to PUBLIC: a role is not seen by
-- materialized views, nor by code that runs with the rights of its owner. Hardened databases (CIS)
-- take the packages away from PUBLIC. DBMS_MVIEW is a synonym for DBMS_SNAPSHOT.
DECLARE
    l_missing    VARCHAR2(1500 CHAR);
    l_by_role    VARCHAR2(300 CHAR);
    l_tablespace VARCHAR2(128 CHAR);
    l_space      PLS_INTEGER;
BEGIN
    FOR l_needed IN (
        SELECT needed.privilege,
               COUNT(usable.privilege) AS by_role
          FROM (
                SELECT 'CREATE TABLE' AS privilege FROM dual
                UNION ALL
                SELECT 'CREATE VIEW' AS privilege FROM dual
                UNION ALL
                SELECT 'CREATE MATERIALIZED VIEW' AS privilege FROM dual
                UNION ALL
                SELECT 'CREATE PROCEDURE' AS privilege FROM dual
                UNION ALL
                SELECT 'CREATE TRIGGER' AS privilege FROM dual
                UNION ALL
                SELECT 'CREATE JOB' AS privilege FROM dual
               ) needed
          LEFT JOIN session_privs usable
            ON usable.privilege = needed.privilege
         WHERE needed.privilege NOT IN (SELECT granted.privilege FROM user_sys_privs granted)
         GROUP BY needed.privilege
         ORDER BY needed.privilege
    ) LOOP
        l_missing := l_missing || CHR(10) || 'GRANT ' || l_needed.privilege
            || ' TO "' || SYS_CONTEXT('USERENV', 'SESSION_USER') || '";';

        IF l_needed.by_role > 0 THEN
            l_by_role := l_by_role || ', ' || l_needed.privilege;
        END IF;
    END LOOP;

    FOR l_needed IN (
        SELECT needed.package_name,
               COUNT(granted.grantee) AS by_role
          FROM (
                SELECT 'DBMS_LOB' AS package_name, 'DBMS_LOB' AS object_name FROM dual
                UNION ALL
                SELECT 'DBMS_MVIEW' AS package_name, 'DBMS_SNAPSHOT' AS object_name FROM dual
                UNION ALL
                SELECT 'DBMS_SCHEDULER' AS package_name, 'DBMS_SCHEDULER' AS object_name FROM dual
               ) needed
          LEFT JOIN all_tab_privs granted
            ON granted.table_schema = 'SYS'
           AND granted.table_name = needed.object_name
           AND granted.privilege = 'EXECUTE'
         GROUP BY needed.package_name
        HAVING COUNT(
                   CASE
                       WHEN granted.grantee IN ('PUBLIC', SYS_CONTEXT('USERENV', 'SESSION_USER'))
                           THEN 1
                   END
               ) = 0
         ORDER BY needed.package_name
    ) LOOP
        l_missing := l_missing || CHR(10) || 'GRANT EXECUTE ON ' || l_needed.package_name
            || ' TO "' || SYS_CONTEXT('USERENV', 'SESSION_USER') || '";';

        IF l_needed.by_role > 0 THEN
            l_by_role := l_by_role || ', EXECUTE ON ' || l_needed.package_name;
        END IF;
    END LOOP;

    SELECT account.default_tablespace
      INTO l_tablespace
      FROM user_users account;

    SELECT COUNT(*)
      INTO l_space
      FROM (
            SELECT granted.privilege AS reason
              FROM session_privs granted
             WHERE granted.privilege = 'UNLIMITED TABLESPACE'
            UNION ALL
            SELECT quota.tablespace_name AS reason
              FROM user_ts_quotas quota
             WHERE quota.tablespace_name = l_tablespace
               AND (
                   quota.max_bytes = -1
                   OR quota.max_bytes > quota.bytes
               )
           ) room;

    IF l_tablespace IN ('SYSTEM', 'SYSAUX') THEN
        l_missing := l_missing || CHR(10)
            || 'ALTER USER "' || SYS_CONTEXT('USERENV', 'SESSION_USER')
            || '" DEFAULT TABLESPACE users QUOTA UNLIMITED ON users;';
    ELSIF l_space = 0 THEN
        l_missing := l_missing || CHR(10)
            || 'ALTER USER "' || SYS_CONTEXT('USERENV', 'SESSION_USER')
            || '" QUOTA UNLIMITED ON "' || l_tablespace || '";';
    END IF;

    IF l_by_role IS NOT NULL THEN
        l_by_role := CHR(10) || '(By a role alone, which is not enough: '
            || SUBSTR(l_by_role, 3) || ')';
    END IF;

    IF l_missing IS NOT NULL THEN
        RAISE_APPLICATION_ERROR(
            -20002,
            SUBSTR('ODM cannot be installed yet. A DBA runs:' || l_missing || l_by_role, 1, 1900)
        );
    END IF;
END;
/
