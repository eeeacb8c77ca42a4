-- After the COMMIT of a load that changed something. It commits by itself.
BEGIN
    odm_refresh_summaries;
END;
/
