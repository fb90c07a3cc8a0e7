-- The attempts a mail had when a person queued it anew: what it may still try is counted from there. `attempt` is the fence and
-- never goes back.
ALTER TABLE notification ADD COLUMN attempts_before bigint NOT NULL DEFAULT 0;
