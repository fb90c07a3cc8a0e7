-- Cases (ARS) as their CPI works on them, and what the daily reminders look up.

-- When and by whom the case was taken in charge (presa in carico); null again when the period reopens.
ALTER TABLE drop_out_period ADD COLUMN taken_at timestamptz;
ALTER TABLE drop_out_period ADD COLUMN taken_by text;
-- Of an ended period: whether the agreement of the CPI stands behind the end (ARS-027).
ALTER TABLE drop_out_period ADD COLUMN agreed boolean;

-- Returns entered by a CPI (ARS-028): few among many communications, and asked about every day.
CREATE INDEX communication_return_by_cpi ON communication (id) WHERE kind = 'return-by-cpi';
-- What was mailed about one case, application, school or communication.
CREATE INDEX notification_subject ON notification (subject_id, template);
