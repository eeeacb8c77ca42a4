-- Stops the installation, before it has changed anything, when the database is older than 19c or
-- the account lacks a privilege or space. Says everything that is missing at once.
DECLARE
    l_missing VARCHAR2(1000 CHAR);
    l_space   PLS_INTEGER;
BEGIN
    IF DBMS_DB_VERSION.VERSION < 19 THEN
        RAISE_APPLICATION_ERROR(-20001, 'ODM needs Oracle Database 19c or later');
    END IF;

    FOR l_needed IN (
        SELECT needed.privilege
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
         WHERE needed.privilege NOT IN (SELECT granted.privilege FROM session_privs granted)
         ORDER BY needed.privilege
    ) LOOP
        l_missing := l_missing || ' ' || l_needed.privilege || ';';
    END LOOP;

    SELECT COUNT(*)
      INTO l_space
      FROM (
            SELECT granted.privilege AS reason
              FROM session_privs granted
             WHERE granted.privilege = 'UNLIMITED TABLESPACE'
            UNION ALL
            SELECT quota.tablespace_name AS reason
              FROM user_ts_quotas quota
              JOIN user_users account
                ON account.default_tablespace = quota.tablespace_name
             WHERE quota.max_bytes = -1
                OR quota.max_bytes > quota.bytes
           ) room;

    IF l_space = 0 THEN
        l_missing := l_missing || ' a quota on its default tablespace;';
    END IF;

    IF l_missing IS NOT NULL THEN
        RAISE_APPLICATION_ERROR(-20002, 'ODM cannot be installed: the account lacks' || l_missing);
    END IF;
END;
/
