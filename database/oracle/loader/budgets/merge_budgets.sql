-- The months that are new or have other money. An amount that becomes known or unknown is another
-- one.
MERGE INTO odm_monthly_budget monthly
USING (
    SELECT /*+ CARDINALITY(staged 1) */
           staged.well_id,
           staged.budget_month,
           staged.budget_usd,
           staged.actual_usd
      FROM odm_stage_budget staged
      LEFT JOIN odm_monthly_budget known
        ON known.well_id = staged.well_id
       AND known.budget_month = staged.budget_month
     WHERE known.well_id IS NULL
        OR known.budget_usd <> staged.budget_usd
        OR known.actual_usd <> staged.actual_usd
        OR (known.budget_usd IS NULL AND staged.budget_usd IS NOT NULL)
        OR (known.budget_usd IS NOT NULL AND staged.budget_usd IS NULL)
        OR (known.actual_usd IS NULL AND staged.actual_usd IS NOT NULL)
        OR (known.actual_usd IS NOT NULL AND staged.actual_usd IS NULL)
) changed
ON (monthly.well_id = changed.well_id AND monthly.budget_month = changed.budget_month)
WHEN MATCHED THEN
    UPDATE SET budget_usd = changed.budget_usd,
               actual_usd = changed.actual_usd
WHEN NOT MATCHED THEN
    INSERT (well_id, budget_month, budget_usd, actual_usd)
    VALUES (changed.well_id, changed.budget_month, changed.budget_usd, changed.actual_usd);
