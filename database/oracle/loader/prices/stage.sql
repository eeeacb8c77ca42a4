-- A row of the file.
INSERT INTO odm_stage_price (line, price_date, price_usd)
VALUES (:line_number, :price_date, :price_usd);
