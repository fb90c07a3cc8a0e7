-- Life of a message: outbox, inbox, dead letters, occurrences (ARCHITECTURE.md).
-- Portable: the same text runs on SQLite and PostgreSQL.

-- Messages written by a transaction and not yet confirmed by the bus.
CREATE TABLE outbox (
    id uuid PRIMARY KEY NOT NULL,
    -- Business time from which the recovery poll may publish the row.
    due_at timestamptz NOT NULL,
    -- The first due_at, which no attempt moves: the age operators alert on.
    owed_since timestamptz NOT NULL,
    -- Set: for this worker's queue alone (a retry). Null: for the topic.
    queue text,
    -- The message as it goes on the wire.
    envelope text NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at, id);
CREATE INDEX outbox_owed ON outbox (owed_since);

-- What each worker has handled; also the path an operator follows. Kept 90 days.
CREATE TABLE inbox (
    worker text NOT NULL,
    message_id uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'retried', 'dead')),
    kind text NOT NULL,
    correlation_id uuid,
    causation_id uuid,
    written_at timestamptz,
    handled_at timestamptz NOT NULL,
    PRIMARY KEY (worker, message_id)
);
CREATE INDEX inbox_handled ON inbox (handled_at);
CREATE INDEX inbox_correlation ON inbox (correlation_id);

-- Attempts on redelivered messages: their first holder died with them in hand.
CREATE TABLE suspicion (
    worker text NOT NULL,
    message_id uuid NOT NULL,
    attempts bigint NOT NULL,
    PRIMARY KEY (worker, message_id)
);

-- Messages no worker could handle. Nothing leaves this table but by an operator's word.
CREATE TABLE dead_letter (
    id uuid PRIMARY KEY NOT NULL,
    worker text NOT NULL,
    message_id uuid NOT NULL,
    kind text NOT NULL,
    -- The body as it came, readable or not.
    body text NOT NULL,
    error text NOT NULL,
    -- Equal for equal errors, so that a hundred of one kind read as one.
    fingerprint text NOT NULL,
    attempts bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'retried', 'discarded')),
    died_at timestamptz NOT NULL,
    settled_at timestamptz,
    reason text,
    UNIQUE (worker, message_id)
);
CREATE INDEX dead_letter_state ON dead_letter (state, died_at);

-- The scheduler's ledger: each civil time of a schedule happens once.
CREATE TABLE occurrence (
    schedule text NOT NULL,
    -- Civil time in Europe/Rome, '2025-11-21T00:00:00'.
    civil text NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('fired', 'late', 'skipped')),
    reason text,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (schedule, civil)
);

-- Named positions that must survive a restart.
CREATE TABLE bookmark (
    name text PRIMARY KEY NOT NULL,
    value text NOT NULL
);
