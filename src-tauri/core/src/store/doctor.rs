//! The invariants that can be checked from the database alone.

use super::{Store, StoreError, open, row};
use crate::error::OpenError;
use crate::model::{TaskId, TaskState};
use rusqlite::Connection;
use serde::Serialize;
use std::path::Path;

/// One broken invariant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its number, such as `I8`.
    pub invariant: &'static str,
    /// The task it is about, if it is about one.
    pub task_id: Option<String>,
    /// What is wrong, in plain words.
    pub message: String,
}

/// Each query gives one row for each thing that is wrong: a task id or null.
const QUERIES: [(&str, &str, &str); 34] = [
    ("I1", "a row points to a row that is not there", "SELECT NULL FROM pragma_foreign_key_check"),
    (
        "I2",
        "its history has a hole",
        "SELECT task_id FROM event GROUP BY task_id HAVING MIN(task_seq) <> 1 OR MAX(task_seq) <> COUNT(*)",
    ),
    (
        "I5",
        "something happened to its state after the end",
        "SELECT e.task_id FROM event e JOIN event f ON f.task_id = e.task_id AND f.kind IN ('completed', 'failed', 'cancelled')
         WHERE e.seq > f.seq AND e.kind NOT IN ('delivered', 'not_delivered', 'seen', 'put_back', 'pinned', 'placed')",
    ),
    (
        "I6",
        "it is neither due, nor held by a run, nor waiting for a named reason",
        "SELECT id FROM task WHERE (state = 'waiting' AND reason IS NULL)
           OR (state = 'running' AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = task.id AND a.end IS NULL)
             AND NOT EXISTS (SELECT 1 FROM call c WHERE c.task_id = task.id AND c.ended_at IS NULL))",
    ),
    (
        "I7",
        "an attempt is open although nobody works on the task",
        "SELECT a.task_id FROM attempt a JOIN task t ON t.id = a.task_id WHERE a.end IS NULL AND t.state <> 'running'",
    ),
    (
        "I8",
        "it ended in the background and does not have exactly one delivery",
        "SELECT t.id FROM task t WHERE t.ended_at IS NOT NULL AND t.lane = 'background'
           AND (SELECT COUNT(*) FROM delivery d WHERE d.task_id = t.id AND d.outcome <> 'needs_you') <> 1",
    ),
    (
        "I8",
        "it has a delivery that no event of it created",
        "SELECT d.task_id FROM delivery d WHERE NOT EXISTS
           (SELECT 1 FROM event e WHERE e.seq = d.created_seq AND e.task_id = d.task_id
              AND (d.is_near = 1 OR d.call IS NOT NULL OR d.event = 'halfway' OR e.kind IN ('completed', 'failed', 'cancelled', 'waiting')))",
    ),
    (
        "I14",
        "a request was settled without being reserved",
        "SELECT s.task_id FROM ledger s WHERE s.kind = 'settle' AND NOT EXISTS
           (SELECT 1 FROM ledger r WHERE r.task_id = s.task_id AND r.attempt = s.attempt AND r.kind = 'reserve')",
    ),
    (
        "I15",
        "what was reserved for a request that is over was not settled once",
        "SELECT r.task_id FROM ledger r JOIN attempt a ON a.task_id = r.task_id AND a.number = r.attempt
         WHERE r.kind = 'reserve' AND a.end IS NOT NULL AND 1 <>
           (SELECT COUNT(*) FROM ledger s WHERE s.task_id = r.task_id AND s.attempt = r.attempt AND s.kind = 'settle')",
    ),
    (
        "I16",
        "a request was reserved beyond its budget",
        // Tasks that one started for parts of its work have its budget together.
        "SELECT task_id FROM (
           SELECT l.task_id, l.kind, l.budget, l.usd IS NOT NULL AS has_usd, l.tokens IS NOT NULL AS has_tokens,
             SUM(COALESCE(l.usd, 0) - COALESCE(r.usd, 0)) OVER so_far AS usd,
             SUM(COALESCE(l.tokens, 0) - COALESCE(r.tokens, 0)) OVER so_far AS tokens
           FROM ledger l JOIN task t ON t.id = l.task_id LEFT JOIN ledger r
             ON l.kind = 'settle' AND r.task_id = l.task_id AND r.attempt = l.attempt AND r.kind = 'reserve'
           WINDOW so_far AS (PARTITION BY COALESCE(t.parent_id, t.id) ORDER BY l.seq))
         WHERE kind = 'reserve' AND ((has_usd AND usd > (budget ->> 'usd') + 1e-9)
           OR (has_tokens AND tokens > (budget ->> 'tokens')))",
    ),
    (
        "I32",
        "a request was reserved beyond the limit of its day",
        "SELECT task_id FROM (
           SELECT l.task_id, l.kind, l.day,
             SUM(COALESCE(l.usd, 0) - COALESCE(r.usd, 0)) OVER so_far AS usd,
             SUM(COALESCE(l.tokens, 0) - COALESCE(r.tokens, 0)) OVER so_far AS tokens
           FROM ledger l LEFT JOIN ledger r
             ON l.kind = 'settle' AND r.task_id = l.task_id AND r.attempt = l.attempt AND r.kind = 'reserve'
           WHERE l.day IS NOT NULL
           WINDOW so_far AS (PARTITION BY l.day ->> 'start' ORDER BY l.seq))
         WHERE kind = 'reserve' AND (usd > (day ->> 'usd') + 1e-6 OR tokens > (day ->> 'tokens'))",
    ),
    (
        "I9",
        "it is completed and does not have exactly one result message",
        "SELECT t.id FROM task t WHERE t.state = 'completed'
           AND (SELECT COUNT(*) FROM message m WHERE m.task_id = t.id AND m.is_whole = 1) <> 1",
    ),
    (
        "I9",
        "its answer stands in another conversation than its prompt",
        "SELECT t.id FROM task t JOIN message m ON m.task_id = t.id
         WHERE m.conversation_id <> t.conversation_id OR m.turn <> t.turn OR m.branch <> t.branch
            OR json_extract(t.ownership, '$.final.id') <> t.conversation_id",
    ),
    (
        "I9",
        "it stands in a branch that cannot be reached",
        "SELECT t.id FROM task t WHERE t.branch > 0 AND t.parent_id IS NULL AND t.system IS NULL AND NOT EXISTS
           (SELECT 1 FROM branch b WHERE b.conversation_id = t.conversation_id AND b.number = t.branch AND b.turn <= t.turn)",
    ),
    (
        "I9",
        "a branch left one that is not there, or that begins after it",
        "SELECT NULL FROM branch b WHERE b.number > 0 AND NOT EXISTS
           (SELECT 1 FROM branch p WHERE p.conversation_id = b.conversation_id AND p.number = b.parent
              AND (p.turn < b.turn OR p.number = 0))",
    ),
    (
        "I10",
        "a channel was told more often than the crashes since can explain",
        "SELECT d.task_id FROM notice n JOIN delivery d ON d.id = n.delivery_id
         WHERE n.attempts > 1 + (SELECT COUNT(*) FROM run r WHERE r.is_clean = 0 AND r.ended_at >= d.created_at)",
    ),
    (
        "I34",
        "a channel of the user's was told of it more than once",
        "SELECT d.task_id FROM notice n JOIN delivery d ON d.id = n.delivery_id
         WHERE n.channel NOT IN ('inbox', 'native') AND n.attempts > 1 AND EXISTS (SELECT 1 FROM channel c WHERE c.name = n.channel)",
    ),
    (
        "I11",
        "its text has a gap or a repeat",
        "SELECT task_id FROM (SELECT task_id, start, LAG(start + length(CAST(text AS BLOB)), 1, 0)
           OVER (PARTITION BY task_id, attempt ORDER BY start) AS expected FROM delta) WHERE start <> expected",
    ),
    (
        "I12",
        "it is completed without a complete attempt, and nobody took it as it was",
        "SELECT t.id FROM task t WHERE t.state = 'completed' AND t.finish_reason IS NOT 'accepted'
           AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = t.id AND a.number = t.attempt AND a.end = 'complete')",
    ),
    (
        "I17",
        "something was changed without a yes for exactly that",
        "SELECT c.task_id FROM call c WHERE c.started_seq IS NOT NULL AND c.effect IN ('write', 'run', 'send') AND NOT EXISTS
           (SELECT 1 FROM approval a WHERE a.task_id = c.task_id AND a.call = c.number AND a.consumed_seq = c.started_seq
              AND a.decision IN ('allow_once', 'allow_task', 'allow_always'))",
    ),
    (
        "I18",
        "a yes was used that did not count",
        "SELECT task_id FROM approval WHERE consumed_seq IS NOT NULL
           AND (decision IS NULL OR decision = 'reject' OR decided_at IS NULL)",
    ),
    (
        "I18",
        "a yes was used before it was asked for",
        "SELECT a.task_id FROM approval a JOIN event e ON e.seq = a.consumed_seq
         WHERE e.at < a.asked_at OR e.at > a.expires_at OR e.kind <> 'call_started' OR e.task_id <> a.task_id",
    ),
    (
        "I19",
        "a file was changed before it was kept",
        "SELECT c.task_id FROM call c WHERE c.state = 'done' AND c.started_seq IS NOT NULL AND (
           (c.effect = 'write' AND NOT EXISTS
              (SELECT 1 FROM snapshot s WHERE s.task_id = c.task_id AND s.seq < c.started_seq))
           OR (c.effect = 'run' AND NOT EXISTS
              (SELECT 1 FROM folder_snapshot f WHERE f.task_id = c.task_id AND f.seq < c.started_seq)
              AND NOT EXISTS (SELECT 1 FROM snapshot_gap g WHERE g.task_id = c.task_id AND g.path = '.')))",
    ),
    (
        "I20",
        "a call counts as begun although nobody works on its task",
        "SELECT c.task_id FROM call c JOIN task t ON t.id = c.task_id WHERE c.state = 'started' AND t.state <> 'running'
           AND (t.ended_at IS NOT NULL OR c.tool <> 'start_tasks')",
    ),
    (
        "I21",
        "something whose outcome nobody knew was done again without a new yes",
        "SELECT e.task_id FROM event e JOIN event f ON f.task_id = e.task_id AND f.seq > e.seq
         WHERE e.kind = 'call_started' AND f.kind = 'call_started' AND e.data ->> 'call' = f.data ->> 'call'
           AND f.data ->> 'approval' IS NOT NULL AND e.data ->> 'approval' = f.data ->> 'approval'",
    ),
    (
        "I22",
        "an attempt was started after it was cancelled",
        "SELECT s.task_id FROM event s JOIN event c ON c.task_id = s.task_id AND c.kind IN ('cancel_requested', 'cancelled')
         WHERE s.kind = 'started' AND s.seq > c.seq",
    ),
    (
        "I33",
        "the task that started it is not there, or no call of that did",
        "SELECT t.id FROM task t WHERE t.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM task p
           JOIN call c ON c.task_id = p.id AND c.number = t.parent_call AND c.tool = 'start_tasks'
           WHERE p.id = t.parent_id AND p.parent_id IS NULL AND p.conversation_id = t.conversation_id)",
    ),
    (
        "I33",
        "it goes on although the task that started it is over",
        "SELECT t.id FROM task t JOIN task p ON p.id = t.parent_id
         WHERE p.ended_at IS NOT NULL AND t.ended_at IS NULL AND t.cancel_at IS NULL",
    ),
    (
        "I33",
        "it waits for tasks that it started, and all of them are over",
        "SELECT t.id FROM task t WHERE t.state = 'queued' AND t.reason = 'children' AND t.parent_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM task c WHERE c.parent_id = t.id AND c.ended_at IS NULL)",
    ),
    (
        "I35",
        "the app gave it to itself, and its user was asked, told or shown it",
        "SELECT t.id FROM task t WHERE t.system IS NOT NULL AND (t.unread = 1 OR t.pinned = 1 OR t.state IN ('waiting', 'paused')
           OR t.lane <> 'interactive' OR t.attempt > 2 OR EXISTS (SELECT 1 FROM delivery d WHERE d.task_id = t.id))",
    ),
    (
        "I35",
        "it stands where only the system works, or the system works where chats stand",
        "SELECT t.id FROM task t WHERE (t.system IS NOT NULL) <> (t.branch = (1 << 30) + 1)
           OR (t.system IS NOT NULL) <> (COALESCE(t.ownership ->> 'origin', '') = 'system')",
    ),
    (
        "I28",
        "an answer is stored for a task that has not come to one",
        "SELECT m.task_id FROM message m JOIN task t ON t.id = m.task_id WHERE t.ended_at IS NULL",
    ),
    (
        "I31",
        "a message cannot be found by its words",
        "SELECT m.task_id FROM message m WHERE NOT EXISTS (SELECT 1 FROM message_number n
           JOIN message_search_docsize d ON d.id = n.number WHERE n.message_id = m.id)",
    ),
    (
        "I31",
        "the search knows a message that is not there",
        "SELECT NULL FROM message_search_docsize d WHERE NOT EXISTS (SELECT 1 FROM message_number n
           JOIN message m ON m.id = n.message_id WHERE n.number = d.id)",
    ),
];

