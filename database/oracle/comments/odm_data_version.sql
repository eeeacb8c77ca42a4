-- What the data dictionary tells of odm_data_version and of its columns.
COMMENT ON TABLE odm_data_version IS
    'How often what the service reads has changed, and when it last did';
COMMENT ON COLUMN odm_data_version.subject IS
    'What changed: budgets, divisions, prices, production, summaries or wells';
COMMENT ON COLUMN odm_data_version.change_count IS
    'Statements that changed a row of the subject; for summaries the refreshes';
COMMENT ON COLUMN odm_data_version.changed_at IS
    'UTC; later than every time here was before the change, by a second at least';
