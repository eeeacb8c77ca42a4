-- Line, column and reason of the staged rows that cannot be taken: a second row of a well, day and
-- part; and all rows of a well and day whose parts add up to more than oil_bbl NUMBER(10,3) holds.
SELECT repeated.line,
       'well and day' AS field,
       'repeats the well, day and interval of line ' || repeated.first_line AS reason
  FROM (
        SELECT /*+ CARDINALITY(staged 1) */
               staged.line,
               MIN(staged.line) OVER (
                   PARTITION BY staged.well_id, staged.production_date, staged.part
               ) AS first_line
          FROM odm_stage_production staged
       ) repeated
 WHERE repeated.line > repeated.first_line
UNION ALL
SELECT summed.line,
       'oil' AS field,
       'the intervals of the well and day add up to too much oil' AS reason
  FROM (
        SELECT /*+ CARDINALITY(staged 1) */
               staged.line,
               SUM(staged.oil_bbl) OVER (
                   PARTITION BY staged.well_id, staged.production_date
               ) AS oil_bbl
          FROM odm_stage_production staged
       ) summed
 WHERE summed.oil_bbl > 9999999.999
 ORDER BY 1, 2;
