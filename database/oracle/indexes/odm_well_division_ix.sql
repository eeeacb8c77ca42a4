-- Without it, changing or deleting a division would lock the whole of odm_well.
CREATE INDEX odm_well_division_ix ON odm_well (division_id);
