-- Who outside a call asked, and heard: a server of tools, or the host of a page.
ALTER TABLE call ADD COLUMN source TEXT;
UPDATE call SET source = 'server ' || substr(tool, 1, instr(tool, '__') - 1) WHERE effect = 'send';

-- The call by which an agent says something on the way; told, as it is when a task needs its user, while it goes on.
ALTER TABLE delivery ADD COLUMN call INTEGER;
-- once: no call is told twice
CREATE UNIQUE INDEX delivery_said ON delivery (task_id, call) WHERE call IS NOT NULL;
