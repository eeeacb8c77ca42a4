-- Line, column and reason of the staged rows that cannot be taken: a second row of a well, day and
-- part; all rows of a well and day whose parts add up to more than oil_bbl NUMBER(12,3) holds; and
-- months that the database has by day, or days of one that it has as a whole.
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
 WHERE ABS(summed.oil_bbl) > 999999999.999
UNION ALL
SELECT /*+ CARDINALITY(staged 1) */
       staged.line,
       'period' AS field,
       'the well has days in ' || TO_CHAR(staged.production_date, 'YYYY-MM')
       || ', and they stay: a month is days or one row' AS reason
  FROM odm_stage_production staged
 WHERE staged.period = 'month'
   AND EXISTS (
           SELECT 1
             FROM odm_daily_production known
            WHERE known.well_id = staged.well_id
              AND known.production_date >= staged.production_date
              AND known.production_date < ADD_MONTHS(staged.production_date, 1)
              AND known.period = 'day'
       )
UNION ALL
SELECT /*+ CARDINALITY(staged 1) */
       staged.line,
       'period' AS field,
       'the well has ' || TO_CHAR(staged.production_date, 'YYYY-MM')
       || ' as one row, and it stays: a month is days or one row' AS reason
  FROM odm_stage_production staged
  JOIN odm_daily_production known
    ON known.well_id = staged.well_id
   AND known.production_date = TRUNC(staged.production_date, 'MM')
 WHERE staged.period = 'day'
   AND known.period = 'month'
 ORDER BY 1, 2;
