#!/bin/bash
# Run once by the database's image, when the database is new: creates the owner of ODM's tables and
# the account that the service logs in with. The passwords come from docker-compose.yml; they may
# hold anything but a double quote, an ampersand and a tilde.
set -euo pipefail

for password in "${OWNER_PASSWORD}" "${SERVICE_PASSWORD}"; do
  case $password in
    '' | *[\"\&~]*) echo "a password is empty, or holds a double quote, & or ~" >&2 && exit 1 ;;
  esac
done

sqlplus -S -L / as sysdba << SQL
WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET VERIFY OFF
ALTER SESSION SET CONTAINER = FREEPDB1;
DEFINE odm_owner = odm_owner
DEFINE owner_password = "${OWNER_PASSWORD}"
DEFINE odm_tablespace = users
@/odm/owner_account.sql
DEFINE service_account = odm_service
DEFINE service_password = "${SERVICE_PASSWORD}"
@/odm/service_account.sql
EXIT SUCCESS
SQL
