-- One index for everything that is not final, because every step of every task pays for each; a query has to say
-- `ended_at IS NULL` to be given it.
DROP INDEX task_queued;
DROP INDEX task_running;
DROP INDEX task_active;
CREATE INDEX task_open ON task (state, lane, number) WHERE ended_at IS NULL;

-- An event is stored as it is told; its kind is read out of it.
CREATE TABLE told (
  seq      INTEGER PRIMARY KEY,
  task_id  TEXT NOT NULL REFERENCES task (id),
  task_seq INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  data     TEXT NOT NULL,
  kind     TEXT NOT NULL GENERATED ALWAYS AS (data ->> 'kind') VIRTUAL,
  -- one history without holes for each task
  UNIQUE (task_id, task_seq)
) STRICT;
INSERT INTO told (seq, task_id, task_seq, at, data)
SELECT seq, task_id, task_seq, at, json_set(data, '$.kind', kind) FROM event;
DROP TABLE event;
ALTER TABLE told RENAME TO event;

-- A provider in trouble. Nothing in the background is asked of it before `probe_at`, and one task at a time after that,
-- until one gets an answer.
CREATE TABLE circuit (
  provider TEXT PRIMARY KEY,
  reason   TEXT NOT NULL,
  -- rounds in a row in which it failed
  failures INTEGER NOT NULL,
  probe_at INTEGER NOT NULL,
  -- what was asked before this place in the log says nothing about how it is now
  opened_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
