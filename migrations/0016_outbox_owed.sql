-- Only what was published in vain is owed since another time than it is due: every other row, and that is each message on its
-- way, costs one index less.
DROP INDEX outbox_owed;
CREATE INDEX outbox_owed ON outbox (owed_since) WHERE owed_since <> due_at;
