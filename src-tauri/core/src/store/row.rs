//! Between rows and the model.

use super::StoreError;
use crate::model::{Seq, TaskId, TaskState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The stored word of a plain enum.
pub fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        other => Err(StoreError::Broken(format!("{other:?} is not a word"))),
    }
}

/// The enum of a stored word.
pub fn from_word<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| StoreError::Broken(format!("unknown word {text}")))
}

/// The enum of a stored word that may be missing.
pub fn from_word_opt<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>, StoreError> {
    text.map(|text| from_word(&text)).transpose()
}

pub fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Broken(e.to_string()))
}

pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Broken(e.to_string()))
}

pub fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_ms)
}

pub fn time_opt(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_ms))
}

pub fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u32> {
    Ok(u32::try_from(row.get::<_, i64>(column)?).unwrap_or(u32::MAX))
}

pub fn count_opt(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.and_then(|n| u64::try_from(n).ok()))
}

/// Runs a query and maps every row.
pub fn all<T>(
    sql: &Connection,
    query: &str,
    params: impl rusqlite::Params,
    mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = sql.prepare_cached(query)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(map(row)?);
    }
    Ok(found)
}

/// The tasks whose ids a query gives.
pub fn task_ids(
    sql: &Connection,
    query: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<TaskId>, StoreError> {
    all(sql, query, params, |r| Ok(TaskId::from_text(r.get::<_, String>(0)?)))
}

/// The highest number ever given to an event, a text, a thought or a change.
pub fn last_seq(sql: &Connection) -> Result<Seq, StoreError> {
    Ok(sql
        .prepare_cached(
            "SELECT MAX(
               COALESCE((SELECT MAX(seq) FROM event), 0), COALESCE((SELECT MAX(seq) FROM delta), 0),
               COALESCE((SELECT MAX(seq) FROM thought), 0),
               COALESCE((SELECT MAX(changed_seq) FROM conversation), 0), COALESCE((SELECT MAX(head) FROM task), 0),
               (SELECT changed_seq FROM settings WHERE id = 1))",
        )?
        .query_row([], |row| row.get(0))?)
}

/// The text of an attempt as far as it is stored in pieces.
pub fn stored_text(sql: &Connection, task: &TaskId, attempt: u32) -> Result<String, StoreError> {
    let mut text = String::new();
    let mut statement =
        sql.prepare_cached("SELECT text FROM delta WHERE task_id = ?1 AND attempt = ?2 ORDER BY start")?;
    let mut rows = statement.query(params![task.as_str(), attempt])?;
    while let Some(row) = rows.next()? {
        text.push_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
    }
    Ok(text)
}

/// Bytes of an attempt's text that are stored in pieces.
pub fn stored_text_len(sql: &Connection, task: &TaskId, attempt: u32) -> Result<u64, StoreError> {
    let len: Option<i64> = sql
        .prepare_cached(
            "SELECT start + length(CAST(text AS BLOB)) FROM delta
             WHERE task_id = ?1 AND attempt = ?2 ORDER BY start DESC LIMIT 1",
        )?
        .query_row(params![task.as_str(), attempt], |row| row.get(0))
        .optional()?;
    Ok(len.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

/// A task's state, or the error that says there is no such task.
pub fn state(sql: &Connection, task: &TaskId) -> Result<TaskState, StoreError> {
    let word: Option<String> = sql
        .prepare_cached("SELECT state FROM task WHERE id = ?1")?
        .query_row([task.as_str()], |row| row.get(0))
        .optional()?;
    from_word(&word.ok_or_else(|| StoreError::NotFound { what: "task", id: task.to_string() })?)
}
