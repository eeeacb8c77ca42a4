-- Budgets on their way from the loader into odm_monthly_budget. Each session sees its own rows, and
-- they are gone when it commits, rolls back or ends.
CREATE GLOBAL TEMPORARY TABLE odm_stage_budget (
    line         NUMBER(10) NOT NULL,
    well_id      NUMBER(38) NOT NULL,
    budget_month DATE NOT NULL,
    budget_usd   NUMBER(14,2),
    actual_usd   NUMBER(14,2),
    CONSTRAINT odm_stage_budget_pk PRIMARY KEY (line)
)
ON COMMIT DELETE ROWS;

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
