-- Stops the installation, before it has changed anything, where ODM must not be: a database older
-- than 19c, the root of a container database, or a schema of Oracle's own.
DECLARE
    l_refused VARCHAR2(1000 CHAR);
BEGIN
    IF DBMS_DB_VERSION.VERSION < 19 THEN
        l_refused := l_refused || CHR(10)
            || '- ODM needs Oracle Database 19c or later, and this is ' || DBMS_DB_VERSION.VERSION;
    END IF;

    IF SYS_CONTEXT('USERENV', 'CON_NAME') = 'CDB$ROOT' THEN
        l_refused := l_refused || CHR(10)
            || '- this is CDB$ROOT: name the service of a pluggable database';
    END IF;

    IF SYS_CONTEXT('USERENV', 'SESSION_USER') IN ('SYS', 'SYSTEM') THEN
        l_refused := l_refused || CHR(10)
            || '- ' || SYS_CONTEXT('USERENV', 'SESSION_USER')
            || ' must not own it: connect as an account that owner_account.sql makes';
    END IF;

    IF l_refused IS NOT NULL THEN
        RAISE_APPLICATION_ERROR(-20001, 'ODM cannot be installed here:' || l_refused);
    END IF;
END;
/
