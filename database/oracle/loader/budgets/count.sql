-- How many months of wells are staged, and how many of them are new or have other money. An amount
-- that becomes known or unknown is another one.
SELECT /*+ CARDINALITY(staged 1) */
       COUNT(*) AS months,
       COUNT(CASE WHEN known.well_id IS NULL THEN 1 END) AS new_months,
       COUNT(
           CASE
               WHEN known.well_id IS NULL THEN NULL
               WHEN (
                        known.budget_usd = staged.budget_usd
                        OR (known.budget_usd IS NULL AND staged.budget_usd IS NULL)
                    )
                    AND (
                        known.actual_usd = staged.actual_usd
                        OR (known.actual_usd IS NULL AND staged.actual_usd IS NULL)
                    ) THEN NULL
               ELSE 1
           END
       ) AS changed_months
  FROM odm_stage_budget staged
  LEFT JOIN odm_monthly_budget known
    ON known.well_id = staged.well_id
   AND known.budget_month = staged.budget_month;
