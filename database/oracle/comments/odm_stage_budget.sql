-- What the data dictionary tells of odm_stage_budget and of its columns.
COMMENT ON TABLE odm_stage_budget IS
    'Budget and actual of wells that a load is about to merge; empty outside of a load';
COMMENT ON COLUMN odm_stage_budget.line IS
    'Line of the file that the row was read from';
COMMENT ON COLUMN odm_stage_budget.well_id IS
    'The well that the money is for';
COMMENT ON COLUMN odm_stage_budget.budget_month IS
    'The first day of the month, at midnight';
COMMENT ON COLUMN odm_stage_budget.budget_usd IS
    'Planned US dollars, to 0.01; null: no plan is known';
COMMENT ON COLUMN odm_stage_budget.actual_usd IS
    'Spent US dollars, to 0.01; null: not known yet';
