-- What the service's account may do, all of it: EXECUTE the package. The package runs with the
-- rights of its owner, so the account needs none on tables or views, and can change nothing.
GRANT EXECUTE ON get_odm_data_pkg TO &service_account;
