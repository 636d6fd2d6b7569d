-- What a task may use before its user is asked; null for as much as it takes.
ALTER TABLE task ADD COLUMN budget TEXT;
-- Of the tokens read those that came from the provider's cache, of those written those for reasoning.
ALTER TABLE attempt ADD COLUMN cached_tokens INTEGER;
ALTER TABLE attempt ADD COLUMN reasoning_tokens INTEGER;

-- For each request of a task with a budget: the most it could use, before it left, and what it did use.
CREATE TABLE ledger (
  seq     INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES task (id),
  attempt INTEGER NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('reserve', 'settle')),
  -- written tokens, and dollars where the price is known
  tokens  INTEGER,
  usd     REAL,
  -- the budget that was in force
  budget  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  -- once: a request is reserved and settled once
  UNIQUE (task_id, attempt, kind)
) STRICT;
