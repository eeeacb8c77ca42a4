-- The subjects whose changes are counted, from 0: odm_note_change updates a row, and makes none. A
-- subject that is there keeps its count.
BEGIN
    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'budgets' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'budgets'
           );

    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'divisions' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'divisions'
           );

    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'prices' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'prices'
           );

    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'production' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'production'
           );

    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'summaries' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'summaries'
           );

    INSERT INTO odm_data_version (subject, change_count, changed_at)
    SELECT 'wells' AS subject,
           0 AS change_count,
           DATE '1970-01-01' AS changed_at
      FROM dual
     WHERE NOT EXISTS (
               SELECT 1
                 FROM odm_data_version noted
                WHERE noted.subject = 'wells'
           );

    COMMIT;
END;
/
