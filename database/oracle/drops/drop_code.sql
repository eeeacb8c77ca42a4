-- Drops the job, the package, the refresh procedure and the views that are there.
BEGIN
    FOR l_job IN (
        SELECT job_name
          FROM user_scheduler_jobs
         WHERE job_name = 'ODM_REFRESH_SUMMARIES_JOB'
    ) LOOP
        DBMS_SCHEDULER.DROP_JOB(job_name => l_job.job_name, force => TRUE);
    END LOOP;

    FOR l_object IN (
        SELECT object_type,
               object_name
          FROM user_objects
         WHERE (object_type = 'PACKAGE' AND object_name = 'GET_ODM_DATA_PKG')
            OR (object_type = 'PROCEDURE' AND object_name = 'ODM_REFRESH_SUMMARIES')
            OR (
                object_type = 'VIEW'
                AND object_name IN ('GET_WELL_SUMMARY_BY_DAY_VW', 'ODM_WELL_TOTALS_VW')
            )
    ) LOOP
        EXECUTE IMMEDIATE 'DROP ' || l_object.object_type || ' ' || l_object.object_name;
    END LOOP;
END;
/
