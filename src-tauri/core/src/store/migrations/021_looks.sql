-- What its user keeps at hand, and what they did with an answer that came when its chat had gone on: 'inserted', 'aside' or
-- 'discarded'; null for nothing.
ALTER TABLE task ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
ALTER TABLE task ADD COLUMN placement TEXT;

-- When the user last looked at a window, and how far the log was then; null for never.
ALTER TABLE settings ADD COLUMN looked_at INTEGER;
ALTER TABLE settings ADD COLUMN looked_seq INTEGER NOT NULL DEFAULT 0;

-- Times in which the computer slept, as its system told.
CREATE TABLE sleep (
  started_at INTEGER PRIMARY KEY,
  ended_at   INTEGER NOT NULL CHECK (ended_at >= started_at)
) STRICT;
