-- The task that started this one for a part of its work, by which of its calls, and which of them it is, from 1; null for what a
-- user asked for.
ALTER TABLE task ADD COLUMN parent_id TEXT REFERENCES task (id);
ALTER TABLE task ADD COLUMN parent_call INTEGER;
ALTER TABLE task ADD COLUMN child INTEGER;
-- once: a call starts each of its tasks one time; and the tasks that one started
CREATE UNIQUE INDEX task_child ON task (parent_id, parent_call, child) WHERE parent_id IS NOT NULL;

-- When in the log it was noted last what a task left of a file: of several that changed it the newest counts.
ALTER TABLE snapshot ADD COLUMN left_seq INTEGER NOT NULL DEFAULT 0;
