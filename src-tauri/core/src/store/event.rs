//! The log: appending to it, and reading it from a cursor.

use super::tx::Tx;
use super::{Store, StoreError, conversation, row, settings, task};
use crate::model::{
    Conversation, ConversationId, Event, EventKind, Frame, Seq, Settings, SignOfLife, Task, TaskId, TaskText,
    Timestamp,
};
use rusqlite::{Connection, Row, params};

/// Events in one frame: one that is far behind gets several frames.
const PAGE: u32 = 512;

/// Where a text would begin: what is thought has no place in it.
const THOUGHT: i64 = -1;

/// Rows that changed after a cursor, for clients that show rows and not events.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The newest change contained.
    pub head: Seq,
    /// Changed tasks.
    pub tasks: Vec<Task>,
    /// Changed conversations, the trash included.
    pub conversations: Vec<Conversation>,
    /// The settings, if they changed.
    pub settings: Option<Settings>,
}

/// Appends one fact about a task, moves its head, and gives its place in the log.
pub fn append(tx: &mut Tx<'_>, task_id: &TaskId, kind: &EventKind) -> Result<Seq, StoreError> {
    let seq = tx.next_seq();
    insert(tx, seq, task_id, kind)?;
    tx.sql
        .prepare_cached("UPDATE task SET head = ?2 WHERE id = ?1")?
        .execute(params![task_id.as_str(), seq])?;
    Ok(seq)
}

/// Puts one fact about a task at its place in the log; the task's row names that place as its head already.
pub fn insert(tx: &Tx<'_>, seq: Seq, task_id: &TaskId, kind: &EventKind) -> Result<(), StoreError> {
    // It is shown with the task that started it, so followers read that again.
    tx.sql
        .prepare_cached("UPDATE task SET head = ?1 WHERE id = (SELECT parent_id FROM task WHERE id = ?2)")?
        .execute(params![seq, task_id.as_str()])?;
    put(tx.sql, seq, task_id, kind, tx.now)
}

/// The same without a transaction of the writer.
pub fn put(
    sql: &Connection,
    seq: Seq,
    task_id: &TaskId,
    kind: &EventKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO event (seq, task_id, task_seq, at, data) VALUES
         (?1, ?2, (SELECT COALESCE(MAX(task_seq), 0) + 1 FROM event WHERE task_id = ?2), ?3, ?4)",
    )?
    .execute(params![seq, task_id.as_str(), now.as_ms(), row::json(kind)?])?;
    Ok(())
}

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    let data: String = row.get("data")?;
    let kind = match row.get::<_, Option<i64>>("start")? {
        None => row::from_json(&data)?,
        Some(THOUGHT) => EventKind::Thought { attempt: row::count(row, "attempt")?, text: data },
        Some(start) => EventKind::TextDelta {
            attempt: row::count(row, "attempt")?,
            offset: start.unsigned_abs(),
            text: data,
        },
    };
    Ok(Event {
        seq: row.get("seq")?,
        task_id: TaskId::from_text(row.get::<_, String>("task_id")?),
        conversation_id: ConversationId::from_text(row.get::<_, String>("conversation_id")?),
        at: row::time(row, "at")?,
        kind,
    })
}

fn events_after(
    sql: &Connection,
    task_id: Option<&TaskId>,
    after: Seq,
    text_too: bool,
) -> Result<Vec<Event>, StoreError> {
    let of_task = if task_id.is_some() { "x.task_id = ?3" } else { "?3 IS NULL" };
    let facts = format!(
        "SELECT * FROM (SELECT x.seq, x.task_id, x.at, x.data, NULL AS attempt, NULL AS start FROM event x
         WHERE x.seq > ?1 AND {of_task} ORDER BY x.seq LIMIT ?2)"
    );
    // By place in the log: the other index would read the whole text of a task again for each new piece.
    let of_task = if task_id.is_some() { "+x.task_id = ?3" } else { "?3 IS NULL" };
    let texts = format!(
        "SELECT * FROM (SELECT x.seq, x.task_id, x.at, x.text AS data, x.attempt, x.start
         FROM delta x WHERE x.seq > ?1 AND {of_task} ORDER BY x.seq LIMIT ?2)"
    );
    // These stay when their task is over.
    let of_thoughts = if task_id.is_some() { "x.task_id = ?3" } else { "?3 IS NULL" };
    let thoughts = format!(
        "SELECT * FROM (SELECT x.seq, x.task_id, x.at, x.text AS data, x.attempt, {THOUGHT} AS start
         FROM thought x WHERE x.seq > ?1 AND {of_thoughts} ORDER BY x.seq LIMIT ?2)"
    );
    let union = if text_too { format!("{facts} UNION ALL {texts} UNION ALL {thoughts}") } else { facts };
    let query = format!(
        "SELECT e.*, t.conversation_id FROM ({union}) e JOIN task t ON t.id = e.task_id ORDER BY e.seq LIMIT ?2"
    );
    row::all(sql, &query, params![after, PAGE, task_id.map(TaskId::as_str)], event)
}

