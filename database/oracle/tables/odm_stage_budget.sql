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
