-- Wells, each in the division that its latest row put it in.
CREATE TABLE odm_well (
    well_id     NUMBER(38) NOT NULL,
    well_name   VARCHAR2(200 CHAR) NOT NULL,
    division_id NUMBER(38) NOT NULL,
    as_of       DATE,
    CONSTRAINT odm_well_pk PRIMARY KEY (well_id),
    CONSTRAINT odm_well_division_fk FOREIGN KEY (division_id)
        REFERENCES odm_division (division_id)
);
