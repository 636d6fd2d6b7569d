-- The agent that works on a task, as it was when that was accepted: JSON; null for a model that answers by itself.
ALTER TABLE task ADD COLUMN agent TEXT;
-- What it says it will do: a JSON list.
ALTER TABLE task ADD COLUMN plan TEXT;
-- Its calls of tools so far.
ALTER TABLE task ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
CREATE INDEX task_agent ON task (number) WHERE agent IS NOT NULL;

-- What a model asked to have done.
CREATE TABLE call (
  task_id TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  -- that asked for it
  attempt INTEGER NOT NULL,
  -- bytes of the task's text before it: calls at the same place were asked for together
  place INTEGER NOT NULL,
  tool TEXT NOT NULL,
  arguments TEXT NOT NULL,
  opaque TEXT,
  label TEXT NOT NULL,
  -- known once it was looked at
  effect TEXT,
  state TEXT NOT NULL,
  fact TEXT,
  result TEXT NOT NULL DEFAULT '',
  asked_at INTEGER NOT NULL,
  started_at INTEGER,
  -- the event of its newest beginning
  started_seq INTEGER,
  ended_at INTEGER,
  PRIMARY KEY (task_id, number)
) STRICT;
CREATE INDEX call_open ON call (task_id, number) WHERE ended_at IS NULL;

-- What the user is asked before something happens. A yes is used up by one beginning.
CREATE TABLE approval (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  call INTEGER NOT NULL,
  effect TEXT,
  summary TEXT NOT NULL,
  detail TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  hash TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decision TEXT,
  decided_at INTEGER,
  decided_by TEXT,
  words TEXT,
  -- the event of the beginning that used it up
  consumed_seq INTEGER,
  FOREIGN KEY (task_id, call) REFERENCES call(task_id, number) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX approval_open ON approval (task_id, call) WHERE decision IS NULL;
CREATE UNIQUE INDEX approval_consumed ON approval (consumed_seq) WHERE consumed_seq IS NOT NULL;
CREATE INDEX approval_of_task ON approval (task_id);

-- A standing yes of the user.
CREATE TABLE permit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tool TEXT NOT NULL,
  folder TEXT NOT NULL,
  -- the exact arguments, where only they are allowed
  arguments TEXT,
  -- only for this task
  task_id TEXT REFERENCES task(id) ON DELETE CASCADE,
  given_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- Files of a task's folder as they were before it first wrote to them, and as it left them.
CREATE TABLE snapshot (
  task_id TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  -- within the folder
  path TEXT NOT NULL,
  -- JSON; null when there was none
  before TEXT,
  -- hash of what the task left; null when it removed the file
  after TEXT,
  -- the task wrote to it
  is_changed INTEGER NOT NULL DEFAULT 0,
  -- that it was kept for; null once what that left is noted
  call INTEGER,
  seq INTEGER NOT NULL,
  PRIMARY KEY (task_id, path)
) STRICT;
CREATE INDEX snapshot_changed ON snapshot (task_id) WHERE is_changed = 1;
-- All files of a task's folder before it ran its first program.
CREATE TABLE folder_snapshot (
  task_id TEXT PRIMARY KEY REFERENCES task(id) ON DELETE CASCADE,
  -- hash of the list, kept where the files are kept
  manifest TEXT NOT NULL,
  -- that it was kept for; null once what that left is noted
  call INTEGER,
  seq INTEGER NOT NULL
) STRICT;
-- What could not be kept, and why.
CREATE TABLE snapshot_gap (
  task_id TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (task_id, path)
) STRICT;

-- What its user says to an agent at work.
CREATE TABLE remark (
  task_id TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  said_at INTEGER NOT NULL,
  -- bytes of the task's text before it; null until the model was told
  place INTEGER,
  PRIMARY KEY (task_id, number)
) STRICT;
