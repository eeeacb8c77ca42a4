-- Refreshes the materialized views at five past each hour. A job that is already there is left
-- as it is: its calendar may have been changed on purpose (DBMS_SCHEDULER.SET_ATTRIBUTE).
DECLARE
    l_jobs PLS_INTEGER;
BEGIN
    SELECT COUNT(*)
      INTO l_jobs
      FROM user_scheduler_jobs
     WHERE job_name = 'ODM_REFRESH_SUMMARIES_JOB';

    IF l_jobs = 0 THEN
        DBMS_SCHEDULER.CREATE_JOB(
            job_name        => 'ODM_REFRESH_SUMMARIES_JOB',
            job_type        => 'STORED_PROCEDURE',
            job_action      => 'ODM_REFRESH_SUMMARIES',
            repeat_interval => 'FREQ=HOURLY;BYMINUTE=5;BYSECOND=0',
            enabled         => TRUE,
            comments        => 'Brings the summaries of ODM up to date with its tables'
        );
    END IF;
END;
/
