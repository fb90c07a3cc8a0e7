-- Notifications: one row per recipient and purpose.

CREATE TABLE notification (
    id uuid PRIMARY KEY NOT NULL,
    -- The business key: the same purpose never mails twice.
    dedupe_key text NOT NULL UNIQUE,
    template text NOT NULL,
    recipient text NOT NULL,
    -- JSON for the template: numbers, dates and links, no names.
    parameters text NOT NULL,
    -- Lower goes first: a confirmation before a campaign.
    priority bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'claimed', 'sending', 'accepted', 'deferred', 'refused', 'uncertain',
        'expired', 'suppressed', 'cancelled')),
    -- Business time.
    due_at timestamptz NOT NULL,
    not_after timestamptz,
    -- Looked at when the row is claimed: 'none', 'period-open', 'isee-missing', 'isee-annotated', 'class-list-missing'.
    precondition text NOT NULL,
    -- Of 'class-list-missing': the first day of the school year whose list is meant.
    precondition_since date,
    -- What the precondition is about.
    subject_id uuid,
    -- Rendered once, at the first claim: what is sent again is what was sent.
    subject text,
    text_body text,
    html_body text,
    attempt bigint NOT NULL,
    owner uuid,
    -- Machine time.
    claimed_until timestamptz,
    -- The relay's last answer, without addresses.
    answer text,
    created_at timestamptz NOT NULL,
    settled_at timestamptz
);
-- The mails that wait, in the order they are claimed in: a claim reads as many rows as it takes, however long the queue.
CREATE INDEX notification_waiting ON notification (priority, due_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX notification_late ON notification (not_after) WHERE state IN ('queued', 'deferred');
-- The few mails in somebody's hands.
CREATE INDEX notification_held ON notification (state, claimed_until) WHERE owner IS NOT NULL;
CREATE INDEX notification_template ON notification (template, state);
