//! Taking up work: one transaction makes the task running, names the lease and stores the intent to ask.

use super::writer::Tx;
use super::{Store, StoreError, context, event, row, settings, task};
use crate::model::{
    Attempt, ConversationId, EventKind, Lane, Role, Step, TaskId, TaskState, Timestamp, Usage,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A task that was taken up, with all its attempt needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The task.
    pub task_id: TaskId,
    /// The attempt that was opened, from 1.
    pub attempt: u32,
    /// `provider/model`.
    pub model: String,
    /// Attempts that failed before, for the length of the next pause.
    pub failures: u32,
    /// What was said before, ending with the prompt.
    pub messages: Vec<(Role, String)>,
}

/// What the engine has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// Something is due now.
    pub has_due: bool,
    /// The earliest moment in the future at which a queued task becomes due.
    pub next_due_at: Option<Timestamp>,
    /// Background tasks that may run at the same time.
    pub places: u32,
    /// Running tasks the user wants stopped or set aside.
    pub stops: Vec<TaskId>,
}

/// Interactive answers at the same time; somebody watches each of them, so this only stops a runaway client.
const INTERACTIVE: u32 = 64;

impl Store {
    /// Takes up as many due tasks as there is room for, oldest first, watched ones before all others and
    /// conversations with less running work before those with more.
    pub async fn claim_due(&self, background_places: u32) -> Result<Vec<Claimed>, StoreError> {
        self.write(move |tx| {
            let mut claimed = Vec::new();
            let mut free = Free::count(tx.sql, background_places)?;
            while let Some((id, lane)) = next_due(tx.sql, tx.now, &free)? {
                claimed.push(claim(tx, &id)?);
                free.take(lane);
            }
            Ok(claimed)
        })
        .await
    }

    /// What there is to do; cheap, and without waiting for the writer.
    pub fn agenda(&self, now: Timestamp) -> Result<Agenda, StoreError> {
        self.glance(|sql| {
            let now = now.as_ms();
            let due =
                "SELECT EXISTS (SELECT 1 FROM task WHERE state = 'queued' AND COALESCE(due_at, 0) <= ?1)";
            let next = "SELECT MIN(due_at) FROM task WHERE state = 'queued' AND due_at > ?1";
            let next: Option<i64> = sql.prepare_cached(next)?.query_row([now], |r| r.get(0))?;
            Ok(Agenda {
                has_due: sql.prepare_cached(due)?.query_row([now], |r| r.get(0))?,
                next_due_at: next.map(Timestamp::from_ms),
                places: settings::load(sql)?.parallel_tasks,
                stops: stop_requests(sql)?,
            })
        })
    }

    /// Running tasks the user wants stopped or set aside.
    pub fn stop_requests(&self) -> Result<Vec<TaskId>, StoreError> {
        self.glance(stop_requests)
    }

    /// The attempts of a task, oldest first.
    pub async fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            of_task(sql, &id)
        })
        .await
    }
}

fn stop_requests(sql: &Connection) -> Result<Vec<TaskId>, StoreError> {
    let query =
        "SELECT id FROM task WHERE state = 'running' AND (cancel_at IS NOT NULL OR pause_at IS NOT NULL)";
    row::all(sql, query, [], |r| Ok(TaskId::from_text(r.get::<_, String>(0)?)))
}

struct Free {
    background: u32,
    interactive: u32,
}

impl Free {
    fn count(sql: &Connection, places: u32) -> Result<Self, StoreError> {
        let running = |lane: &str| -> Result<u32, StoreError> {
            let query = "SELECT COUNT(*) AS n FROM task WHERE state = 'running' AND lane = ?1";
            Ok(sql.prepare_cached(query)?.query_row([lane], |r| row::count(r, "n"))?)
        };
        Ok(Self {
            background: places.saturating_sub(running("background")?),
            interactive: INTERACTIVE.saturating_sub(running("interactive")?),
        })
    }

