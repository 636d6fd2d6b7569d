-- An edited prompt begins a branch: what stood before it is shared, what stood after it stays in its own. A conversation that
-- was never edited has no rows here.
CREATE TABLE branch (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  -- 0 for the one that was there first
  number          INTEGER NOT NULL CHECK (number >= 0),
  -- the branch it left, and the turn that is its first of its own; a parent never begins at that turn itself, save the first
  parent          INTEGER CHECK (parent < number),
  turn            INTEGER NOT NULL CHECK (turn > 0),
  -- when in the log it was shown last, as the one that is gone on with
  shown_seq       INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, number),
  CHECK ((number = 0) = (parent IS NULL))
) STRICT, WITHOUT ROWID;

-- The branch that is shown and gone on with, and when in the log that, or the answer of a prompt that is shown, was chosen.
ALTER TABLE conversation ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN shown_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
-- When in the log it was put forward as the answer of its prompt: the highest is shown, and those that share it side by side.
ALTER TABLE task ADD COLUMN shown_seq INTEGER NOT NULL DEFAULT 0;

-- Until now versions shared their turn, and the newest was gone on with: it stays where it is, each other one gets a branch. A
-- number was never higher than the place in the log of its task.
UPDATE task SET shown_seq = number;
UPDATE task SET branch = older.branch FROM (
  SELECT prompt_id, ROW_NUMBER() OVER (PARTITION BY conversation_id ORDER BY first) AS branch FROM (
    SELECT t.conversation_id, t.prompt_id, MIN(t.number) AS first FROM task t GROUP BY t.conversation_id, t.turn, t.prompt_id
    HAVING MAX(t.number) < (SELECT MAX(x.number) FROM task x WHERE x.conversation_id = t.conversation_id AND x.turn = t.turn)
  )
) older WHERE older.prompt_id = task.prompt_id;
INSERT INTO branch (conversation_id, number, parent, turn, shown_seq)
  SELECT conversation_id, 0, NULL, 1, MAX(number) FROM task WHERE branch > 0 GROUP BY conversation_id
  UNION ALL
  SELECT conversation_id, branch, 0, turn, 0 FROM task WHERE branch > 0 GROUP BY conversation_id, branch;
UPDATE message SET branch = task.branch FROM task
  WHERE task.branch > 0 AND message.id = task.prompt_id;
UPDATE message SET branch = task.branch FROM task WHERE task.branch > 0 AND message.task_id = task.id;

-- thread, context and the last turn: the tasks of a branch
DROP INDEX task_turn;
CREATE INDEX task_turn ON task (conversation_id, branch, turn);
-- Of two that seem as good SQLite takes the one that was made later; these were.
DROP INDEX task_ended;
CREATE INDEX task_ended ON task (ended_at, number) WHERE ended_at IS NOT NULL;
DROP INDEX task_open;
CREATE INDEX task_open ON task (state, lane, number) WHERE ended_at IS NULL;
-- All of these are found through their task.
DROP INDEX message_turn;
