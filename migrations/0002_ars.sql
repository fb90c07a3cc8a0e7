-- ARS (Veneto): who is who, what schools reported, the drop-out periods that follow.

CREATE TABLE municipality (
    code text PRIMARY KEY NOT NULL,
    name text NOT NULL,
    province text NOT NULL,
    region text NOT NULL,
    cadastral_code text NOT NULL
);

-- Employment centres (CPI).
CREATE TABLE cpi (
    code text PRIMARY KEY NOT NULL,
    name text NOT NULL,
    province text NOT NULL,
    mailbox text NOT NULL
);

-- Which CPI is competent for a municipality (ARS-049): supplied by the office.
CREATE TABLE catchment (
    municipality text PRIMARY KEY NOT NULL REFERENCES municipality (code),
    cpi text NOT NULL REFERENCES cpi (code),
    -- 'office' or 'invented' (demo).
    source text NOT NULL
);

CREATE TABLE school (
    id uuid PRIMARY KEY NOT NULL,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    municipality text NOT NULL,
    -- 'lower-secondary', 'upper-secondary', 'sfp', 'ips'
    kind text NOT NULL,
    -- Delivers three-year IeFP courses: bound by 27 October (ARS-034).
    delivers_iefp boolean NOT NULL,
    mailbox text NOT NULL
);

CREATE TABLE student (
    id uuid PRIMARY KEY NOT NULL,
    -- As issued: omocodia exists to tell apart two people whose codes would be equal.
    tax_code text NOT NULL UNIQUE,
    first_name text NOT NULL,
    last_name text NOT NULL,
    birth_date date NOT NULL,
    -- Municipality codes.
    residence text NOT NULL,
    domicile text,
    address text,
    phone text,
    recorded_at timestamptz NOT NULL
);

-- Communications as received, never changed: the state is a fold over them.
CREATE TABLE communication (
    id uuid PRIMARY KEY NOT NULL,
    student_id uuid NOT NULL REFERENCES student (id),
    school text NOT NULL,
    kind text NOT NULL,
    course text NOT NULL,
    event_date date NOT NULL,
    received_at timestamptz NOT NULL,
    class text,
    section text,
    address_given boolean NOT NULL,
    phone_given boolean NOT NULL,
    receiving_school text,
    cpi text,
    agreement boolean NOT NULL,
    notes text
);
CREATE INDEX communication_student ON communication (student_id);
CREATE INDEX communication_school ON communication (school, kind);

-- Who holds the student (ARS-010): the newest acquisition.
CREATE TABLE ownership (
    student_id uuid PRIMARY KEY NOT NULL REFERENCES student (id),
    school text NOT NULL,
    since date NOT NULL
);
CREATE INDEX ownership_school ON ownership (school);

-- What a person has to look at: a communication rejected, parked or flagged, with the rules that say so.
CREATE TABLE finding (
    communication_id uuid NOT NULL REFERENCES communication (id),
    code text NOT NULL,
    student_id uuid NOT NULL REFERENCES student (id),
    action text NOT NULL,
    -- JSON array of rule numbers.
    rules text NOT NULL,
    found_at timestamptz NOT NULL,
    PRIMARY KEY (communication_id, code)
);
CREATE INDEX finding_student ON finding (student_id);

-- Drop-out periods (periodi di dispersione), each with the case of its CPI.
CREATE TABLE drop_out_period (
    id uuid PRIMARY KEY NOT NULL,
    student_id uuid NOT NULL REFERENCES student (id),
    ordinal bigint NOT NULL,
    case_number text NOT NULL UNIQUE,
    opened_by uuid NOT NULL,
    opened_on date NOT NULL,
    kind text NOT NULL,
    school text NOT NULL,
    state text NOT NULL CHECK (state IN ('reported', 'assigned', 'unassigned', 'closed')),
    cpi text,
    -- Why this CPI, or why none.
    competence text,
    assigned_at timestamptz,
    -- How often the register opened it: facts learned late can close and open it again, and each time its CPI is told.
    openings bigint NOT NULL,
    -- Annulled: there had been no drop-out.
    ending text CHECK (ending IN ('return', 'transfer', 'home-education', 'annulled')),
    closed_by text CHECK (closed_by IN ('school', 'cpi')),
    closed_on date,
    recorded_at timestamptz NOT NULL,
    UNIQUE (student_id, ordinal)
);
CREATE INDEX drop_out_period_state ON drop_out_period (state, cpi);
