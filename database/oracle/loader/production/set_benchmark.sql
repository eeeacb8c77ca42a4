-- The divisions of the file sell at its benchmark; a file without one changes none.
UPDATE odm_division
   SET benchmark = :benchmark
 WHERE division_id IN (
           SELECT /*+ CARDINALITY(staged 1) */
                  staged.division_id
             FROM odm_stage_production staged
       )
   AND COALESCE(benchmark, ' ') <> :benchmark;
