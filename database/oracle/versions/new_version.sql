-- Gives the data a new version, in every subject: nobody noted what was changed while ODM was not
-- installed, or was installed without triggers.
BEGIN
    odm_note_change('budgets');
    odm_note_change('divisions');
    odm_note_change('prices');
    odm_note_change('production');
    odm_note_change('summaries');
    odm_note_change('wells');
    COMMIT;
END;
/
