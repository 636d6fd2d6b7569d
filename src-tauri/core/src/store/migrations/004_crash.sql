-- Which tasks were running when the process took itself down, and when that was found.
CREATE TABLE crash (
  task_id TEXT NOT NULL REFERENCES task (id),
  at      INTEGER NOT NULL,
  PRIMARY KEY (task_id, at)
) STRICT, WITHOUT ROWID;
