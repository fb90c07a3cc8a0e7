-- The state of a case is written several times in its life. Over all cases it is asked for once a day, and by a person who wants a
-- list: without an index on it PostgreSQL writes a new state beside the old one and touches no index at all.
DROP INDEX drop_out_period_state;
