-- usage and the limit of a day: what was used by requests of a stretch of time, without their texts
CREATE INDEX attempt_used ON attempt (started_at, model, input_tokens, output_tokens, cost_usd, is_estimated);

-- The day whose limit a request was reserved within, and that limit, one JSON document; null without a limit.
ALTER TABLE ledger ADD COLUMN day TEXT;

-- what goes on by itself when the day is over
CREATE INDEX task_waits ON task (due_at) WHERE state = 'waiting' AND due_at IS NOT NULL;
