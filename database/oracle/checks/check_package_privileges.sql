-- Stops the installation of the package alone, before it has changed anything, when the account
-- lacks a privilege, and says what a DBA has to run. A role is not enough: check_privileges.sql.
DECLARE
    l_missing VARCHAR2(500 CHAR);
    l_granted PLS_INTEGER;
BEGIN
    SELECT COUNT(*)
      INTO l_granted
      FROM user_sys_privs granted
     WHERE granted.privilege = 'CREATE PROCEDURE';

    IF l_granted = 0 THEN
        l_missing := l_missing || CHR(10)
            || 'GRANT CREATE PROCEDURE TO "' || SYS_CONTEXT('USERENV', 'SESSION_USER') || '";';
    END IF;

    SELECT COUNT(*)
      INTO l_granted
      FROM all_tab_privs granted
     WHERE granted.table_schema = 'SYS'
       AND granted.table_name = 'DBMS_LOB'
       AND granted.privilege = 'EXECUTE'
       AND granted.grantee IN ('PUBLIC', SYS_CONTEXT('USERENV', 'SESSION_USER'));

    IF l_granted = 0 THEN
        l_missing := l_missing || CHR(10)
            || 'GRANT EXECUTE ON DBMS_LOB TO "' || SYS_CONTEXT('USERENV', 'SESSION_USER') || '";';
    END IF;

    IF l_missing IS NOT NULL THEN
        RAISE_APPLICATION_ERROR(
            -20002, 'The package cannot be installed yet. A DBA runs:' || l_missing
        );
    END IF;
END;
/
