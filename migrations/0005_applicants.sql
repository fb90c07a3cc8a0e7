-- What concerns applicants before and after an application: drafts, changes of data, other forms of a tax code.

-- Applications begun and not transmitted (ARD-043): whom to remind, and nothing else.
CREATE TABLE application_draft (
    -- That of the application it may become.
    id uuid PRIMARY KEY NOT NULL,
    instance_number text NOT NULL UNIQUE,
    applicant_email text NOT NULL,
    started_at timestamptz NOT NULL
);

-- Changes of an application's data (ARD-090): the application itself stays as it was transmitted.
CREATE TABLE data_change (
    id uuid PRIMARY KEY NOT NULL,
    application_id uuid NOT NULL REFERENCES application (id),
    -- When it was made: of several the newest counts, in whatever order we learn of them.
    received_at timestamptz NOT NULL,
    applicant_email text,
    iban text,
    recorded_at timestamptz NOT NULL,
    CHECK (applicant_email IS NOT NULL OR iban IS NOT NULL)
);
CREATE INDEX data_change_application ON data_change (application_id);

-- The tax code with digits in the places where omocodia puts letters: finds what INPS may have under another form.
ALTER TABLE attestation ADD COLUMN student_canonical text;
CREATE INDEX attestation_canonical ON attestation (student_canonical);

-- notification.precondition: also 'draft-open' (subject: the draft) and 'online-missing' (subject: the application).
