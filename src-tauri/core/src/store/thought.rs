//! What models think aloud on their way to an answer: kept as it comes and shown beside it.

use super::tx::Tx;
use super::{Store, StoreError, row};
use crate::model::{Seq, TaskId, Timestamp};
use rusqlite::{Connection, params};

/// Stores a piece at its place in the log.
pub fn insert(
    sql: &Connection,
    seq: Seq,
    task: &TaskId,
    attempt: u32,
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.prepare_cached("INSERT INTO thought (seq, task_id, attempt, text, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![seq, task.as_str(), attempt, text, now.as_ms()])?;
    Ok(())
}

/// The attempt thinks no more: its pieces become one row, and the task knows how long it took.
pub fn close(tx: &Tx<'_>, task: &TaskId, attempt: u32) -> Result<(), StoreError> {
    let key = params![task.as_str(), attempt];
    let thought = tx
        .sql
        .prepare_cached(
            "UPDATE task SET thought_ms = COALESCE(thought_ms, 0) +
               (SELECT MAX(at) - MIN(at) FROM thought WHERE task_id = ?1 AND attempt = ?2)
             WHERE id = ?1 AND EXISTS (SELECT 1 FROM thought WHERE task_id = ?1 AND attempt = ?2)",
        )?
        .execute(key)?;
    if thought == 0 {
        return Ok(());
    }
    // Thousands of pieces take more room as rows than as text.
    tx.sql
        .prepare_cached(
            "UPDATE thought SET text = (SELECT group_concat(p.text, '' ORDER BY p.seq) FROM thought p
                                        WHERE p.task_id = ?1 AND p.attempt = ?2)
             WHERE seq = (SELECT MIN(seq) FROM thought WHERE task_id = ?1 AND attempt = ?2)",
        )?
        .execute(key)?;
    tx.sql
        .prepare_cached(
            "DELETE FROM thought WHERE task_id = ?1 AND attempt = ?2
               AND seq > (SELECT MIN(seq) FROM thought WHERE task_id = ?1 AND attempt = ?2)",
        )?
        .execute(key)?;
    Ok(())
}

/// True when some of what the task's model thought is kept.
pub fn any(sql: &Connection, task: &TaskId) -> Result<bool, StoreError> {
    Ok(sql
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM thought WHERE task_id = ?1)")?
        .query_row([task.as_str()], |r| r.get(0))?)
}

impl Store {
    /// All that was thought aloud for a task, attempt by attempt; empty when nothing was.
    pub async fn thoughts(&self, id: TaskId) -> Result<String, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            let mut text = String::new();
            let mut of = None;
            let query = "SELECT attempt, text FROM thought WHERE task_id = ?1 ORDER BY seq";
            let mut statement = sql.prepare_cached(query)?;
            let mut rows = statement.query([id.as_str()])?;
            while let Some(row) = rows.next()? {
                let attempt: u32 = row.get(0)?;
                if of.replace(attempt).is_some_and(|before| before != attempt) {
                    text.push_str("\n\n");
                }
                text.push_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
            }
            Ok(text)
        })
        .await
    }
}
