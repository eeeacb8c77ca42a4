-- Makes the table of production, which is by far the largest, one of months:
--     sqlplus odm_owner@//host:1521/service @partition.sql
-- Partitioning is a licensed option of Enterprise Edition; Oracle Database Free and the cloud
-- editions include it, and Standard Edition has none. The owner runs it after install.sql, at any
-- time: rows stay, and writers wait while they are moved. Running it again is safe. Nothing undoes
-- it but ALTER TABLE ... MODIFY NONPARTITIONED, which 23ai has.

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE ON VERIFY OFF FEEDBACK OFF

PROMPT Checking for the option
@@checks/check_partitions.sql

PROMPT Partitioning
@@create_once.sql "TABLE PARTITION" partitions odm_daily_production

PROMPT Checking for compilation errors
@@checks/check_compiled.sql

EXIT SUCCESS
