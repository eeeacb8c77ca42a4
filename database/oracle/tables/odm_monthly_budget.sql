-- Money planned and spent, a row for each well and month.
CREATE TABLE odm_monthly_budget (
    well_id      NUMBER(38) NOT NULL,
    budget_month DATE NOT NULL,
    budget_usd   NUMBER(14,2),
    actual_usd   NUMBER(14,2),
    CONSTRAINT odm_monthly_budget_pk PRIMARY KEY (well_id, budget_month),
    CONSTRAINT odm_monthly_budget_well_fk FOREIGN KEY (well_id) REFERENCES odm_well (well_id),
    CONSTRAINT odm_monthly_budget_month_ck CHECK (budget_month = TRUNC(budget_month, 'MM'))
);

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
