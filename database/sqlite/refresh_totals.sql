-- The summaries anew, from the years that are already summed. decimal_text(n, places) is the
-- service's own function: n / 10^places as exact decimal text, NULL for NULL.

DELETE FROM get_well_summary_data_mv;

INSERT INTO get_well_summary_data_mv
SELECT well_id, well_name, division_id, division_name,
       decimal_text(oil_milli_bbl, 3),
       decimal_text(budget_cents, 2),
       decimal_text(actual_cents, 2),
       decimal_text(sales_cents, 2),
       CASE WHEN first_period = last_period THEN first_period
            WHEN first_period < last_period THEN 'mixed'
       END
  FROM odm_well_totals_vw;

DELETE FROM get_division_summary_data_mv;

INSERT INTO get_division_summary_data_mv
SELECT division.division_id, division.division_name, count(well.well_id),
       decimal_text(coalesce(sum(well.oil_milli_bbl), 0), 3),
       decimal_text(sum(well.budget_cents), 2),
       decimal_text(sum(well.actual_cents), 2),
       decimal_text(coalesce(sum(well.sales_cents), 0), 2),
       CASE WHEN min(well.first_period) = max(well.last_period) THEN min(well.first_period)
            WHEN min(well.first_period) < max(well.last_period) THEN 'mixed'
       END
  FROM odm_division AS division
  LEFT JOIN odm_well_totals_vw AS well USING (division_id)
 GROUP BY division.division_id, division.division_name;

DELETE FROM get_well_reports_mv;

INSERT INTO get_well_reports_mv
SELECT reported.well_id, well.division_id, reported.first_date, reported.last_date,
       decimal_text(latest.last_oil_milli_bbl, 3), reported.reports, reported.unpriced
  FROM (SELECT well_id,
               min(first_date) AS first_date,
               max(last_date) AS last_date,
               sum(reports) AS reports,
               sum(unpriced) AS unpriced
          FROM get_well_summary_by_day_mv
         GROUP BY well_id) AS reported
  JOIN get_well_summary_by_day_mv AS latest USING (well_id, last_date)
  JOIN odm_well AS well USING (well_id);
