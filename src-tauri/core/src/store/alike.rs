//! Background tasks that wait for the same: one cause is told once, and removed once for all of them.

use super::outcome::ask;
use super::tx::Tx;
use super::{StoreError, child, circuit, row, task};
use crate::model::{Lane, Reason, Step, Task, TaskError, TaskId};
use rusqlite::{Connection, params};

/// Background tasks that wait for the same: the key of the same provider, credit for the same model, or more of the day.
/// None for other reasons.
pub fn waiting_alike(sql: &Connection, task: &Task, reason: Reason) -> Result<Vec<TaskId>, StoreError> {
    alike(sql, task, reason, &format!("t.state = 'waiting' AND t.reason = '{}'", row::word(&reason)?))
}

/// Whether the user was told of one of them and has not looked at it yet.
pub fn is_told(sql: &Connection, task: &Task, reason: Reason) -> Result<bool, StoreError> {
    let Some((same, value)) = cause(task, reason) else { return Ok(false) };
    // One query that ends at the first of them: there may be thousands.
    let told = format!(
        "SELECT EXISTS (SELECT 1 FROM task t JOIN delivery d ON d.task_id = t.id
           WHERE t.ended_at IS NULL AND t.lane = ?1 AND t.state = 'waiting' AND t.reason = ?3 AND {same} = ?2 AND {}
             AND t.id <> ?4 AND d.outcome = 'needs_you' AND d.event IS NOT 'halfway' AND d.state NOT IN ('seen', 'suppressed'))",
        task::KEPT
    );
    let lane = row::word(&Lane::Background)?;
    Ok(sql
        .prepare_cached(&told)?
        .query_row(params![lane, value, row::word(&reason)?, task.id.as_str()], |r| r.get(0))?)
}

/// What is queued for a provider that refuses everybody waits with the task that found out, without asking it again.
pub fn hold_back(
    tx: &mut Tx<'_>,
    found: &Task,
    reason: Reason,
    error: Option<TaskError>,
) -> Result<(), StoreError> {
    // A keychain that is locked is waited for, and a request that was forbidden says nothing about others.
    let refuses_all =
        |error: &TaskError| matches!(error.code.as_str(), "unauthorized" | "key_missing" | "billing");
    if !error.as_ref().is_some_and(refuses_all) {
        return Ok(());
    }
    for id in alike(tx.sql, found, reason, &format!("t.state = 'queued' AND {}", child::IS_DUE))? {
        let queued = task::load(tx.sql, &id)?;
        let state = queued.state.next(Step::Ask)?;
        ask(tx, &queued, state, reason, error.clone())?;
    }
    Ok(())
}

fn alike(sql: &Connection, task: &Task, reason: Reason, which: &str) -> Result<Vec<TaskId>, StoreError> {
    let Some((same, value)) = cause(task, reason) else { return Ok(Vec::new()) };
    row::task_ids(
        sql,
        &format!(
            "SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.lane = ?1 AND {which} AND {same} = ?2 AND {}
             ORDER BY t.number",
            task::KEPT
        ),
        [row::word(&Lane::Background)?.as_str(), value],
    )
}

/// What tasks have in common that wait for the same, and what it is for this one; `None` for reasons that are each one's own.
fn cause(task: &Task, reason: Reason) -> Option<(&'static str, &str)> {
    match reason {
        Reason::Key => Some((circuit::PROVIDER, circuit::provider_of(&task.model))),
        // An account without credit still answers with models that cost nothing.
        Reason::Billing => Some(("t.model", &task.model)),
        // The day is the same for all of them.
        Reason::DayLimit => Some(("''", "")),
        _ => None,
    }
}
