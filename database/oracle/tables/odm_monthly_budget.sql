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
