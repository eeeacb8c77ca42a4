-- A row that was refused.
DELETE FROM odm_stage_price
 WHERE line = :line_number;
