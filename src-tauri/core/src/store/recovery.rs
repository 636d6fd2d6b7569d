//! What a dead run left behind.

use super::context::{self, Asked};
use super::outcome::{self, End, Settled};
use super::round::{self, CallsEnd};
use super::tx::Tx;
use super::{Store, StoreError, document, ledger, row, sending, settings, step, task};
use crate::model::{Lane, TaskId, Timestamp, Usage, sent_bytes};
use rusqlite::params;
use std::time::Duration;

/// A task that was running when its run died.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// Which.
    pub task_id: TaskId,
    /// Its open attempt.
    pub attempt: u32,
    /// Who is told.
    pub lane: Lane,
    /// Whether the user wants it stopped.
    pub cancel_requested: bool,
    /// How often it was taken up again after a restart.
    pub restarts: u32,
    /// How often it was running when the process took itself down, lately.
    pub crashes: u32,
    /// When it was last at work for all that is known: its newest text, or the end of a run that ended cleanly.
    pub worked_until: Timestamp,
    /// Its answer is made at the provider, and goes on there.
    pub is_remote: bool,
    /// It is asked for in a batch.
    pub in_batch: bool,
    /// Its attempt was over, and what that asked for was being done.
    pub is_at_tools: bool,
    /// What its attempt used, estimated from the texts.
    pub usage: Usage,
}

/// Crashes further apart are not one loop. Source: F5 of the reliability notes.
const LATELY: Duration = Duration::from_secs(5 * 60);

/// What was found and done at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Runs that did not end cleanly.
    pub unclean_runs: u32,
    /// Tasks that were settled.
    pub tasks: u32,
    /// Deliveries that are told again because nobody knows whether they were.
    pub deliveries: u32,
}

impl Store {
    /// Settles everything that dead runs held, by `plan`, in one transaction. `has_crashed` says that the last of them took
    /// itself down.
    pub async fn recover(
        &self,
        has_crashed: bool,
        plan: impl Fn(&Unfinished) -> Settled + Send + 'static,
    ) -> Result<Recovery, StoreError> {
        self.write(move |tx| {
            if has_crashed {
                blame(tx)?;
            }
            let unfinished = unfinished(tx, has_crashed)?;
            for task in &unfinished {
                let settle = |tx: &mut Tx<'_>| {
                    let settled = plan(task);
                    if task.is_at_tools {
                        return round::settle(tx, &task.task_id, &calls_end(settled));
                    }
                    outcome::settle(tx, &task.task_id, task.attempt, settled, task.worked_until)
                };
                if let Err(error) = tx.in_savepoint(settle) {
                    use StoreError::{Broken, Illegal, NotFound, Sql};
                    let is_its_own = matches!(error, Broken(_) | Illegal(_) | NotFound { .. } | Sql(_));
                    // A disk that takes nothing says nothing about the task, and its text stays where it is.
                    if !is_its_own || tx.sql.is_autocommit() {
                        return Err(error);
                    }
                    // One task that cannot be settled must not keep everything else from opening.
                    tracing::error!(task = %task.task_id, %error, "settled without its text");
                    tx.sql.execute("DELETE FROM delta WHERE task_id = ?1", [task.task_id.as_str()])?;
                    settle(tx)?;
                }
            }
            step::stop_in_trash(tx)?;
            // Both words, for the index. What an agent said on the way is in the app; a second notice of it would be worse than none.
            let deliveries = tx.sql.execute(
                "UPDATE delivery SET state = CASE WHEN call IS NULL THEN 'pending' ELSE 'delivered' END, run_id = NULL
                 WHERE state IN ('pending', 'claimed') AND state = 'claimed' AND run_id <> ?1",
                [tx.run.as_str()],
            )?;
            sending::abandon(tx)?;
            let unclean_runs = tx.sql.execute(
                "UPDATE run SET ended_at = ?2 WHERE ended_at IS NULL AND id <> ?1",
                params![tx.run.as_str(), tx.now.as_ms()],
            )?;
            Ok(Recovery {
                unclean_runs: u32::try_from(unclean_runs).unwrap_or(u32::MAX),
                tasks: u32::try_from(unfinished.len()).unwrap_or(u32::MAX),
                deliveries: u32::try_from(deliveries).unwrap_or(u32::MAX),
            })
        })
        .await
    }
}

/// The same plan for what an attempt asked for.
fn calls_end(settled: Settled) -> CallsEnd {
    let error = settled.error.unwrap_or_else(outcome::unnamed_error);
    match settled.end {
        End::Again { .. } => CallsEnd::Again(error),
        End::Cancelled => CallsEnd::Stopped,
        _ => CallsEnd::Interrupted(error),
    }
}

