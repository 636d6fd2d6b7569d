-- When a provider last named its models; null until it did.
ALTER TABLE provider ADD COLUMN listed_at INTEGER;

-- The models a provider named then, in its order, with what it said about each.
CREATE TABLE model (
  provider TEXT NOT NULL COLLATE NOCASE,
  name     TEXT NOT NULL,
  place    INTEGER NOT NULL,
  facts    TEXT NOT NULL,
  UNIQUE (provider, name)
) STRICT;

-- The names of the headers a provider is sent, a list; their values are where keys are. And the proxy it is reached through.
ALTER TABLE provider ADD COLUMN headers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE provider ADD COLUMN proxy TEXT;
