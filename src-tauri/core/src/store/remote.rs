//! Answers that are made at a provider and go on there when nobody listens: what they are called there, how far they were
//! heard, and that the provider still has to be asked to stop one.

use super::tx::Tx;
use super::{Store, StoreError, circuit, event, row};
use crate::model::{EventKind, RemoteRun, TaskId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::time::Duration;

/// Whether the task `t` has one whose answer is wanted.
pub const IS_WANTED: &str = "EXISTS (SELECT 1 FROM remote r WHERE r.task_id = t.id AND r.stop_at IS NULL)";

/// One that the provider has to be asked to stop.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unwanted {
    /// The task it was for.
    pub task_id: TaskId,
    /// Its name at the provider.
    pub id: String,
    /// `provider/model` that was asked.
    pub model: String,
}

/// A provider that does not answer is asked again after this much, and then twice as much each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// No longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// So often: for about a day. Providers end what nobody fetched by themselves sooner or later.
const TRIES: u32 = 150;

impl Store {
    /// Notes that the open attempt of a task is answered by `run` from now on, whose answer goes on from `start` bytes of text.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn went_remote(
        &self,
        task: TaskId,
        attempt: u32,
        run: RemoteRun,
        start: usize,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            stop(tx, &task)?;
            tx.sql
                .prepare_cached(
                    "INSERT OR REPLACE INTO remote (task_id, id, model, cursor, start)
                     SELECT task_id, ?3, model, ?4, ?5 FROM attempt WHERE task_id = ?1 AND number = ?2",
                )?
                .execute(params![task.as_str(), attempt, run.id, run.cursor, start as i64])?;
            let in_batch = tx
                .sql
                .prepare_cached("SELECT in_batch FROM task WHERE id = ?1")?
                .query_row([task.as_str()], |r| r.get(0))?;
            // It was taken, and that may be all that is heard for hours.
            circuit::close(tx.sql, &mut tx.progress, &task)?;
            event::append(tx, &task, &EventKind::WentRemote { attempt, in_batch })?;
            Ok(())
        })
        .await
    }

    /// The provider has stopped it, or does not know it any more.
    pub async fn stopped(&self, gone: Unwanted) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.sql
                .prepare_cached("DELETE FROM remote WHERE task_id = ?1 AND id = ?2")?
                .execute(params![gone.task_id.as_str(), gone.id])?;
            Ok(())
        })
        .await
    }

    /// The provider could not be asked to stop it; after about a day of that it is forgotten.
    pub async fn not_stopped(&self, kept: Unwanted) -> Result<(), StoreError> {
        self.write(move |tx| {
            let key = params![kept.task_id.as_str(), kept.id];
            let tries: Option<u32> = tx
                .sql
                .prepare_cached("SELECT tries FROM remote WHERE task_id = ?1 AND id = ?2")?
                .query_row(key, |r| row::count(r, "tries"))
                .optional()?;
            let Some(tries) = tries else { return Ok(()) };
            if tries >= TRIES {
                tx.sql.prepare_cached("DELETE FROM remote WHERE task_id = ?1 AND id = ?2")?.execute(key)?;
                return Ok(());
            }
            let pause = FIRST_PAUSE.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE);
            tx.sql
                .prepare_cached(
                    "UPDATE remote SET tries = tries + 1, stop_at = ?3 WHERE task_id = ?1 AND id = ?2",
                )?
                .execute(params![kept.task_id.as_str(), kept.id, tx.now.after(pause).as_ms()])?;
            Ok(())
        })
        .await
    }
}

/// What is to be stopped at its provider now.
pub fn unwanted(sql: &Connection, now: Timestamp) -> Result<Vec<Unwanted>, StoreError> {
    row::all(sql, "SELECT task_id, id, model FROM remote WHERE stop_at <= ?1", [now.as_ms()], |r| {
        let task_id = TaskId::from_text(r.get::<_, String>(0)?);
        Ok(Unwanted { task_id, id: r.get(1)?, model: r.get(2)? })
    })
}

/// The one whose answer is wanted, and the bytes of text before it.
pub fn wanted(sql: &Connection, task: &TaskId) -> Result<Option<(RemoteRun, usize)>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT id, cursor, start FROM remote WHERE task_id = ?1 AND stop_at IS NULL")?
        .query_row([task.as_str()], |r| {
            let start = usize::try_from(r.get::<_, i64>(2)?).unwrap_or(0);
            Ok((RemoteRun { id: r.get(0)?, cursor: r.get(1)? }, start))
        })
        .optional()?)
}

/// All that it said up to `cursor` is stored with this transaction. What is heard further has not failed, however often its
/// stream is cut: some are cut every ten minutes.
pub fn reached(sql: &Connection, task: &TaskId, cursor: &str) -> Result<(), StoreError> {
    sql.prepare_cached("UPDATE task SET failures = 0 WHERE id = ?1 AND failures > 0")?
        .execute([task.as_str()])?;
    sql.prepare_cached("UPDATE remote SET cursor = ?2 WHERE task_id = ?1 AND stop_at IS NULL")?
        .execute(params![task.as_str(), cursor])?;
    Ok(())
}

/// It has ended there: nothing is left to hear or to stop.
pub fn ended(sql: &Connection, task: &TaskId) -> Result<(), StoreError> {
    sql.prepare_cached("DELETE FROM remote WHERE task_id = ?1 AND stop_at IS NULL")?
        .execute([task.as_str()])?;
    Ok(())
}

/// Its answer is not wanted any more: the provider will be asked to stop it.
pub fn stop(tx: &Tx<'_>, task: &TaskId) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached("UPDATE remote SET stop_at = ?2 WHERE task_id = ?1 AND stop_at IS NULL")?
        .execute(params![task.as_str(), tx.now.as_ms()])?;
    Ok(())
}
