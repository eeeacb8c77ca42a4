-- create_once.sql type folder name: runs folder/name.sql unless the schema has that object.
COLUMN odm_file NEW_VALUE odm_file NOPRINT
SELECT CASE COUNT(*) WHEN 0 THEN '&2/&3..sql' ELSE 'already_there.sql' END AS odm_file
  FROM user_objects
 WHERE object_type = '&1'
   AND object_name = UPPER('&3');
@@&odm_file
