-- Which version of the data this is: a row for each subject, with a number that is another one
-- after every change. To what odm_note_change has counted, the summaries add the times of their
-- last refresh, so that a refresh by anybody and by any means is another version. Those times are
-- the database host's; they become UTC with the offset that it has now. They come from
-- USER_MVIEW_REFRESH_TIMES, which has a row for each view and master table: each call reads this
-- twice, and USER_MVIEWS joins much of the dictionary for columns that nobody wants here.
CREATE OR REPLACE VIEW get_data_version_vw AS
SELECT noted.subject,
       noted.change_count + COALESCE(refreshed.refresh_times, 0) AS change_count,
       GREATEST(
           noted.changed_at, COALESCE(refreshed.refreshed_at, noted.changed_at)
       ) AS changed_at
  FROM odm_data_version noted
  LEFT JOIN (
        SELECT 'summaries' AS subject,
               SUM(
                   TO_NUMBER(
                       TO_CHAR(mview.last_refresh, 'YYYYMMDDHH24MISS'), '99999999999999'
                   )
               ) AS refresh_times,
               CAST(SYS_EXTRACT_UTC(FROM_TZ(
                   CAST(MAX(mview.last_refresh) AS TIMESTAMP),
                   TO_CHAR(SYSTIMESTAMP, 'TZH:TZM')
               )) AS DATE) AS refreshed_at
          FROM user_mview_refresh_times mview
         WHERE mview.name IN (
                   'GET_WELL_SUMMARY_DATA_MV', 'GET_DIVISION_SUMMARY_DATA_MV',
                   'GET_WELL_REPORTS_MV'
               )
       ) refreshed
    ON refreshed.subject = noted.subject;
