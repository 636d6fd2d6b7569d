//! What happened while nobody looked, and what the user says of it.

use super::tx::Tx;
use super::{Store, StoreError, conversation, event, row, system, task};
use crate::model::{Away, EventKind, Placement, Seq, TaskId, TaskState, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// Tasks that are named.
const MOST: usize = 50;

impl Store {
    /// The user looks, from now on or until now. Gives when they had last done so, and how far the log was then.
    pub async fn look(&self) -> Result<Option<(Timestamp, Seq)>, StoreError> {
        self.write(|tx| {
            let query = "SELECT looked_at, looked_seq FROM settings WHERE id = 1 AND looked_at IS NOT NULL";
            let before = tx
                .sql
                .prepare_cached(query)?
                .query_row([], |r| Ok((row::time(r, "looked_at")?, r.get("looked_seq")?)))
                .optional()?;
            let seq = row::last_seq(tx.sql)?;
            tx.sql
                .prepare_cached("UPDATE settings SET looked_at = ?1, looked_seq = ?2 WHERE id = 1")?
                .execute(params![tx.now.as_ms(), seq])?;
            Ok(before)
        })
        .await
    }

    /// What happened from a moment and a place in the log on.
    pub async fn away(&self, since: Timestamp, seq: Seq, until: Timestamp) -> Result<Away, StoreError> {
        self.read(move |sql| {
            let tx = sql.unchecked_transaction()?;
            let ids = news(&tx, seq)?;
            let tasks = ids.iter().take(MOST).map(|id| task::load(&tx, id)).collect::<Result<Vec<_>, _>>()?;
            let more = u32::try_from(ids.len() - tasks.len()).unwrap_or(u32::MAX);
            let (worked_ms, cost_usd) = work(&tx, since, until)?;
            let restarts = one(&tx, "SELECT COUNT(*) FROM run WHERE started_at > ?1", since.as_ms())?;
            let went_on = one(
                &tx,
                "SELECT COUNT(DISTINCT task_id) FROM event WHERE seq > ?1 AND kind = 'requeued'
                   AND json_extract(data, '$.reason') = 'restarted'",
                seq,
            )?;
            let slept: i64 = tx
                .prepare_cached(
                    "SELECT COALESCE(SUM(ended_at - MAX(started_at, ?1)), 0) FROM sleep WHERE ended_at > ?1",
                )?
                .query_row([since.as_ms()], |r| r.get(0))?;
            let slept_ms = u64::try_from(slept).unwrap_or(0);
            Ok(Away { since, until, tasks, more, worked_ms, cost_usd, restarts, went_on, slept_ms })
        })
        .await
    }

    /// The computer slept between these moments.
    pub async fn slept(&self, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.sql
                .prepare_cached("INSERT INTO sleep (started_at, ended_at) VALUES (?1, MAX(?1, ?2)) ON CONFLICT DO NOTHING")?
                .execute([from.as_ms(), to.as_ms()])?;
            Ok(())
        })
        .await
    }

    /// Keeps a task at hand, or no longer.
    pub async fn pin(&self, id: TaskId, pinned: bool) -> Result<(), StoreError> {
        self.write(move |tx| {
            system::of_user(tx.sql, &id)?;
            let query = "UPDATE task SET pinned = ?2 WHERE id = ?1 AND pinned <> ?2";
            let changed = tx.sql.prepare_cached(query)?.execute(params![id.as_str(), pinned])?;
            if changed == 1 {
                event::append(tx, &id, &EventKind::Pinned { pinned })?;
            }
            Ok(())
        })
        .await
    }

    /// Says where an answer belongs that came back after its chat had gone on.
    pub async fn place(&self, id: TaskId, placement: Option<Placement>) -> Result<(), StoreError> {
        self.write(move |tx| placed(tx, &id, placement)).await
    }
}

fn placed(tx: &mut Tx<'_>, id: &TaskId, placement: Option<Placement>) -> Result<(), StoreError> {
    let task = system::of_user(tx.sql, id)?;
    if task.state != TaskState::Completed {
        return Err(StoreError::Invalid("only an answer that is complete can be put somewhere".to_owned()));
    }
    if task.placement == placement {
        return Ok(());
    }
    let word = placement.map(|placement| row::word(&placement)).transpose()?;
    tx.sql
        .prepare_cached("UPDATE task SET placement = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), word])?;
    event::append(tx, id, &EventKind::Placed { placement })?;
    conversation::mark_changed(tx, &task.conversation_id)
}

/// What needs the user, then what failed, then what is finished, the newest first: as far as it happened after `seq` and nobody
/// has looked at it.
fn news(sql: &Connection, seq: Seq) -> Result<Vec<TaskId>, StoreError> {
    let query = format!(
        "SELECT id FROM (
           SELECT t.id, t.number, 0 AS kind FROM task t WHERE t.ended_at IS NULL AND t.state = 'waiting' AND t.head > ?1 AND {ASKS} AND {KEPT}
           UNION ALL
           SELECT t.id, t.number, CASE t.state WHEN 'failed' THEN 1 ELSE 2 END FROM task t
            WHERE t.unread = 1 AND t.ended_at IS NOT NULL AND t.head > ?1 AND t.parent_id IS NULL AND {KEPT})
         ORDER BY kind, number DESC",
        ASKS = task::ASKS,
        KEPT = task::KEPT,
    );
    row::task_ids(sql, &query, [seq])
}

/// Work in the background between two moments, and what it cost.
fn work(sql: &Connection, since: Timestamp, until: Timestamp) -> Result<(u64, Option<f64>), StoreError> {
    let query = "SELECT COALESCE(SUM(COALESCE(a.ended_at, ?2) - a.started_at), 0), SUM(a.cost_usd)
         FROM attempt a JOIN task t ON t.id = a.task_id
         WHERE a.started_at >= ?1 AND a.started_at < ?2 AND t.lane = 'background'";
    Ok(sql.prepare_cached(query)?.query_row([since.as_ms(), until.as_ms()], |r| {
        Ok((u64::try_from(r.get::<_, i64>(0)?).unwrap_or(0), r.get(1)?))
    })?)
}

fn one(sql: &Connection, query: &str, after: i64) -> Result<u32, StoreError> {
    Ok(sql.prepare_cached(query)?.query_row([after], |r| r.get(0))?)
}
