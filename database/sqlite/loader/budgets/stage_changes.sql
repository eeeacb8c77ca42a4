-- The months of wells that are new or have another budget or actual.
INSERT INTO temp.change
SELECT staged.well_id, staged.month, staged.budget, staged.actual, known.well_id IS NULL
  FROM temp.staged AS staged
  LEFT JOIN odm_monthly_budget AS known
    ON known.well_id = staged.well_id
   AND known.budget_month = staged.month
 WHERE known.well_id IS NULL
    OR known.budget_cents IS NOT staged.budget
    OR known.actual_cents IS NOT staged.actual;