    fn take(&mut self, lane: Lane) {
        match lane {
            Lane::Background => self.background -= 1,
            Lane::Interactive => self.interactive -= 1,
        }
    }
}

fn next_due(sql: &Connection, now: Timestamp, free: &Free) -> Result<Option<(TaskId, Lane)>, StoreError> {
    for (lane, room) in [(Lane::Interactive, free.interactive), (Lane::Background, free.background)] {
        if room == 0 {
            continue;
        }
        let id: Option<String> = sql
            .prepare_cached(
                "SELECT t.id FROM task t WHERE t.state = 'queued' AND t.lane = ?1 AND COALESCE(t.due_at, 0) <= ?2
                 ORDER BY (SELECT COUNT(*) FROM task r WHERE r.state = 'running' AND r.conversation_id = t.conversation_id),
                          t.number LIMIT 1",
            )?
            .query_row(params![row::word(&lane)?, now.as_ms()], |r| r.get(0))
            .optional()?;
        if let Some(id) = id {
            return Ok(Some((TaskId::from_text(id), lane)));
        }
    }
    Ok(None)
}

fn claim(tx: &mut Tx<'_>, id: &TaskId) -> Result<Claimed, StoreError> {
    row::state(tx.sql, id)?.next(Step::Claim)?;
    let (conversation, turn, prompt_id, model, attempt, failures, continues) = tx
        .sql
        .prepare_cached(
            "SELECT conversation_id, turn, prompt_id, model, attempt + 1 AS attempt, failures, continues
             FROM task WHERE id = ?1",
        )?
        .query_row([id.as_str()], |r| {
            Ok((
                ConversationId::from_text(r.get::<_, String>("conversation_id")?),
                row::count(r, "turn")?,
                r.get::<_, String>("prompt_id")?,
                r.get::<_, String>("model")?,
                row::count(r, "attempt")?,
                row::count(r, "failures")?,
                r.get::<_, bool>("continues")?,
            ))
        })?;
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = ?3, attempt = ?4, reason = NULL, due_at = NULL,
               error = NULL, started_at = COALESCE(started_at, ?5) WHERE id = ?1",
        )?
        .execute(params![id.as_str(), TaskState::Running.word(), tx.run.as_str(), attempt, tx.now.as_ms()])?;
    tx.sql
        .prepare_cached("INSERT INTO attempt (task_id, number, model, started_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id.as_str(), attempt, model, tx.now.as_ms()])?;
    event::append(tx, id, &EventKind::Started { attempt, model: model.clone() })?;
    let kept = if continues { task::kept_text(tx.sql, id)? } else { String::new() };
    if !kept.is_empty() {
        tx.begin_text(id, attempt, &kept)?;
    }
    let messages = context::messages(tx.sql, &conversation, turn, &prompt_id, &kept)?;
    Ok(Claimed { task_id: id.clone(), attempt, model, failures, messages })
}

/// The attempts of a task, oldest first.
pub fn of_task(sql: &Connection, id: &TaskId) -> Result<Vec<Attempt>, StoreError> {
    row::all(sql, "SELECT * FROM attempt WHERE task_id = ?1 ORDER BY number", [id.as_str()], |r| {
        attempt(id, r)
    })
}

fn attempt(id: &TaskId, r: &Row<'_>) -> Result<Attempt, StoreError> {
    Ok(Attempt {
        task_id: id.clone(),
        number: row::count(r, "number")?,
        model: r.get("model")?,
        started_at: row::time(r, "started_at")?,
        ended_at: row::time_opt(r, "ended_at")?,
        end: row::from_word_opt(r.get("end")?)?,
        error: r.get::<_, Option<String>>("error")?.map(|e| row::from_json(&e)).transpose()?,
        usage: Usage {
            input_tokens: row::count_opt(r, "input_tokens")?,
            output_tokens: row::count_opt(r, "output_tokens")?,
            cost_usd: r.get("cost_usd")?,
            estimated: r.get("is_estimated")?,
        },
        kept_text: r.get("kept_text")?,
    })
}
