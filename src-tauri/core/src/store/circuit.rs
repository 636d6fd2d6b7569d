//! Circuits: a provider in trouble is asked by one background task at a time, and not before its pause is over.
//!
//! An open circuit has a row; a provider that answers has none. What somebody watches is asked for all the same: a person
//! who presses Send is told at once how things stand. Attempts that began before the circuit opened neither close it nor
//! count as its probe: they say how the provider was.

use super::queue::LONGEST_PAUSE;
use super::tx::{Progress, Tx};
use super::{StoreError, child, row};
use crate::model::{Lane, Reason, TaskId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// The part of a task's model that names its provider.
pub const PROVIDER: &str = "substr(t.model, 1, instr(t.model, '/') - 1)";

/// The same of a model that is at hand.
pub fn provider_of(model: &str) -> &str {
    model.split_once('/').map_or("", |(provider, _)| provider)
}

/// Where in the log the newest attempt of a task began.
const STARTED: &str = "(SELECT MAX(e.seq) FROM event e WHERE e.task_id = t.id AND e.kind = 'started')";

/// Opens the circuit of a task's provider, or keeps it open for longer. Attempts that failed together count as one round.
pub fn open(tx: &mut Tx<'_>, task: &TaskId, reason: Reason, probe_at: Timestamp) -> Result<(), StoreError> {
    let model: String = tx
        .sql
        .prepare_cached("SELECT model FROM task WHERE id = ?1")?
        .query_row([task.as_str()], |r| r.get(0))?;
    let known = trouble(tx.sql, &model)?;
    tx.sql
        .prepare_cached(&format!(
            "INSERT INTO circuit (provider, reason, failures, probe_at, opened_seq)
             SELECT {PROVIDER}, ?2, 1, ?3, ?4 FROM task t WHERE t.id = ?1
             ON CONFLICT (provider) DO UPDATE SET
               reason = excluded.reason,
               failures = failures + ((SELECT {STARTED} FROM task t WHERE t.id = ?1) > opened_seq),
               probe_at = CASE WHEN probe_at BETWEEN ?5 + 1 AND ?5 + ?6 THEN MAX(probe_at, ?3) ELSE ?3 END,
               opened_seq = excluded.opened_seq"
        ))?
        .execute(params![
            task.as_str(),
            row::word(&reason)?,
            probe_at.as_ms(),
            tx.progress().seq,
            tx.now.as_ms(),
            LONGEST_PAUSE
        ])?;
    if known != Some(reason) {
        tell_held(tx.sql, &mut tx.progress, provider_of(&model))?;
    }
    Ok(())
}

/// Why the provider of this model is left alone; `None` when it is not.
pub fn trouble(sql: &Connection, model: &str) -> Result<Option<Reason>, StoreError> {
    let found: Option<String> = sql
        .prepare_cached("SELECT reason FROM circuit WHERE provider = ?1")?
        .query_row([provider_of(model)], |r| r.get(0))
        .optional()?;
    row::from_word_opt(found)
}

/// Followers read again what is queued for this provider: the reason for which it waits is another one.
fn tell_held(sql: &Connection, progress: &mut Progress, provider: &str) -> Result<(), StoreError> {
    let told = sql
        .prepare_cached(&format!(
            "UPDATE task AS t SET head = ?2 WHERE ended_at IS NULL AND state = 'queued' AND lane = ?3 AND {PROVIDER} = ?1"
        ))?
        .execute(params![provider, progress.seq + 1, row::word(&Lane::Background)?])?;
    take(progress, told);
    Ok(())
}

/// Takes the next number, which so many rows were given. One that no row has would be given again after the next start.
fn take(progress: &mut Progress, rows: usize) {
    if rows > 0 {
        progress.next();
    }
}

/// The provider of this task answered: its circuit is closed, and what waited for it is due. True when it was open.
pub fn close(sql: &Connection, progress: &mut Progress, task: &TaskId) -> Result<bool, StoreError> {
    let provider: Option<String> = sql
        .prepare_cached(&format!(
            "SELECT c.provider FROM task t JOIN circuit c ON c.provider = {PROVIDER}
             WHERE t.id = ?1 AND {STARTED} > c.opened_seq"
        ))?
        .query_row([task.as_str()], |r| r.get(0))
        .optional()?;
    let Some(provider) = provider else { return Ok(false) };
    // What failed more than once waits for itself.
    sql.prepare_cached(&format!(
        "UPDATE task AS t SET due_at = NULL WHERE ended_at IS NULL AND state = 'queued' AND due_at IS NOT NULL
           AND failures <= 1 AND {PROVIDER} = ?1"
    ))?
    .execute([&provider])?;
    shut(sql, progress, &provider)?;
    Ok(true)
}

/// Forgets the trouble of a provider, because it is another one now.
pub fn shut(sql: &Connection, progress: &mut Progress, provider: &str) -> Result<(), StoreError> {
    let closed = sql.prepare_cached("DELETE FROM circuit WHERE provider = ?1")?.execute([provider])?;
    if closed > 0 {
        tell_held(sql, progress, provider)?;
    }
    Ok(())
}

/// Lets providers that could not be reached, or whose key could not be read, be asked again now, and what waits for that or
/// broke off with them.
pub fn probe_network(sql: &Connection, now: Timestamp, progress: &mut Progress) -> Result<(), StoreError> {
    let words = [Reason::Network, Reason::Key, Reason::BrokeOff]
        .iter()
        .map(row::word)
        .collect::<Result<Vec<_>, _>>()?;
    let which = format!("reason IN ('{}')", words.join("', '"));
    sql.prepare_cached(&format!("UPDATE circuit SET probe_at = ?1 WHERE {which} AND probe_at > ?1"))?
        .execute([now.as_ms()])?;
    let due = sql
        .prepare_cached(&format!(
            "UPDATE task SET due_at = NULL, head = ?1
             WHERE ended_at IS NULL AND state = 'queued' AND due_at IS NOT NULL AND {which}"
        ))?
        .execute([progress.seq + 1])?;
    take(progress, due);
    Ok(())
}

/// Lets the provider of this model be asked again now, if it was left alone.
pub fn probe(sql: &Connection, now: Timestamp, model: &str) -> Result<(), StoreError> {
    sql.prepare_cached("UPDATE circuit SET probe_at = ?1 WHERE provider = ?2 AND probe_at > ?1")?
        .execute(params![now.as_ms(), provider_of(model)])?;
    Ok(())
}

/// Whether any provider is in trouble.
pub fn any_open(sql: &Connection) -> Result<bool, StoreError> {
    Ok(sql.prepare_cached("SELECT EXISTS (SELECT 1 FROM circuit)")?.query_row([], |r| r.get(0))?)
}

/// One due background task for each provider that may be asked again and is not being asked: the one that failed least. One in a
/// batch that is waited for says nothing for hours, and others are asked beside it.
pub fn probes(sql: &Connection, now: Timestamp) -> Result<Vec<TaskId>, StoreError> {
    row::all(
        sql,
        &format!(
            "SELECT (SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1
                       AND COALESCE(t.due_at, 0) NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND {PROVIDER} = c.provider AND {}
                     ORDER BY t.failures, t.number LIMIT 1)
             FROM circuit c WHERE c.probe_at NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND NOT EXISTS
               (SELECT 1 FROM task t WHERE t.ended_at IS NULL AND t.state = 'running' AND t.lane = ?1 AND t.in_batch = 0
                  AND {PROVIDER} = c.provider AND {STARTED} > c.opened_seq)
             ORDER BY c.probe_at",
            child::IS_DUE
        ),
        params![row::word(&Lane::Background)?, now.as_ms(), LONGEST_PAUSE],
        |r| Ok(r.get::<_, Option<String>>(0)?.map(TaskId::from_text)),
    )
    .map(|found| found.into_iter().flatten().collect())
}
