-- ARDIS (Friuli Venezia Giulia): applications, what is known of their ISEE, decisions, lists.

CREATE TABLE application (
    id uuid PRIMARY KEY NOT NULL,
    instance_number text NOT NULL UNIQUE,
    submitted_at timestamptz NOT NULL,
    channel text NOT NULL,
    applicant_tax_code text NOT NULL,
    applicant_role text NOT NULL,
    applicant_email text NOT NULL,
    resident_in_region boolean NOT NULL,
    resident_with_student boolean NOT NULL,
    in_household boolean NOT NULL,
    -- As issued: omocodia exists to tell apart two people whose codes would be equal.
    student_tax_code text NOT NULL,
    student_birth_date date NOT NULL,
    school_kind text NOT NULL,
    school_level text NOT NULL,
    enrolled boolean NOT NULL,
    attending boolean NOT NULL,
    foreign_school_eligible boolean NOT NULL,
    foreign_need_documented boolean NOT NULL,
    declaration text NOT NULL,
    derogation text NOT NULL,
    widowed_since date,
    minors_isee_case boolean NOT NULL,
    declared_expenses_cents bigint NOT NULL,
    iban text NOT NULL,
    account_holder text NOT NULL,
    -- When we learned of it; the legal time is submitted_at.
    recorded_at timestamptz NOT NULL
);
CREATE INDEX application_student ON application (student_tax_code);

-- DSU and attestations as INPS gives them; all are kept.
CREATE TABLE attestation (
    id uuid PRIMARY KEY NOT NULL,
    protocol text,
    student_tax_code text NOT NULL,
    kind text NOT NULL,
    dsu_signed_at timestamptz NOT NULL,
    issued_at timestamptz,
    valid_year bigint NOT NULL,
    isee_cents bigint,
    annotation text NOT NULL,
    -- When we learned of it.
    available_at timestamptz NOT NULL
);
CREATE INDEX attestation_student ON attestation (student_tax_code);

CREATE TABLE self_certification (
    id uuid PRIMARY KEY NOT NULL,
    application_id uuid NOT NULL REFERENCES application (id),
    received_at timestamptz NOT NULL,
    identity_document text NOT NULL,
    outcome text NOT NULL,
    checked_at timestamptz
);
CREATE INDEX self_certification_application ON self_certification (application_id);

-- Append-only: a list cites the revision it published.
CREATE TABLE decision (
    id uuid PRIMARY KEY NOT NULL,
    application_id uuid NOT NULL REFERENCES application (id),
    -- The last term that had passed: 'dsu' or 'regularisation'.
    term text NOT NULL,
    -- 1, 2, … over all terms of the application.
    revision bigint NOT NULL,
    -- A worker proposes, an officer overrules with a motivation.
    origin text NOT NULL CHECK (origin IN ('worker', 'officer')),
    outcome text NOT NULL CHECK (outcome IN ('admitted', 'excluded', 'pending')),
    -- JSON array of E01..E09.
    causes text NOT NULL,
    -- JSON: causes, rules, facts read, doubts.
    evaluation text NOT NULL,
    procedure_version text NOT NULL,
    decided_at timestamptz NOT NULL,
    officer text,
    motivation text,
    UNIQUE (application_id, revision),
    CHECK (origin = 'worker' OR (officer IS NOT NULL AND motivation IS NOT NULL))
);

-- An officer's decision stands; when the rules say something else later, that is on record until the officer decides anew.
CREATE TABLE review_request (
    decision_id uuid PRIMARY KEY NOT NULL REFERENCES decision (id),
    application_id uuid NOT NULL REFERENCES application (id),
    -- JSON: what the rules said when the difference was found.
    evaluation text NOT NULL,
    found_at timestamptz NOT NULL
);

CREATE TABLE published_list (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('provisional', 'final')),
    published_at timestamptz NOT NULL,
    -- Until when the excluded may object (ARD-082): 'end-of-day' or 'until', civil date-time, zone, instant.
    observations_kind text NOT NULL CHECK (observations_kind IN ('end-of-day', 'until')),
    observations_civil text NOT NULL,
    observations_zone text NOT NULL,
    observations_until timestamptz NOT NULL,
    published_by text NOT NULL,
    procedure_version text NOT NULL
);

-- What the list said of each application: nothing personal (ARD-047).
CREATE TABLE published_entry (
    list_id uuid NOT NULL REFERENCES published_list (id),
    application_id uuid NOT NULL REFERENCES application (id),
    instance_number text NOT NULL,
    decision_id uuid NOT NULL REFERENCES decision (id),
    outcome text NOT NULL,
    causes text NOT NULL,
    PRIMARY KEY (list_id, application_id)
);
