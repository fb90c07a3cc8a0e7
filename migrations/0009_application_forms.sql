-- The tax code with digits in the places where omocodia puts letters, as in attestation.
ALTER TABLE application ADD COLUMN student_canonical text;
CREATE INDEX application_canonical ON application (student_canonical);
