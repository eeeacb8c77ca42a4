CREATE OR REPLACE PACKAGE BODY get_odm_data_pkg
AS
    -- Adds the buffered text, which is never none, and empties the buffer. APPEND needs no amount,
    -- which WRITEAPPEND would count in other units (UTF-16) than LENGTH of the buffer does.
    PROCEDURE flush_buffer(
        p_json   IN OUT NOCOPY CLOB,
        p_buffer IN OUT NOCOPY VARCHAR2,
        p_bytes  IN OUT NOCOPY PLS_INTEGER
    )
    AS
    BEGIN
        DBMS_LOB.APPEND(p_json, TO_CLOB(p_buffer));
        p_buffer := NULL;
        p_bytes := 0;
    END flush_buffer;


    PROCEDURE get_data_version(
        p_version OUT VARCHAR2
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'subject' VALUE told.subject,
                           'change_count' VALUE told.change_count,
                           'changed_at' VALUE TO_CHAR(
                               told.changed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
                           )
                           NULL ON NULL RETURNING VARCHAR2(4000 CHAR)
                       ) FORMAT JSON
                       ORDER BY told.subject NULL ON NULL RETURNING VARCHAR2(4000 CHAR)
                   ),
                   '[]'
               )
          INTO p_version
          FROM get_data_version_vw told;
    END get_data_version;


    PROCEDURE get_division_list(
        p_json OUT CLOB
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'Division_Id' VALUE division.division_id,
                           'Division_Name' VALUE division.division_name
                           NULL ON NULL RETURNING CLOB
                       ) FORMAT JSON
                       ORDER BY division.division_id NULL ON NULL RETURNING CLOB
                   ),
                   TO_CLOB('[]')
               )
          INTO p_json
          FROM odm_division division;
    END get_division_list;


    PROCEDURE get_division_summary_data(
        p_json OUT CLOB
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'Division_Id' VALUE summary.division_id,
                           'Division_Name' VALUE summary.division_name,
                           'Well_Count' VALUE summary.well_count,
                           'Total_Oil_Produced' VALUE summary.total_oil_produced,
                           'Total_Budget' VALUE summary.total_budget,
                           'Total_Actual' VALUE summary.total_actual,
                           'Total_Oil_Sales' VALUE summary.total_oil_sales,
                           'Period' VALUE summary.period,
                           'First_Date' VALUE TO_CHAR(reported.first_date, 'YYYY-MM-DD'),
                           'Last_Date' VALUE TO_CHAR(reported.last_date, 'YYYY-MM-DD'),
                           'Reports' VALUE COALESCE(reported.reports, 0),
                           'Unpriced_Reports' VALUE COALESCE(reported.unpriced_reports, 0)
                           NULL ON NULL RETURNING CLOB
                       ) FORMAT JSON
                       ORDER BY summary.division_id NULL ON NULL RETURNING CLOB
                   ),
                   TO_CLOB('[]')
               )
          INTO p_json
          FROM get_division_summary_data_mv summary
          LEFT JOIN (
                SELECT well.division_id,
                       MIN(well.first_date) AS first_date,
                       MAX(well.last_date) AS last_date,
                       SUM(well.reports) AS reports,
                       SUM(well.unpriced_reports) AS unpriced_reports
                  FROM get_well_reports_mv well
                 GROUP BY well.division_id
               ) reported
            ON reported.division_id = summary.division_id;
    END get_division_summary_data;


    PROCEDURE get_well_list(
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'well_id' VALUE well.well_id,
                           'well_name' VALUE well.well_name,
                           'division_id' VALUE well.division_id,
                           'division_name' VALUE well.division_name
                           NULL ON NULL RETURNING CLOB
                       ) FORMAT JSON
                       ORDER BY well.well_id NULL ON NULL RETURNING CLOB
                   ),
                   TO_CLOB('[]')
               )
          INTO p_json
          FROM get_well_summary_data_mv well
         WHERE well.division_id = p_division_id;
    END get_well_list;


    PROCEDURE get_well_summary_data(
        p_well_id     IN NUMBER,
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'well_id' VALUE summary.well_id,
                           'well_name' VALUE summary.well_name,
                           'division_id' VALUE summary.division_id,
                           'division_name' VALUE summary.division_name,
                           'total_oil_produced' VALUE summary.total_oil_produced,
                           'total_budget' VALUE summary.total_budget,
                           'total_actual' VALUE summary.total_actual,
                           'total_oil_sales' VALUE summary.total_oil_sales,
                           'period' VALUE summary.period
                           NULL ON NULL RETURNING CLOB
                       ) FORMAT JSON
                       ORDER BY summary.well_id NULL ON NULL RETURNING CLOB
                   ),
                   TO_CLOB('[]')
               )
          INTO p_json
          FROM get_well_summary_data_mv summary
         WHERE summary.well_id = p_well_id
           AND summary.division_id = p_division_id;
    END get_well_summary_data;


    PROCEDURE get_division_well_summary_data(
        p_division_id IN NUMBER,
        p_json        OUT CLOB
    )
    AS
    BEGIN
        SELECT COALESCE(
                   JSON_ARRAYAGG(
                       JSON_OBJECT(
                           'well_id' VALUE total.well_id,
                           'well_name' VALUE total.well_name,
                           'division_id' VALUE total.division_id,
                           'division_name' VALUE total.division_name,
                           'total_oil_produced' VALUE total.total_oil_produced,
                           'total_budget' VALUE total.total_budget,
                           'total_actual' VALUE total.total_actual,
                           'total_oil_sales' VALUE total.total_oil_sales,
                           'period' VALUE total.period,
                           'first_date' VALUE TO_CHAR(reported.first_date, 'YYYY-MM-DD'),
                           'last_date' VALUE TO_CHAR(reported.last_date, 'YYYY-MM-DD'),
                           'last_oil_produced' VALUE reported.last_oil_produced,
                           'days_late' VALUE newest.last_date - reported.last_date,
                           'reports' VALUE COALESCE(reported.reports, 0),
                           'unpriced_reports' VALUE COALESCE(reported.unpriced_reports, 0)
                           NULL ON NULL RETURNING CLOB
                       ) FORMAT JSON
                       ORDER BY total.well_id NULL ON NULL RETURNING CLOB
                   ),
                   TO_CLOB('[]')
               )
          INTO p_json
          FROM get_well_summary_data_mv total
         CROSS JOIN (
                SELECT MAX(well.last_date) AS last_date
                  FROM get_well_reports_mv well
                 WHERE well.division_id = p_division_id
               ) newest
          LEFT JOIN get_well_reports_mv reported
            ON reported.division_id = total.division_id
           AND reported.well_id = total.well_id
         WHERE total.division_id = p_division_id;
    END get_division_well_summary_data;


    PROCEDURE get_well_summary_by_day(
        p_well_id     IN NUMBER,
        p_division_id IN NUMBER,
        p_json        OUT CLOB,
        p_from_date   IN DATE DEFAULT NULL,
        p_to_date     IN DATE DEFAULT NULL
    )
    AS
        c_chunk_bytes CONSTANT PLS_INTEGER := 4000;
        -- With names of so many bytes together, each of which JSON may write as six, and five
        -- NUMBERs of any size, a row and its separator are never longer than a chunk.
        c_short_names CONSTANT PLS_INTEGER := 480;

        -- A row is a VARCHAR2, which costs no temporary CLOB. Only one with longer names, which
        -- might fail with ORA-40478 beyond 4000 bytes, is a CLOB.
        -- An open end of the range is a day that no date lies beyond: unlike "OR ... IS NULL",
        -- this leaves a range of the key for the index and for the partitions.
        CURSOR c_days
        IS
            SELECT CASE
                       WHEN COALESCE(LENGTHB(by_day.well_name), 0)
                           + COALESCE(LENGTHB(by_day.division_name), 0) > c_short_names
                       THEN NULL
                       ELSE JSON_OBJECT(
                           'well_id' VALUE by_day.well_id,
                           'well_name' VALUE by_day.well_name,
                           'division_id' VALUE by_day.division_id,
                           'division_name' VALUE by_day.division_name,
                           'date_value' VALUE TO_CHAR(by_day.date_value, 'YYYY-MM-DD'),
                           'oil_produced' VALUE by_day.oil_produced,
                           'oil_price' VALUE by_day.oil_price,
                           'oil_sales' VALUE by_day.oil_sales,
                           'period' VALUE by_day.period
                           NULL ON NULL RETURNING VARCHAR2(4000 CHAR)
                       )
                   END AS day_json,
                   CASE
                       WHEN COALESCE(LENGTHB(by_day.well_name), 0)
                           + COALESCE(LENGTHB(by_day.division_name), 0) > c_short_names
                       THEN JSON_OBJECT(
                           'well_id' VALUE by_day.well_id,
                           'well_name' VALUE by_day.well_name,
                           'division_id' VALUE by_day.division_id,
                           'division_name' VALUE by_day.division_name,
                           'date_value' VALUE TO_CHAR(by_day.date_value, 'YYYY-MM-DD'),
                           'oil_produced' VALUE by_day.oil_produced,
                           'oil_price' VALUE by_day.oil_price,
                           'oil_sales' VALUE by_day.oil_sales,
                           'period' VALUE by_day.period
                           NULL ON NULL RETURNING CLOB
                       )
                   END AS long_day_json
              FROM get_well_summary_by_day_vw by_day
             WHERE by_day.well_id = p_well_id
               AND by_day.division_id = p_division_id
               AND by_day.date_value >= COALESCE(TRUNC(p_from_date), DATE '0001-01-01')
               AND by_day.date_value <= COALESCE(TRUNC(p_to_date), DATE '9999-12-31')
             ORDER BY by_day.date_value;

        l_buffer    VARCHAR2(4000 CHAR);
        l_bytes     PLS_INTEGER := 0; -- in l_buffer, never above c_chunk_bytes
        l_row_bytes PLS_INTEGER;
        l_separator VARCHAR2(2 CHAR) := '[';
    BEGIN
        DBMS_LOB.CREATETEMPORARY(p_json, TRUE);

        FOR l_day IN c_days LOOP
            l_row_bytes := LENGTH(l_separator) + COALESCE(LENGTHB(l_day.day_json), 0);

            IF l_bytes + l_row_bytes > c_chunk_bytes THEN
                flush_buffer(p_json, l_buffer, l_bytes);
            END IF;

            l_buffer := l_buffer || l_separator;
            l_buffer := l_buffer || l_day.day_json;
            l_bytes := l_bytes + l_row_bytes;

            IF l_day.day_json IS NULL THEN
                -- Added as it is, since a cut at a fixed place could fall between the two code
                -- units of one character (ORA-22831).
                flush_buffer(p_json, l_buffer, l_bytes);
                DBMS_LOB.APPEND(p_json, l_day.long_day_json);
            END IF;

            l_separator := ',' || CHR(10);
        END LOOP;

        IF l_separator = '[' THEN
            l_buffer := '[';
        ELSIF l_bytes = c_chunk_bytes THEN
            flush_buffer(p_json, l_buffer, l_bytes);
        END IF;

        l_buffer := l_buffer || ']';
        flush_buffer(p_json, l_buffer, l_bytes);
    END get_well_summary_by_day;
END get_odm_data_pkg;
/
