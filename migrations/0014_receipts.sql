-- Every receipt of a drop-out report that its sender stated. A report counts from the first of them at which its sender could make it
-- (ARS-010): with the first and the latest alone a third sending took away what the second had made count.
-- communication.received_at stays the first of all, stated or not: of any other communication only that one counts.
CREATE TABLE communication_receipt (
    communication_id uuid NOT NULL REFERENCES communication (id),
    received_at timestamptz NOT NULL,
    PRIMARY KEY (communication_id, received_at)
);

-- Of what is here it is not known whether the first receipt was stated: it goes on counting.
INSERT INTO communication_receipt (communication_id, received_at)
    SELECT id, received_at FROM communication
    WHERE kind IN ('not-present-at-start', 'informal-abandonment', 'withdrawal-before-15-march', 'withdrawal-after-15-march',
        'negative-outcome')
    UNION
    SELECT id, last_received_at FROM communication
    WHERE last_received_at IS NOT NULL
        AND kind IN ('not-present-at-start', 'informal-abandonment', 'withdrawal-before-15-march', 'withdrawal-after-15-march',
            'negative-outcome');

-- No release ever read it.
ALTER TABLE communication DROP COLUMN last_received_at;
