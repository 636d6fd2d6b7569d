-- How the models of a conversation are asked, one JSON document; null for as they are.
ALTER TABLE conversation ADD COLUMN manner TEXT;

-- Which conversation of which other app it is; once each.
ALTER TABLE conversation ADD COLUMN source TEXT;
CREATE UNIQUE INDEX conversation_source ON conversation (source) WHERE source IS NOT NULL;

-- A number for each message that never changes: rows of the search are named by it, and the one SQLite gives by itself may
-- be another in a copy.
CREATE TABLE message_number (
  number     INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE REFERENCES message (id)
) STRICT;
-- Of a long text only the beginning, and of one of megabytes nothing: it would keep everybody waiting while it is taken apart,
-- and an answer without end would be in memory once more. Nor what stands behind a NUL, where FTS5 takes a text to end.
CREATE VIEW message_text AS
  SELECT n.number, CASE WHEN octet_length(m.text) > 1048576 THEN '' ELSE substr(m.text, 1, 262144) END AS text
  FROM message_number n JOIN message m ON m.id = n.message_id;

-- Which three letters in a row stand in which message, whatever their case or accents. The text itself is not kept here
-- again, nor where in it they stand: what is found is read and looked through.
CREATE VIRTUAL TABLE message_search USING fts5 (
  text, content = 'message_text', content_rowid = 'number', detail = 'none', tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO message_number (message_id) SELECT id FROM message ORDER BY created_at, rowid;
INSERT INTO message_search (message_search) VALUES ('rebuild');
