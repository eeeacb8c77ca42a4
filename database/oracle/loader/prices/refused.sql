-- Line, column and reason of the staged rows that cannot be taken: a second row of a day.
SELECT repeated.line,
       'day' AS field,
       'repeats the day of line ' || repeated.first_line AS reason
  FROM (
        SELECT /*+ CARDINALITY(staged 1) */
               staged.line,
               MIN(staged.line) OVER (PARTITION BY staged.price_date) AS first_line
          FROM odm_stage_price staged
       ) repeated
 WHERE repeated.line > repeated.first_line
 ORDER BY repeated.line;
