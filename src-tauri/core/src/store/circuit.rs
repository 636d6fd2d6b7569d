//! Circuits: a provider in trouble is asked by one background task at a time, and not before its pause is over.
//!
//! An open circuit has a row; a provider that answers has none. What somebody watches is asked for all the same: a person
//! who presses Send is told at once how things stand.

use super::tx::Tx;
use super::{StoreError, row};
use crate::model::{Lane, Reason, TaskId, Timestamp};
use rusqlite::{Connection, params};

/// The part of a task's model that names its provider.
pub const PROVIDER: &str = "substr(t.model, 1, instr(t.model, '/') - 1)";

/// Opens the circuit of a model's provider, or keeps it open for longer.
pub fn open(tx: &Tx<'_>, model: &str, reason: Reason, probe_at: Timestamp) -> Result<(), StoreError> {
    let (provider, _) = model.split_once('/').unwrap_or((model, ""));
    tx.sql
        .prepare_cached(
            "INSERT INTO circuit (provider, reason, failures, probe_at) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT (provider) DO UPDATE SET reason = ?2, failures = failures + 1, probe_at = ?3",
        )?
        .execute(params![provider, row::word(&reason)?, probe_at.as_ms()])?;
    Ok(())
}

/// The provider of this task answered: its circuit is closed, and what waited for it is due. True when it was open.
pub fn close(sql: &Connection, task: &TaskId) -> Result<bool, StoreError> {
    let of_task = format!("(SELECT {PROVIDER} FROM task t WHERE t.id = ?1)");
    let closed = sql
        .prepare_cached(&format!("DELETE FROM circuit WHERE provider = {of_task}"))?
        .execute([task.as_str()])?;
    if closed == 0 {
        return Ok(false);
    }
    sql.prepare_cached(&format!(
        "UPDATE task AS t SET due_at = NULL WHERE ended_at IS NULL AND state = 'queued' AND due_at IS NOT NULL
           AND {PROVIDER} = {of_task}"
    ))?
    .execute([task.as_str()])?;
    Ok(true)
}

/// Whether any provider is in trouble.
pub fn any_open(sql: &Connection) -> Result<bool, StoreError> {
    Ok(sql.prepare_cached("SELECT EXISTS (SELECT 1 FROM circuit)")?.query_row([], |r| r.get(0))?)
}

/// One due background task for each provider that may be asked again and is not being asked: the one that failed least.
///
/// `no_pause` is a pause in milliseconds that is longer than any that is ever chosen.
pub fn probes(sql: &Connection, now: Timestamp, no_pause: i64) -> Result<Vec<TaskId>, StoreError> {
    row::all(
        sql,
        &format!(
            "SELECT (SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1
                       AND COALESCE(t.due_at, 0) NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND {PROVIDER} = c.provider
                     ORDER BY t.failures, t.number LIMIT 1)
             FROM circuit c WHERE c.probe_at NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND NOT EXISTS
               (SELECT 1 FROM task t WHERE t.ended_at IS NULL AND t.state = 'running' AND {PROVIDER} = c.provider)
             ORDER BY c.probe_at"
        ),
        params![row::word(&Lane::Background)?, now.as_ms(), no_pause],
        |r| Ok(r.get::<_, Option<String>>(0)?.map(TaskId::from_text)),
    )
    .map(|found| found.into_iter().flatten().collect())
}
