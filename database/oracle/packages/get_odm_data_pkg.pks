CREATE OR REPLACE PACKAGE get_odm_data_pkg
AUTHID DEFINER
AS
    -- What the ODM service answers with: each procedure hands back one JSON array (RFC 8259).

    -- Reads only:  odm_division, get_division_summary_data_mv, get_well_summary_data_mv,
    --              get_well_reports_mv, get_well_summary_by_day_vw and get_data_version_vw. Writes
    --              nothing, commits nothing, keeps no state.
    -- Numbers:     JSON numbers with all their digits, never rounded here. Barrels are to 0.001,
    --              US dollars a barrel to 0.001, US dollars to 0.01.
    -- Nulls:       every field stands in every row; a missing value is null.
    -- No rows:     an empty array, []. Unknown ids, and null ids, are no error: no row has them.
    -- Freshness:   get_division_list and get_well_summary_by_day read the tables as they are
    --              now; the other four read what the last refresh of the materialized views
    --              saw (user_mviews.last_refresh_date; procedure odm_refresh_summaries).
    -- p_json:      a temporary CLOB that belongs to the caller, who frees it. Its offsets and
    --              lengths count UTF-16 code units when the database is AL32UTF8 or UTF8.


    -- Which version of the data the other procedures read now, as text; ordered by subject:
    --     subject       string, what may change: budgets, divisions, prices, production, ...
    --     change_count  number, another one after each change of the subject
    --     changed_at    string, UTC, as 2026-11-21T06:00:00Z: when that was
    -- Two equal texts, before and after a call of another procedure, say that nothing has changed
    -- in between. A text of more than 4000 bytes fails with ORA-40478.
    -- Cost: a few rows of get_data_version_vw. The service asks once a second, and with each call.
    PROCEDURE get_data_version(
        p_version OUT VARCHAR2
    );


    -- The divisions, ordered by Division_Id:
    --     Division_Id    number
    --     Division_Name  string
    -- Cost: one full scan of odm_division, which has a row for each division.
    PROCEDURE get_division_list(
        p_json OUT CLOB
    );


    -- The totals of every division, ordered by Division_Id; a division without wells is there too:
    --     Division_Id         number
    --     Division_Name       string
    --     Well_Count          number, wells that belong to the division now
    --     Total_Oil_Produced  barrels, over all days and months; 0 when there are none
    --     Total_Budget        US dollars, over all months; null when no month has a budget
    --     Total_Actual        US dollars, over all months; null when no month has an actual
    --     Total_Oil_Sales     US dollars, the sum of all oil_sales; 0 when there are none
    --     Period              string, what the rows state: day, month, or mixed; null without any
    --     First_Date          string, YYYY-MM-DD: the first day of its wells; null without any
    --     Last_Date           string, YYYY-MM-DD: the last day of its wells; null without any
    --     Reports             number, rows of production of its wells; 0 without any
    --     Unpriced_Reports    number, those of them that have no price in force
    -- Cost: one full scan of get_division_summary_data_mv, which has a row for each division, and
    -- one of get_well_reports_mv, which has a row for each well with production.
    PROCEDURE get_division_summary_data(
        p_json OUT CLOB
    );


    -- The wells of a division, ordered by well_id:
    --     well_id        number
    --     well_name      string
    --     division_id    number
    --     division_name  string
    -- Cost: one range scan of the index of get_well_summary_data_mv, and a row for each well.
    PROCEDURE get_well_list(
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    );


    -- The totals of one well: an array of one row, or of none when there is no such well in that
    -- division. That is how a caller tells an unknown well from one without production:
    --     well_id             number
    --     well_name           string
    --     division_id         number
    --     division_name       string
    --     total_oil_produced  barrels, over all days and months; 0 when there are none
    --     total_budget        US dollars, over all months; null when no month has a budget
    --     total_actual        US dollars, over all months; null when no month has an actual
    --     total_oil_sales     US dollars, the sum of all oil_sales; 0 when there are none
    --     period              string, what the rows state: day, month, or mixed; null without any
    -- Cost: one probe of the index of get_well_summary_data_mv.
    PROCEDURE get_well_summary_data(
        p_well_id     IN NUMBER,
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    );


    -- The totals of every well of a division, and how far its rows of production reach, ordered by
    -- well_id; a well without production is there too. A month counts as its first day:
    --     well_id             number
    --     well_name           string
    --     division_id         number
    --     division_name       string
    --     total_oil_produced  barrels, over all days and months; 0 when there are none
    --     total_budget        US dollars, over all months; null when no month has a budget
    --     total_actual        US dollars, over all months; null when no month has an actual
    --     total_oil_sales     US dollars, the sum of all oil_sales; 0 when there are none
    --     period              string, what the rows state: day, month, or mixed; null without any
    --     first_date          string, YYYY-MM-DD: the well's first day; null without any
    --     last_date           string, YYYY-MM-DD: the well's last day; null without any
    --     last_oil_produced   barrels, of the last day; null without any
    --     days_late           number, whole days from last_date to the latest last_date of the
    --                         division's wells; null without any
    --     reports             number, rows of production; 0 without any
    --     unpriced_reports    number, those of them that have no price in force, so oil_price null
    -- Cost: range scans of the indexes of get_well_summary_data_mv and, twice, get_well_reports_mv,
    -- and a row of both for each well; about 370 bytes of JSON a well.
    PROCEDURE get_division_well_summary_data(
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    );


    -- The days of one well, ordered by date_value; a day that nobody reported has no row. Where a
    -- month is all that was reported, it has one row, on its first day:
    --     well_id        number
    --     well_name      string
    --     division_id    number
    --     division_name  string
    --     date_value     string, YYYY-MM-DD
    --     oil_produced   barrels; below zero: a correction
    --     oil_price      US dollars a barrel: the last quotation, on or before the day, of the
    --                    division's benchmark; null before the first, and without a benchmark. Of a
    --                    month the mean of its days', rounded half away from zero to 0.001
    --     oil_sales      US dollars: oil_produced * oil_price, rounded half away from zero to 0.01;
    --                    0 when oil_price is null; below zero when the price or the oil is
    --     period         string, day or month
    -- p_from_date and p_to_date are the first and the last day wanted, both inclusive; null, the
    -- default, leaves that end open. Their time of day does not count. A month counts as its
    -- first day.
    -- One row stands on each line: a line feed follows the comma between two rows and stands
    -- nowhere else, so that a reader may cut rows apart without parsing.
    -- Cost: one range scan of the key of odm_daily_production and, for each day, one descent into
    -- the index of odm_daily_price; about 220 bytes of JSON a day. The document grows in steps of
    -- at most 4000 bytes. Only a row whose names have more than 480 bytes together, which costs a
    -- temporary CLOB as well, is added whole.
    PROCEDURE get_well_summary_by_day(
        p_well_id     IN NUMBER,
        p_division_id IN NUMBER,
        p_json        OUT CLOB,
        p_from_date   IN DATE DEFAULT NULL,
        p_to_date     IN DATE DEFAULT NULL
    );
END get_odm_data_pkg;
/
