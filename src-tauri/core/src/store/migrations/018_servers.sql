-- Servers of tools: programs and addresses of others. What is secret is in the keychain.
CREATE TABLE tool_server (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  -- under which its secrets are kept; new with each adding
  id TEXT NOT NULL,
  -- how it is reached: JSON
  place TEXT NOT NULL,
  -- the names of what is secret: a JSON list
  secrets TEXT NOT NULL,
  -- its tools as it named them last, and as its user accepted them: JSON lists; null when that never was
  seen TEXT NOT NULL,
  accepted TEXT,
  accepted_at INTEGER,
  added_at INTEGER NOT NULL
) STRICT;
-- For a tool of a server: all that it was allowed as. Its folder is then where the server is.
ALTER TABLE permit ADD COLUMN definition TEXT;
