-- A row that was refused.
DELETE FROM odm_stage_budget
 WHERE line = :line_number;
