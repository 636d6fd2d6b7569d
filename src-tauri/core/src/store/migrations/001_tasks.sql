-- One life of the process. A lease names its run, so a dead run's work is found at the next start.
CREATE TABLE run (
  id         TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  is_clean   INTEGER NOT NULL DEFAULT 0 CHECK (is_clean IN (0, 1))
) STRICT;

-- What the user chose, one JSON document; changed_seq lets followers see a change.
CREATE TABLE settings (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  document    TEXT NOT NULL,
  new_draft   TEXT NOT NULL DEFAULT '',
  changed_seq INTEGER NOT NULL
) STRICT;
INSERT INTO settings (id, document, changed_seq) VALUES (1, '{}', 0);

CREATE TABLE provider (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
  kind       TEXT NOT NULL,
  base_url   TEXT NOT NULL,
  key_source TEXT NOT NULL,
  key_env    TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
  id          TEXT PRIMARY KEY,
  title       TEXT NOT NULL,
  model       TEXT,
  draft       TEXT NOT NULL DEFAULT '',
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  deleted_at  INTEGER,
  changed_seq INTEGER NOT NULL
) STRICT;
-- followers: conversations after a cursor
CREATE INDEX conversation_changed ON conversation (changed_seq);
-- list: most recently used first
CREATE INDEX conversation_recent ON conversation (updated_at) WHERE deleted_at IS NULL;

CREATE TABLE message (
  id              TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  turn            INTEGER NOT NULL CHECK (turn > 0),
  role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  text            TEXT NOT NULL,
  task_id         TEXT REFERENCES task (id),
  is_whole        INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
  created_at      INTEGER NOT NULL,
  CHECK ((role = 'user') = (task_id IS NULL))
) STRICT;
-- once: a task has one result message
CREATE UNIQUE INDEX message_of_task ON message (task_id) WHERE task_id IS NOT NULL;
-- thread and context: the messages of a conversation
CREATE INDEX message_turn ON message (conversation_id, turn);

CREATE TABLE task (
  number          INTEGER PRIMARY KEY AUTOINCREMENT,
  id              TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  turn            INTEGER NOT NULL CHECK (turn > 0),
  prompt_id       TEXT NOT NULL REFERENCES message (id),
  lane            TEXT NOT NULL CHECK (lane IN ('interactive', 'background')),
  state           TEXT NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
  reason          TEXT,
  due_at          INTEGER,
  title           TEXT NOT NULL,
  model           TEXT NOT NULL,
  attempt         INTEGER NOT NULL DEFAULT 0,
  failures        INTEGER NOT NULL DEFAULT 0,
  restarts        INTEGER NOT NULL DEFAULT 0,
  continues       INTEGER NOT NULL DEFAULT 0 CHECK (continues IN (0, 1)),
  lease_run       TEXT REFERENCES run (id),
  cancel_at       INTEGER,
  pause_at        INTEGER,
  created_at      INTEGER NOT NULL,
  started_at      INTEGER,
  ended_at        INTEGER,
  detached_at     INTEGER,
  finish_reason   TEXT,
  ownership       TEXT NOT NULL,
  error           TEXT,
  retry_of        TEXT REFERENCES task (id),
  unread          INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
  head            INTEGER NOT NULL,
  CHECK ((state = 'running') = (lease_run IS NOT NULL)),
  CHECK ((state IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
) STRICT;
-- claim: the oldest due task
CREATE INDEX task_queued ON task (lane, number) WHERE state = 'queued';
-- recovery, cancel and the cap: what is running
CREATE INDEX task_running ON task (lane) WHERE state = 'running';
-- lists and badges: everything that is not final
CREATE INDEX task_active ON task (number) WHERE ended_at IS NULL;
-- badges: outcomes nobody looked at
CREATE INDEX task_unread ON task (conversation_id) WHERE unread = 1;
-- followers: tasks after a cursor
CREATE INDEX task_head ON task (head);
-- thread: the tasks of a conversation
CREATE INDEX task_turn ON task (conversation_id, turn);
-- history: what ended last
CREATE INDEX task_ended ON task (ended_at, number) WHERE ended_at IS NOT NULL;

CREATE TABLE idempotency (
  key       TEXT PRIMARY KEY,
  body_hash TEXT NOT NULL,
  task_id   TEXT NOT NULL REFERENCES task (id)
) STRICT;

-- A request to a provider: the row is committed before the request leaves.
CREATE TABLE attempt (
  task_id       TEXT NOT NULL REFERENCES task (id),
  number        INTEGER NOT NULL CHECK (number > 0),
  model         TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  end           TEXT,
  error         TEXT,
  input_tokens  INTEGER,
  output_tokens INTEGER,
  cost_usd      REAL,
  is_estimated  INTEGER NOT NULL DEFAULT 0,
  kept_text     TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (task_id, number),
  CHECK ((end IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
-- once: a task has at most one open attempt
CREATE UNIQUE INDEX attempt_open ON attempt (task_id) WHERE end IS NULL;

CREATE TABLE event (
  seq      INTEGER PRIMARY KEY,
  task_id  TEXT NOT NULL REFERENCES task (id),
  task_seq INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  data     TEXT NOT NULL,
  -- one history without holes for each task
  UNIQUE (task_id, task_seq)
) STRICT;

-- Text as it comes, one row for each stream and commit; dropped when the message holds it.
CREATE TABLE delta (
  seq     INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES task (id),
  attempt INTEGER NOT NULL,
  start   INTEGER NOT NULL,
  text    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  -- once: no byte of an attempt is stored twice
  UNIQUE (task_id, attempt, start)
) STRICT;

-- The duty to tell, made in the transaction of the outcome.
CREATE TABLE delivery (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id     TEXT NOT NULL REFERENCES task (id),
  created_seq INTEGER NOT NULL UNIQUE,
  outcome     TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'needs_you', 'cancelled')),
  title       TEXT NOT NULL,
  body        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'delivered', 'seen', 'failed', 'suppressed')),
  run_id      TEXT REFERENCES run (id),
  created_at  INTEGER NOT NULL
) STRICT;
-- once: one delivery for the end of a task
CREATE UNIQUE INDEX delivery_end ON delivery (task_id) WHERE outcome <> 'needs_you';
-- outbox: what nobody was told yet
CREATE INDEX delivery_open ON delivery (id) WHERE state IN ('pending', 'claimed');
CREATE INDEX delivery_task ON delivery (task_id);

-- What one channel did with one delivery.
CREATE TABLE notice (
  delivery_id INTEGER NOT NULL REFERENCES delivery (id),
  channel     TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('sent', 'watched', 'off', 'failed')),
  attempts    INTEGER NOT NULL,
  error       TEXT,
  at          INTEGER NOT NULL,
  PRIMARY KEY (delivery_id, channel)
) STRICT, WITHOUT ROWID;

-- The embedded model that needs nothing is there from the start and can be removed.
INSERT INTO provider (id, name, kind, base_url, key_source, created_at)
VALUES ('prv_practice', 'practice', 'practice', '', 'none', 0);
