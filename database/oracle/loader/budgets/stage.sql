-- A row of the file.
INSERT INTO odm_stage_budget (line, well_id, budget_month, budget_usd, actual_usd)
VALUES (:line_number, :well_id, :budget_month, :budget_usd, :actual_usd);
