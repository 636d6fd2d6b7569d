-- What a model thought aloud on its way to an answer, piece by piece while it comes, then in one row for each attempt. Shown
-- beside the answer; never part of it, and never sent back.
CREATE TABLE thought (
  seq     INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES task (id),
  attempt INTEGER NOT NULL,
  text    TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
-- the thoughts of a task, in order
CREATE INDEX thought_task ON thought (task_id);

-- How long it thought aloud, over all attempts; null when it did not.
ALTER TABLE task ADD COLUMN thought_ms INTEGER;

-- Bytes of the text that stood there before the answer that is made at the provider began.
ALTER TABLE remote ADD COLUMN start INTEGER NOT NULL DEFAULT 0;
