-- The embedded queue, in a SQLite file of its own: it shares no writer lock with the database.

CREATE TABLE queue_message (
    -- Order of arrival; never used again, so that a late acknowledgement cannot hit another message.
    position integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    queue text NOT NULL,
    message_id uuid NOT NULL,
    body text NOT NULL,
    -- The subscription that holds it; null when it waits.
    leased_by uuid,
    -- How often it was handed out; above zero at a new delivery, its earlier holder died or gave it back.
    deliveries bigint NOT NULL DEFAULT 0
);
CREATE INDEX queue_message_waiting ON queue_message (queue, position) WHERE leased_by IS NULL;
