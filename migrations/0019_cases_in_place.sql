-- The state of a case is written several times in its life and seldom asked for over all cases: without an index on it PostgreSQL
-- writes a new state beside the old one and touches no index at all.
DROP INDEX drop_out_period_state;
