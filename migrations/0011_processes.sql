-- Who is at work on this installation, whichever machine it runs on (ARCHITECTURE.md, «Independent processes»).

-- One row a process, written every few seconds while it runs and deleted when it ends in good order. A row that is not
-- written any more tells of a process that died or cannot reach the database; it is forgotten after a day.
CREATE TABLE process (
    id uuid PRIMARY KEY NOT NULL,
    -- The name of its machine or container.
    host text NOT NULL,
    pid bigint NOT NULL,
    -- The release it runs.
    version text NOT NULL,
    -- Both are machine time of its own machine.
    started_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    -- What each of its loops is doing, as JSON: what its /status tells.
    loops text NOT NULL
);
CREATE INDEX process_beat ON process (beat_at);
