-- Stops partition.sql, before it has changed anything, where the database has no Partitioning:
-- Standard Edition, or an Enterprise Edition without the option.
DECLARE
    l_available PLS_INTEGER;
    l_product   VARCHAR2(200 CHAR);
BEGIN
    SELECT COUNT(*)
      INTO l_available
      FROM V$OPTION
     WHERE parameter = 'Partitioning'
       AND value = 'TRUE';

    SELECT MIN(component.product)
      INTO l_product
      FROM product_component_version component
     WHERE component.product LIKE 'Oracle%';

    IF l_available = 0 THEN
        RAISE_APPLICATION_ERROR(
            -20005,
            'Partitions cannot be had: this is ' || RTRIM(l_product) || ', without Partitioning.'
            || CHR(10) || 'ODM needs none: install it without them.'
        );
    END IF;
END;
/
