-- A row that was refused.
DELETE FROM odm_stage_production
 WHERE line = :line_number;
