-- A standing rule says yes, or no.
ALTER TABLE permit ADD COLUMN denies INTEGER NOT NULL DEFAULT 0;

-- What is told on the way, as it is when a task needs its user: it is near its cap, and goes on.
ALTER TABLE delivery ADD COLUMN is_near INTEGER NOT NULL DEFAULT 0;
