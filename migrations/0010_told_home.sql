-- Every line that described a student's home: of two files the newer event counts, in whatever order they come, and one
-- imported again is no news. The home in student is what these say together.
CREATE TABLE told_home (
    -- Of all that is told, with when it was received only if the file says so.
    id uuid PRIMARY KEY NOT NULL,
    student_id uuid NOT NULL REFERENCES student (id),
    event_date date NOT NULL,
    -- As the file says, or when it was imported first.
    received_at timestamptz NOT NULL,
    residence text NOT NULL,
    domicile text,
    address text,
    phone text
);
CREATE INDEX told_home_student ON told_home (student_id);

