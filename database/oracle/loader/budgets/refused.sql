-- Line, column and reason of the staged rows that cannot be taken: a second row of a well and
-- month; and wells that are not there.
SELECT repeated.line,
       'well and month' AS field,
       'repeats the well and month of line ' || repeated.first_line AS reason
  FROM (
        SELECT /*+ CARDINALITY(staged 1) */
               staged.line,
               MIN(staged.line) OVER (
                   PARTITION BY staged.well_id, staged.budget_month
               ) AS first_line
          FROM odm_stage_budget staged
       ) repeated
 WHERE repeated.line > repeated.first_line
UNION ALL
SELECT /*+ CARDINALITY(staged 1) */
       staged.line,
       'well' AS field,
       'there is no well ' || staged.well_id || '; load its production first' AS reason
  FROM odm_stage_budget staged
 WHERE NOT EXISTS (SELECT known.well_id FROM odm_well known WHERE known.well_id = staged.well_id)
 ORDER BY 1, 2;
