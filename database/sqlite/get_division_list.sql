-- Get_Division_List: one row a division, by id.
SELECT '' AS head,
       json_object('Division_Id', division_id, 'Division_Name', division_name) AS lines
  FROM odm_division
 ORDER BY division_id
