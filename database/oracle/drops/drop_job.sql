-- Drops the job if it is there, and stops it if it runs. It goes before what it refreshes.
BEGIN
    FOR l_job IN (
        SELECT job_name
          FROM user_scheduler_jobs
         WHERE job_name = 'ODM_REFRESH_SUMMARIES_JOB'
    ) LOOP
        DBMS_SCHEDULER.DROP_JOB(job_name => l_job.job_name, force => TRUE);
    END LOOP;
END;
/