/// Checks a data folder that nobody has open, without changing it.
pub fn check_folder(folder: &Path) -> Result<Vec<Finding>, OpenError> {
    let file = folder.join("meanwhile.db");
    let bad = |cause: String| OpenError::Database { file: file.clone(), cause };
    if !file.exists() {
        return Err(bad("there is no database here yet".to_owned()));
    }
    open::refuse_newer(&file)?;
    let connection = open::reader(&file).map_err(|e| bad(e.to_string()))?;
    check(&connection).map_err(|e| bad(e.to_string()))
}

fn check(sql: &Connection) -> Result<Vec<Finding>, StoreError> {
    let tx = sql.unchecked_transaction()?;
    let mut findings = Vec::new();
    // The check of the search believes what this connection knew of it before; only a query looks whether that is still so.
    let _ = tx.query_row("SELECT COUNT(*) FROM message_search WHERE rowid = 0", [], |_| Ok(()));
    let report: String = tx.query_row("PRAGMA integrity_check", [], |r| r.get(0))?;
    if report != "ok" {
        findings.push(Finding {
            invariant: "I1",
            task_id: None,
            message: format!("the file is damaged: {report}"),
        });
    }
    match check_rows(&tx) {
        Ok(wrong) => findings.extend(wrong),
        // The damage that was found stands in the way of looking further.
        Err(_) if !findings.is_empty() => {}
        Err(error) => return Err(error),
    }
    Ok(findings)
}

