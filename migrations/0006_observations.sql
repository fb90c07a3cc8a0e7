-- Observations on the provisional lists (art. 10-bis L. 241/1990), and final lists, which have no term for them.

-- A final list opens no term (ARD-086): the four columns may be empty. Written anew, as SQLite cannot lift a NOT NULL.
ALTER TABLE published_list ADD COLUMN term_kind text CHECK (term_kind IN ('end-of-day', 'until'));
ALTER TABLE published_list ADD COLUMN term_civil text;
ALTER TABLE published_list ADD COLUMN term_zone text;
ALTER TABLE published_list ADD COLUMN term_until timestamptz;
UPDATE published_list SET term_kind = observations_kind, term_civil = observations_civil, term_zone = observations_zone,
    term_until = observations_until;
ALTER TABLE published_list DROP COLUMN observations_kind;
ALTER TABLE published_list DROP COLUMN observations_civil;
ALTER TABLE published_list DROP COLUMN observations_zone;
ALTER TABLE published_list DROP COLUMN observations_until;
ALTER TABLE published_list RENAME COLUMN term_kind TO observations_kind;
ALTER TABLE published_list RENAME COLUMN term_civil TO observations_civil;
ALTER TABLE published_list RENAME COLUMN term_zone TO observations_zone;
ALTER TABLE published_list RENAME COLUMN term_until TO observations_until;
-- The officer who set a term other than that of the call (ARD-083). Null: the call's.
ALTER TABLE published_list ADD COLUMN observations_set_by text;
-- What the office can spend, where the amounts of a final list were worked out on it (ARD-032).
ALTER TABLE published_list ADD COLUMN funds_cents bigint;
-- The contribution a final list says (ARD-028 to ARD-032). Null where none was worked out.
ALTER TABLE published_entry ADD COLUMN amount_cents bigint;

-- Kept whatever is the matter with them: late, by another way, from somebody who was admitted (ARD-081, ARD-082).
CREATE TABLE observation (
    id uuid PRIMARY KEY NOT NULL,
    application_id uuid NOT NULL REFERENCES application (id),
    -- The provisional list that was out when it came. Null: none was.
    list_id uuid REFERENCES published_list (id),
    -- The legal time.
    received_at timestamptz NOT NULL,
    channel text NOT NULL,
    -- Protocol number; the text itself stays in the office's own register.
    reference text,
    -- JSON array: what an officer has to weigh before anything else, as found when it was recorded.
    flags text NOT NULL,
    recorded_at timestamptz NOT NULL,
    answered_at timestamptz,
    accepted boolean,
    officer text,
    -- Why (ARD-087).
    motivation text,
    CHECK ((answered_at IS NULL AND accepted IS NULL AND officer IS NULL AND motivation IS NULL)
        OR (answered_at IS NOT NULL AND accepted IS NOT NULL AND officer IS NOT NULL AND motivation IS NOT NULL))
);
CREATE INDEX observation_application ON observation (application_id);
CREATE INDEX observation_answered ON observation (answered_at);
