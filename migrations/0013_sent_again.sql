-- The latest receipt of a communication that a sender stated: a report rejected because the school had not entered the student
-- counts when it is sent again, word for word, after the entry (ARS-010). Null: none was stated, or not since this column is here.
ALTER TABLE communication ADD COLUMN last_received_at timestamptz;