impl Store {
    /// What happened after `after`, oldest first, at most 512 events; text included.
    pub fn events(&self, task_id: Option<&TaskId>, after: Seq) -> Result<Vec<Event>, StoreError> {
        self.glance(|sql| {
            if let Some(id) = task_id {
                row::state(sql, id)?;
            }
            events_after(sql, task_id, after, true)
        })
    }

    /// The highest number that is stored.
    pub fn last_seq(&self) -> Result<Seq, StoreError> {
        self.glance(row::last_seq)
    }

    /// Where everything stands, consistent in itself.
    pub async fn snapshot(&self, task_id: Option<TaskId>) -> Result<Frame, StoreError> {
        self.read(move |sql| {
            // One read transaction, so that rows and cursor belong together.
            let tx = sql.unchecked_transaction()?;
            let tasks = match &task_id {
                Some(id) => vec![task::load(&tx, id)?],
                None => task::active(&tx)?,
            };
            let mut texts = Vec::new();
            for task in tasks.iter().filter(|t| t.attempt > 0) {
                let text = task::text(&tx, &task.id)?;
                texts.push(TaskText { task_id: task.id.clone(), ..text });
            }
            let summary = task::summary(&tx)?;
            let head = row::last_seq(&tx)?;
            Ok(Frame::Snapshot { tasks, texts, summary, head })
        })
        .await
    }

    /// Rows that changed after `after`.
    pub fn changes(&self, after: Seq) -> Result<Changes, StoreError> {
        self.glance(|sql| {
            let tx = sql.unchecked_transaction()?;
            Ok(Changes {
                head: row::last_seq(&tx)?,
                tasks: task::changed(&tx, after)?,
                conversations: conversation::changed(&tx, after)?,
                settings: settings::changed(&tx, after)?,
            })
        })
    }

    /// The stored pieces of a task's text, and of what was thought on the way to it, after `after`, in order.
    pub fn deltas(&self, task_id: &TaskId, after: Seq) -> Result<Vec<Event>, StoreError> {
        self.glance(|sql| {
            let query = format!(
                "SELECT d.*, t.conversation_id FROM (
                   SELECT seq, task_id, at, text AS data, attempt, start FROM delta WHERE +task_id = ?1 AND seq > ?2
                   UNION ALL
                   SELECT seq, task_id, at, text, attempt, {THOUGHT} FROM thought WHERE task_id = ?1 AND seq > ?2
                 ) d JOIN task t ON t.id = d.task_id ORDER BY d.seq"
            );
            row::all(sql, &query, params![task_id.as_str(), after], event)
        })
    }

    /// Tasks that wrote after `after`, and how long their text is now, or that thought.
    pub fn alive(&self, after: Seq) -> Result<Vec<SignOfLife>, StoreError> {
        let query = "SELECT task_id, MAX(bytes) AS bytes FROM (
              SELECT task_id, start + octet_length(text) AS bytes FROM delta WHERE seq > ?1
              UNION ALL SELECT task_id, NULL FROM thought WHERE seq > ?1) GROUP BY +task_id";
        self.glance(|sql| {
            row::all(sql, query, [after], |r| {
                let task_id = TaskId::from_text(r.get::<_, String>("task_id")?);
                Ok(SignOfLife { task_id, bytes: row::count_opt(r, "bytes")? })
            })
        })
    }

    /// The whole log of a task without its text, for people.
    pub async fn log(&self, task_id: TaskId) -> Result<Vec<Event>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &task_id)?;
            let mut log = Vec::new();
            loop {
                let after = log.last().map_or(0, |e: &Event| e.seq);
                let page = events_after(sql, Some(&task_id), after, false)?;
                if page.is_empty() {
                    return Ok(log);
                }
                log.extend(page);
            }
        })
        .await
    }
}
