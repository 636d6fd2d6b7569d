//! What the user says to an agent at work: it is told with the next request, and never lost.

use super::tx::Tx;
use super::{Store, StoreError, conversation, event, row, task};
use crate::model::{EventKind, IllegalStep, Step, Task, TaskId};
use rusqlite::{Connection, params};

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
