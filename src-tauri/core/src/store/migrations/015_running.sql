-- places: what is waited for in batches takes none
CREATE INDEX task_in_batch ON task (state, lane) WHERE in_batch = 1 AND ended_at IS NULL;
-- cancel and pause: what is running and should not
CREATE INDEX task_stop ON task (state, id) WHERE ended_at IS NULL AND (cancel_at IS NOT NULL OR pause_at IS NOT NULL);
