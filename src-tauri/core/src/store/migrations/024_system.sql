-- What the app gave itself to do, such as 'name' for the name of the chat; null for what a user asked for.
ALTER TABLE task ADD COLUMN system TEXT;
-- once: each of its kinds one time for a conversation
CREATE UNIQUE INDEX task_system ON task (conversation_id, system) WHERE system IS NOT NULL;
-- claim: what is open of it
CREATE INDEX task_system_open ON task (state, number) WHERE system IS NOT NULL AND ended_at IS NULL;
-- forecast: the same as before without them, of which there is one for each chat
DROP INDEX task_alike;
CREATE INDEX task_alike ON task (CASE WHEN agent IS NULL THEN model ELSE 'agent ' || json_extract(agent, '$.name') END, size, ended_at)
  WHERE state = 'completed' AND parts = 0 AND in_batch = 0 AND seams IS NULL AND parent_id IS NULL AND system IS NULL;

-- It keeps its name: its user gave it, or a model was asked for it. What is there keeps what it is called.
ALTER TABLE conversation ADD COLUMN is_named INTEGER NOT NULL DEFAULT 0 CHECK (is_named IN (0, 1));
UPDATE conversation SET is_named = 1;
