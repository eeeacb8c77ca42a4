-- A row of the file. An empty part is null in Oracle, and nulls make one group below.
INSERT INTO odm_stage_production (
    line, well_id, production_date, part, oil_bbl, well_name, division_id, division_name,
    period
)
VALUES (
    :line_number, :well_id, :production_date, :part, :oil_bbl, :well_name, :division_id,
    :division_name, :period
);
