//! Answers on their way into a conversation.

use super::tx::Tx;
use super::{StoreError, search, task};
use crate::model::{MessageId, Task};
use rusqlite::params;

/// Stores the answer of a task in its conversation.
pub fn result(tx: &mut Tx<'_>, task: &Task, text: &str, is_whole: bool) -> Result<MessageId, StoreError> {
    let id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, turn, role, text, task_id, is_whole, created_at, branch)
             VALUES (?1, ?2, ?3, 'assistant', ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id.as_str(),
            task.conversation_id.as_str(),
            task.turn,
            text,
            task.id.as_str(),
            is_whole,
            tx.now.as_ms(),
            task.branch,
        ])?;
    search::index(tx.sql, &id)?;
    Ok(id)
}

/// Text that an attempt left becomes the message, and is not kept twice.
pub fn kept(tx: &mut Tx<'_>, task: &Task, text: &str, is_whole: bool) -> Result<MessageId, StoreError> {
    tx.sql
        .prepare_cached("UPDATE attempt SET kept_text = '' WHERE task_id = ?1 AND kept_text = ?2")?
        .execute(params![task.id.as_str(), text])?;
    result(tx, task, text, is_whole)
}

/// Keeps what there was of an answer: this attempt's text, else what an earlier one left.
pub fn partial(tx: &mut Tx<'_>, task: &Task, text: String) -> Result<Option<MessageId>, StoreError> {
    let text = if text.is_empty() { task::kept_text(tx.sql, &task.id)? } else { text };
    if text.is_empty() {
        return Ok(None);
    }
    kept(tx, task, &text, false).map(Some)
}
