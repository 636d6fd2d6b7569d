//! What the user says to an agent at work: it is told with the next request, and never lost. And what is shown of that, and of
//! whatever else they told it, in its conversation.

use super::tx::Tx;
use super::{Store, StoreError, call, conversation, event, row, task};
use crate::model::{EventKind, IllegalStep, Remark, RemarkKind, Step, Task, TaskId};
use rusqlite::{Connection, Row, params};

/// Remarks that wait at the same time.
const WAITING: u32 = 50;

/// A remark in its place.
pub struct Placed {
    /// Bytes of the task's text before it.
    pub place: usize,
    pub text: String,
}

/// What was told so far, in its order.
pub fn told(sql: &Connection, id: &TaskId) -> Result<Vec<Placed>, StoreError> {
    let query = "SELECT place, text FROM remark WHERE task_id = ?1 AND place IS NOT NULL ORDER BY number";
    row::all(sql, query, [id.as_str()], |r| {
        Ok(Placed { place: usize::try_from(r.get::<_, i64>(0)?).unwrap_or(usize::MAX), text: r.get(1)? })
    })
}

/// Whether something was said that the model does not know yet.
pub fn any_new(sql: &Connection, id: &TaskId) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM remark WHERE task_id = ?1 AND place IS NULL)";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?)
}

/// From now on what was said stands after so many bytes of text.
pub fn take(tx: &Tx<'_>, id: &TaskId, place: usize) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached("UPDATE remark SET place = ?2 WHERE task_id = ?1 AND place IS NULL")?
        .execute(params![id.as_str(), place as i64])?;
    Ok(())
}

/// Of so many of them a task tells; more stand in its log.
const SHOWN: u32 = 60;

/// Letters of one that travel with its task.
const LETTERS: usize = 1_000;

/// What an agent was told and what was put back. A standing no is the one refusal that a yes can stand beside. The log
/// alone knows of files that are as before; its rows begin with their kind.
const TOLD: &str = "SELECT * FROM (
    SELECT said_at AS at, 'said' AS kind, '' AS about, text, 0 AS restored FROM remark WHERE task_id = ?1
    UNION ALL
    SELECT CASE WHEN p.effect IS NULL OR p.decision LIKE 'reject%' THEN p.decided_at ELSE c.ended_at END, CASE
        WHEN p.decision = 'reject_always' THEN 'never'
        WHEN p.decision = 'reject' THEN CASE WHEN p.effect IS NULL THEN 'unanswered' ELSE 'refused' END
        WHEN p.effect IS NULL THEN 'answered'
        ELSE 'overruled' END,
      p.summary, COALESCE(p.words, ''), 0
    FROM approval p JOIN call c ON c.task_id = p.task_id AND c.number = p.call
    WHERE p.task_id = ?1 AND p.decision IS NOT NULL AND p.decided_by NOT IN ('expired', 'changed')
      AND p.decided_by NOT LIKE 'rule %'
      AND (p.effect IS NULL OR p.decision LIKE 'reject%' OR (c.state = 'refused' AND c.fact = ?2))
    UNION ALL
    SELECT at, 'put_back', '', COALESCE(data ->> 'files', '[]'), data ->> 'restored' FROM event
    WHERE task_id = ?1 AND data LIKE '{\"kind\":\"put_back\"%' AND data ->> 'restored' > 0
  ) ORDER BY at DESC, kind = 'overruled' DESC, about DESC LIMIT ?3";

/// What a task tells of it, oldest first.
pub fn of_task(sql: &Connection, id: &TaskId) -> Result<Vec<Remark>, StoreError> {
    let mut newest = row::all(sql, TOLD, params![id.as_str(), call::NEVER_HERE, SHOWN], remark)?;
    newest.reverse();
    Ok(newest)
}

fn remark(r: &Row<'_>) -> Result<Remark, StoreError> {
    let (about, text) = (r.get::<_, String>("about")?, r.get::<_, String>("text")?);
    let kind = match r.get::<_, String>("kind")?.as_str() {
        "said" => RemarkKind::Said { text: short(text) },
        "answered" => RemarkKind::Answered { about, text: short(text) },
        "unanswered" => RemarkKind::Unanswered { about, text: short(text) },
        "overruled" => RemarkKind::Overruled { about },
        "put_back" => {
            RemarkKind::PutBack { restored: row::count(r, "restored")?, files: row::from_json(&text)? }
        }
        kind => RemarkKind::Refused { about, text: short(text), is_standing: kind == "never" },
    };
    Ok(Remark { at: row::time(r, "at")?, kind })
}

fn short(text: String) -> String {
    match text.char_indices().nth(LETTERS) {
        None => text,
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

impl Store {
    /// Says something to the agent of a task that is not over.
    ///
    /// # Errors
    /// `Illegal` when it is over, `Invalid` without an agent.
    pub async fn say(&self, id: TaskId, text: String) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = task::load(tx.sql, &id)?;
            if before.agent.is_none() {
                return Err(StoreError::Invalid(
                    "no agent works on this; ask again in its chat instead".to_owned(),
                ));
            }
            if before.state.is_final() {
                return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Resume }));
            }
            let waiting = "SELECT COUNT(*) AS waiting FROM remark WHERE task_id = ?1 AND place IS NULL";
            let waiting =
                tx.sql.prepare_cached(waiting)?.query_row([id.as_str()], |r| row::count(r, "waiting"))?;
            if waiting >= WAITING {
                return Err(StoreError::Invalid("it has not heard your last fifty remarks yet".to_owned()));
            }
            tx.sql
                .prepare_cached(
                    "INSERT INTO remark (task_id, number, text, said_at) VALUES (?1,
                       (SELECT COALESCE(MAX(number), 0) + 1 FROM remark WHERE task_id = ?1), ?2, ?3)",
                )?
                .execute(params![id.as_str(), text, tx.now.as_ms()])?;
            event::append(tx, &id, &EventKind::Said { text: text.clone() })?;
            conversation::mark_changed(tx, &before.conversation_id)?;
            task::load(tx.sql, &id)
        })
        .await
    }
}
