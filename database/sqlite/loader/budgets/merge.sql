INSERT INTO odm_monthly_budget
SELECT well_id, month, budget, actual
  FROM temp.change
 WHERE true
    ON CONFLICT DO UPDATE
   SET budget_cents = excluded.budget_cents,
       actual_cents = excluded.actual_cents;
