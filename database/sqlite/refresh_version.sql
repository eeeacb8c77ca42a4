-- The version as it is read, from what it is made of; the table's key keeps its subjects in order.

UPDATE data_version_mv
   SET version = (SELECT json_group_array(json_object('subject', subject,
                                                      'change_count', change_count,
                                                      'changed_at', changed_at,
                                                      'change_id', change_id))
                    FROM data_version);
