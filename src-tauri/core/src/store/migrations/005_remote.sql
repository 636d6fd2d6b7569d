-- An answer that is made at the provider and goes on there when nobody listens; gone when that has ended.
CREATE TABLE remote (
  task_id  TEXT NOT NULL REFERENCES task (id),
  -- the provider's name for it
  id       TEXT NOT NULL,
  -- what was asked, and so who is asked about it
  model    TEXT NOT NULL,
  -- all that the provider said up to here is stored; moves with the text in one transaction
  cursor   TEXT,
  -- when the provider is asked to stop it; null while its answer is wanted
  stop_at  INTEGER,
  -- how often it was asked in vain
  tries    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (task_id, id)
) STRICT, WITHOUT ROWID;
-- once: a task wants at most one
CREATE UNIQUE INDEX remote_wanted ON remote (task_id) WHERE stop_at IS NULL;
