-- Ways to tell the user beside the app and this desktop. What is secret is in the keychain.
CREATE TABLE channel (
  name         TEXT PRIMARY KEY COLLATE NOCASE,
  -- under which its secret is kept; new with each adding
  id           TEXT NOT NULL,
  -- where it leads: JSON
  place        TEXT NOT NULL,
  key_source   TEXT NOT NULL,
  tested_at    INTEGER,
  -- nothing but tests is sent before
  confirmed_at INTEGER,
  used_at      INTEGER,
  -- why the last message was not taken: JSON; null when it was
  failure      TEXT,
  created_at   INTEGER NOT NULL
) STRICT;

-- What one channel did with one delivery. One of the user's channels has its row from the moment of the outcome on: it is due, then
-- it is being sent by a run, then it is settled. What a dead run was sending is of unknown outcome and never due again.
CREATE TABLE notice_new (
  delivery_id INTEGER NOT NULL REFERENCES delivery (id),
  channel     TEXT NOT NULL COLLATE NOCASE,
  state       TEXT NOT NULL CHECK (state IN ('due', 'sending', 'sent', 'watched', 'off', 'quiet', 'failed', 'unknown')),
  -- how often the channel was told, as far as that is known
  attempts    INTEGER NOT NULL,
  -- how often it certainly took nothing
  failures    INTEGER NOT NULL DEFAULT 0,
  kind        TEXT,
  error       TEXT,
  due_at      INTEGER,
  run_id      TEXT,
  at          INTEGER NOT NULL,
  -- once: one row for each outcome and channel
  PRIMARY KEY (delivery_id, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO notice_new (delivery_id, channel, state, attempts, error, at)
  SELECT delivery_id, channel, state, attempts, error, at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_new RENAME TO notice;
-- what is to be sent, and what a run is sending
CREATE INDEX notice_open ON notice (channel, due_at) WHERE state IN ('due', 'sending');

-- By which the user chooses who tells it; null for what is told to nobody, and for what is older.
ALTER TABLE delivery ADD COLUMN event TEXT;
-- once: the middle of a task is told one time
CREATE UNIQUE INDEX delivery_halfway ON delivery (task_id) WHERE event = 'halfway';

-- Nobody is told of it outside the app.
ALTER TABLE task ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
