-- Brings the materialized views up to date with the tables, in one transaction: readers see the
-- rows of the last refresh until it commits, and never an empty or half-filled view. That
-- is atomic_refresh => TRUE, which deletes and inserts; FALSE would truncate first.

-- COMPLETE, not FAST: FAST needs the query to be joins and sums over tables with materialized
-- view logs, and the price in force is "the last quotation on or before the day", a correlated
-- MAX that no log can keep up to date: one late quotation changes the sales of every day until
-- the next. FAST would become possible if the price in force were stored with each day of
-- production by whoever loads it; then a late quotation would be that loader's to carry through.
-- Barrels and budgets alone could be FAST today, but sales read the same rows anyway, so
-- nothing would be saved, and each load would pay for the logs.

-- Cost: each of the three reads odm_daily_production once; the two of totals descend once into the
-- index of odm_daily_price for each row as well, and that of reports finds the last row of each
-- well by the key. The views themselves are small, a row for a well or a division.
-- Loads call it when they have committed; the job odm_refresh_summaries_job calls it every
-- hour for everybody else. The refresh alone makes another version of the data, by its time, and
-- odm_note_change one that is later than all before. It commits what the caller's transaction
-- holds. The views are named with their owner, because DBMS_MVIEW looks for others in the schema
-- of whoever has the session; in a procedure with definer's rights CURRENT_SCHEMA is its owner.
CREATE OR REPLACE PROCEDURE odm_refresh_summaries
AUTHID DEFINER
AS
    l_owner VARCHAR2(128 CHAR) := SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA');
BEGIN
    DBMS_MVIEW.REFRESH(
        list           => l_owner || '.get_well_summary_data_mv,'
                       || l_owner || '.get_division_summary_data_mv,'
                       || l_owner || '.get_well_reports_mv',
        method         => 'CC',
        atomic_refresh => TRUE
    );

    odm_note_change('summaries');
    COMMIT;
END odm_refresh_summaries;
/