/// Whatever was running may have been the cause.
fn blame(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.sql.execute(
        "INSERT OR IGNORE INTO crash (task_id, at)
         SELECT id, ?2 FROM task WHERE ended_at IS NULL AND state = 'running' AND lease_run <> ?1",
        params![tx.run.as_str(), tx.now.as_ms()],
    )?;
    Ok(())
}

fn unfinished(tx: &Tx<'_>, has_crashed: bool) -> Result<Vec<Unfinished>, StoreError> {
    let settings = settings::load(tx.sql)?;
    row::all(
        tx.sql,
        "SELECT t.id, t.attempt, t.lane, t.model, t.in_batch, t.conversation_id, t.branch, t.turn, t.parts, t.agent, m.text AS prompt, m.files, t.cancel_at IS NOT NULL AS cancelled, t.restarts,
           (SELECT COUNT(*) FROM crash c WHERE c.task_id = t.id AND ?3 AND c.at BETWEEN ?2 AND ?4) AS crashes,
           NOT EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = t.id AND a.end IS NULL) AS is_at_tools,
           EXISTS (SELECT 1 FROM remote r WHERE r.task_id = t.id AND r.stop_at IS NULL) AS is_remote,
           (SELECT COALESCE(SUM(length(d.text)), 0) FROM delta d WHERE d.task_id = t.id)
             + (SELECT COALESCE(SUM(length(h.text)), 0) FROM thought h WHERE h.task_id = t.id AND h.attempt = t.attempt) AS chars,
           -- with this its text began
           COALESCE((SELECT length(a.kept_text) FROM attempt a
             WHERE a.task_id = t.id AND a.kept_text <> '' ORDER BY a.number DESC LIMIT 1), 0) AS begun,
           (SELECT MAX(a.started_at,
              COALESCE((SELECT MAX(d.at) FROM delta d WHERE d.task_id = t.id), 0),
              COALESCE((SELECT MAX(h.at) FROM thought h WHERE h.task_id = t.id AND h.attempt = t.attempt), 0),
              COALESCE((SELECT r.ended_at FROM run r WHERE r.id = t.lease_run AND r.is_clean = 1), 0))
            FROM attempt a WHERE a.task_id = t.id AND a.number = t.attempt) AS worked_until
         FROM task t JOIN message m ON m.id = t.prompt_id
         WHERE t.ended_at IS NULL AND t.state = 'running' AND t.lease_run <> ?1 ORDER BY t.number",
        params![tx.run.as_str(), tx.now.as_ms() - LATELY.as_millis() as i64, has_crashed, tx.now.as_ms()],
        |r| {
            let output = u64::from(row::count(r, "chars")?.saturating_sub(row::count(r, "begun")?)) / 4;
            let task_id = TaskId::from_text(r.get::<_, String>("id")?);
            let is_remote: bool = r.get("is_remote")?;
            let is_at_tools: bool = r.get("is_at_tools")?;
            // What goes on elsewhere is billed once, when it is heard to its end.
            let input = if is_remote || is_at_tools { 0 } else { read(tx, &task_id, &Asked::of(r)?) };
            let usage = Usage {
                input_tokens: Some(input),
                output_tokens: Some(output),
                estimated: true,
                ..Usage::default()
            };
            let price =
                ledger::price(tx.sql, &settings, &r.get::<_, String>("model")?, r.get("in_batch")?)?;
            Ok(Unfinished {
                task_id,
                attempt: row::count(r, "attempt")?,
                lane: row::from_word(&r.get::<_, String>("lane")?)?,
                cancel_requested: r.get("cancelled")?,
                restarts: row::count(r, "restarts")?,
                crashes: row::count(r, "crashes")?,
                is_remote,
                is_at_tools,
                in_batch: r.get("in_batch")?,
                worked_until: row::time_opt(r, "worked_until")?.unwrap_or(tx.now),
                usage: Usage { cost_usd: price.and_then(|price| price.of(&usage)), ..usage },
            })
        },
    )
}

/// Tokens that its open attempt sent, about.
fn read(tx: &Tx<'_>, id: &TaskId, asked: &Asked) -> u64 {
    let question = task::kept_text(tx.sql, id)
        .and_then(|mut kept| context::question(tx, id, asked, &mut kept))
        .and_then(|question| Ok((question, context::manner(tx.sql, asked)?)));
    match question {
        Ok((question, manner)) => sent_bytes(&manner.system, &question.messages) as u64 / document::TOKEN,
        // Only the count of one task, and nothing may keep all others from opening.
        Err(error) => {
            tracing::warn!(task = %id, %error, "nobody knows how much it sent");
            0
        }
    }
}
