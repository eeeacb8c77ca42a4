-- Divisions of the company, each with the benchmark its oil is sold against.
CREATE TABLE odm_division (
    division_id   NUMBER(38) NOT NULL,
    division_name VARCHAR2(200 CHAR) NOT NULL,
    benchmark     VARCHAR2(30 CHAR),
    as_of         DATE,
    CONSTRAINT odm_division_pk PRIMARY KEY (division_id)
);
