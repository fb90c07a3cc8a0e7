-- Who this file is. The database remembers it, so that no other queue file takes the messages of the database's outbox.
CREATE TABLE queue_identity (
    identity text PRIMARY KEY NOT NULL
);
INSERT INTO queue_identity (identity) VALUES (lower(hex(randomblob(16))));
