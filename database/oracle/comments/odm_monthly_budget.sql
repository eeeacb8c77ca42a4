-- What the data dictionary tells of odm_monthly_budget and of its columns.
COMMENT ON TABLE odm_monthly_budget IS
    'Money planned and spent for a well in a month';
COMMENT ON COLUMN odm_monthly_budget.well_id IS
    'The well that the money is for';
COMMENT ON COLUMN odm_monthly_budget.budget_month IS
    'The first day of the month, at midnight';
COMMENT ON COLUMN odm_monthly_budget.budget_usd IS
    'Planned US dollars, to 0.01; null: no plan is known, which is not a plan of 0';
COMMENT ON COLUMN odm_monthly_budget.actual_usd IS
    'Spent US dollars, to 0.01; null: not known yet';
