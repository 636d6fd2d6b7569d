-- What stands in a file that was attached: read once, however often it is attached. The file is in the folder `attachments`.
CREATE TABLE document (
  hash       TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  bytes      INTEGER NOT NULL,
  places     INTEGER NOT NULL,
  notes      TEXT NOT NULL,
  -- base64, of a picture
  picture    TEXT,
  media_type TEXT,
  read_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE piece (
  hash   TEXT NOT NULL REFERENCES document (hash),
  number INTEGER NOT NULL CHECK (number > 0),
  place  INTEGER NOT NULL CHECK (place > 0),
  label  TEXT NOT NULL,
  text   TEXT NOT NULL,
  PRIMARY KEY (hash, number)
) STRICT;

-- JSON lists of what was attached, null for nothing.
ALTER TABLE message ADD COLUMN files TEXT;
ALTER TABLE conversation ADD COLUMN draft_files TEXT;
ALTER TABLE settings ADD COLUMN new_draft_files TEXT;

-- A JSON list of the places where another model went on, null for none.
ALTER TABLE task ADD COLUMN seams TEXT;

-- A task that is too long for one request is asked part by part: one attempt or more for each.
ALTER TABLE task ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
CREATE TABLE part (
  task_id  TEXT NOT NULL REFERENCES task (id),
  number   INTEGER NOT NULL CHECK (number > 0),
  label    TEXT NOT NULL,
  -- the pieces it is about; null for the last one, which puts together what the others came to
  hash     TEXT,
  name     TEXT,
  first    INTEGER,
  last     INTEGER,
  -- bytes of the task's text before its own
  start    INTEGER,
  begun_at INTEGER,
  done_at  INTEGER,
  PRIMARY KEY (task_id, number)
) STRICT, WITHOUT ROWID;
-- at the start: the files that are named somewhere
CREATE INDEX message_files ON message (id) WHERE files IS NOT NULL;
