-- The peers' tables, new: fifty thousand applications, and an inbox whose times give the rate.
DROP TABLE IF EXISTS application, inbox;
CREATE TABLE application (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    status text NOT NULL,
    product text NOT NULL,
    region text NOT NULL,
    amount_cents bigint NOT NULL,
    submitted_at timestamptz NOT NULL,
    deadline_at timestamptz NOT NULL,
    reminded_at timestamptz,
    version int NOT NULL DEFAULT 0,
    flags int NOT NULL DEFAULT 0,
    note text
);
INSERT INTO application SELECT g, g * 7, 'submitted', 'loan', 'north', g * 100, now(), now() + interval '10 days', NULL, 0, 0,
    repeat('n', 40) FROM generate_series(0, 49999) AS g;
CREATE TABLE inbox (message_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