/// What rows can show; the file itself is taken to be sound.
pub fn check_rows(sql: &Connection) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (invariant, message, query) in QUERIES {
        let wrong = row::all(sql, query, [], |r| Ok(r.get::<_, Option<String>>(0)?))?;
        findings.extend(wrong.into_iter().map(|task_id| Finding {
            invariant,
            task_id,
            message: message.to_owned(),
        }));
    }
    check_states(sql, &mut findings)?;
    Ok(findings)
}

/// I3: the state of a task is what its events lead to.
fn check_states(sql: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let tasks = row::all(sql, "SELECT id, state FROM task", [], |r| {
        Ok((TaskId::from_text(r.get::<_, String>(0)?), row::from_word::<TaskState>(&r.get::<_, String>(1)?)?))
    })?;
    let query = "SELECT kind FROM event WHERE task_id = ?1 AND kind IN
       ('queued', 'started', 'requeued', 'part_done', 'tools_asked', 'tools_begun', 'tools_ended', 'waiting', 'paused', 'resumed', 'completed', 'failed', 'cancelled') ORDER BY seq DESC LIMIT 1";
    for (id, state) in tasks {
        let kinds = row::all(sql, query, [id.as_str()], |r| Ok(r.get::<_, String>(0)?))?;
        let folded = match kinds.first().map(String::as_str) {
            Some("queued" | "requeued" | "part_done" | "tools_asked" | "tools_ended" | "resumed") => {
                Some(TaskState::Queued)
            }
            Some("started" | "tools_begun") => Some(TaskState::Running),
            Some("waiting") => Some(TaskState::Waiting),
            Some("paused") => Some(TaskState::Paused),
            Some("completed") => Some(TaskState::Completed),
            Some("failed") => Some(TaskState::Failed),
            Some("cancelled") => Some(TaskState::Cancelled),
            _ => None,
        };
        if folded != Some(state) {
            findings.push(Finding {
                invariant: "I3",
                task_id: Some(id.to_string()),
                message: format!("it is stored as {} but its events say otherwise", state.word()),
            });
        }
    }
    Ok(())
}

impl Store {
    /// Checks every invariant.
    pub async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.read(check).await
    }
}
