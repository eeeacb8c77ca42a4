-- Loads of budgets take turns from here to their COMMIT. Readers are not held up.
LOCK TABLE odm_monthly_budget IN EXCLUSIVE MODE WAIT 60;
