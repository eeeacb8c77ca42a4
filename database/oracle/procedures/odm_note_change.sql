-- Notes that a subject has changed, in the caller's transaction: the new version can be seen when,
-- and only when, the change can. The triggers call it. Call it by hand, and COMMIT, after what
-- fires no trigger: TRUNCATE, partition operations, SQL*Loader's direct path, an import.

-- The rows stay locked until the transaction ends, all of them and always in the same order. So
-- whoever writes to ODM's tables takes turns from the first change to the COMMIT, which is what
-- makes each time later than the one before. Loads take turns anyway, and readers are not held up;
-- who enters single rows from a screen must not leave them uncommitted while away for lunch: the
-- others wait a minute for their turn, and are then refused with ORA-30006. A SERIALIZABLE
-- transaction that another one's COMMIT has overtaken is refused with ORA-08177. Either may simply
-- be tried again.
CREATE OR REPLACE PROCEDURE odm_note_change(
    p_subject IN VARCHAR2
)
AUTHID DEFINER
AS
    l_changed_at DATE := CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE);
BEGIN
    FOR l_version IN (
        SELECT noted.changed_at
          FROM odm_data_version noted
         ORDER BY noted.subject
           FOR UPDATE WAIT 60
    ) LOOP
        l_changed_at := GREATEST(l_changed_at, l_version.changed_at + INTERVAL '1' SECOND);
    END LOOP;

    UPDATE odm_data_version
       SET change_count = change_count + 1,
           changed_at = l_changed_at
     WHERE subject = p_subject;
END odm_note_change;
/
