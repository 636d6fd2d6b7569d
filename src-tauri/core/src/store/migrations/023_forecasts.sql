-- How much was asked about, as a class of tokens: tasks of one class take about as long. What is there gets its own, so that there
-- is a history from the first day on.
ALTER TABLE task ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE task SET size = COALESCE((
  SELECT (n >= 500) + (n >= 2000) + (n >= 8000) + (n >= 32000) + (n >= 128000) + (n >= 512000) FROM (
    SELECT (octet_length(m.text) + 3) / 4
      + COALESCE((SELECT SUM(json_extract(f.value, '$.tokens')) FROM json_each(m.files) f), 0) AS n
    FROM message m WHERE m.id = task.prompt_id)), 0);

-- What was said when it was sent: how long it would take, as JSON, and when the background was to be suggested; and which signs of
-- long work it had, as JSON, whatever was made of them.
ALTER TABLE task ADD COLUMN forecast TEXT;
ALTER TABLE task ADD COLUMN tier TEXT NOT NULL DEFAULT 'inline' CHECK (tier IN ('inline', 'detach', 'upfront'));
ALTER TABLE task ADD COLUMN signs TEXT;

-- forecast: the newest of the same model or agent, and of the same size, that one answer was made for
CREATE INDEX task_alike ON task (CASE WHEN agent IS NULL THEN model ELSE 'agent ' || json_extract(agent, '$.name') END, size, ended_at)
  WHERE state = 'completed' AND parts = 0 AND in_batch = 0 AND seams IS NULL AND parent_id IS NULL;
-- calibration: the newest that had a forecast and held still for it
CREATE INDEX task_forecast ON task (ended_at)
  WHERE state = 'completed' AND forecast IS NOT NULL AND seams IS NULL;
