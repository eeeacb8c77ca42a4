-- What the service's account may do, all of it: EXECUTE the package. The package runs with the
-- rights of its owner, so the account needs none on tables or views, and can change nothing.
-- The owner runs it: sqlplus odm_owner@//host:1521/service @grants.sql
GRANT EXECUTE ON get_odm_data_pkg TO &service_account;
