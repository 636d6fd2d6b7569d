//! Settling: what an attempt came to, what the user stopped, sent away, took up again or looked at.

use super::tx::Tx;
use super::{Store, StoreError, conversation, delivery, event, row, task};
use crate::model::{
    AttemptEnd, EventKind, FinishReason, Lane, MessageId, Origin, Outcome, Reason, Step, Task, TaskError,
    TaskId, TaskState, Timestamp, Usage,
};
use rusqlite::params;

/// How an attempt ended, and what becomes of its task.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// How the attempt ended.
    pub attempt: AttemptEnd,
    /// Why, unless it was complete.
    pub error: Option<TaskError>,
    /// What it used.
    pub usage: Usage,
    /// What becomes of the task.
    pub end: End,
}

/// What becomes of a task after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The answer is whole.
    Completed(FinishReason),
    /// Tried again by itself.
    Again {
        /// What it waits for.
        reason: Reason,
        /// Not before.
        due_at: Option<Timestamp>,
    },
    /// Only the user can go on.
    Ask(Reason),
    /// Given up.
    Failed,
    /// Set aside by the user.
    Paused,
    /// Stopped by the user.
    Cancelled,
}

impl Store {
    /// Settles an attempt and its task in one transaction. A cancel that was recorded before wins.
    pub async fn settle(&self, id: TaskId, attempt: u32, settled: Settled) -> Result<(), StoreError> {
        self.write(move |tx| settle(tx, &id, attempt, settled.clone())).await
    }

    /// Moves a task to the background. One that is there already, or over, stays as it is.
    pub async fn continue_in_background(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = task::load(tx.sql, &id)?;
            if before.lane == Lane::Interactive && !before.state.is_final() {
                tx.sql
                    .prepare_cached("UPDATE task SET lane = 'background', detached_at = ?2 WHERE id = ?1")?
                    .execute(params![id.as_str(), tx.now.as_ms()])?;
                event::append(tx, &id, &EventKind::LaneChanged { lane: Lane::Background })?;
                conversation::touch(tx, &before.conversation_id, None)?;
            }
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Stops a task. What is not running is over at once; for the rest the engine closes the connection.
    pub async fn cancel(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            cancel(tx, &id)?;
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Sets a task aside. What is not running is paused at once; for the rest the engine closes the connection.
    pub async fn pause(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = task::load(tx.sql, &id)?;
            let state = before.state.next(Step::Pause)?;
            if before.state == TaskState::Running {
                tx.sql
                    .prepare_cached("UPDATE task SET pause_at = ?2 WHERE id = ?1 AND pause_at IS NULL")?
                    .execute(params![id.as_str(), tx.now.as_ms()])?;
                event::append(tx, &id, &EventKind::PauseRequested)?;
            } else {
                set_paused(tx, &before, state)?;
            }
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Puts a waiting or paused task back into the queue; one that was cut goes on from its text.
    pub async fn resume(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            resume(tx, &id)?;
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Puts every task of a provider that waits for a key back into the queue.
    pub async fn resume_after_new_key(&self, provider: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            let waiting = row::all(
                tx.sql,
                "SELECT id FROM task WHERE ended_at IS NULL AND state = 'waiting' AND reason = 'key'
                   AND substr(model, 1, length(?1) + 1) = ?1 || '/'",
                [&provider],
                |r| Ok(TaskId::from_text(r.get::<_, String>(0)?)),
            )?;
            waiting.iter().try_for_each(|id| resume(tx, id))
        })
        .await
    }

    /// Clears the mark on a task's outcome.
    pub async fn mark_seen(&self, id: TaskId) -> Result<(), StoreError> {
        self.write(move |tx| {
            row::state(tx.sql, &id)?;
            seen(tx, &id)
        })
        .await
    }
}

pub fn settle(tx: &mut Tx<'_>, id: &TaskId, attempt: u32, settled: Settled) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    if before.attempt != attempt {
        return Err(StoreError::Broken(format!("attempt {attempt} of {id} is not the open one")));
    }
    let (cancelled, paused): (bool, bool) = tx.sql.query_row(
        "SELECT cancel_at IS NOT NULL, pause_at IS NOT NULL FROM task WHERE id = ?1",
        [id.as_str()],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let Settled { attempt: attempt_end, error, usage, end } = settled;
    let (attempt_end, end, error) = match end {
        _ if cancelled => (AttemptEnd::Cancelled, End::Cancelled, None),
        // An answer that became whole before the connection was closed is not thrown away.
        End::Completed(_) => (attempt_end, end, error),
        _ if paused => (AttemptEnd::Cancelled, End::Paused, None),
        _ => (attempt_end, end, error),
    };
    let step = match &end {
        End::Completed(_) => Step::Finish,
        End::Again { .. } => Step::Retry,
        End::Ask(_) => Step::Ask,
        End::Failed => Step::Fail,
        End::Paused => Step::Pause,
        End::Cancelled => Step::Cancel,
    };
    let state = before.state.next(step)?;

    tx.close_text(id)?;
    let text = row::stored_text(tx.sql, id, attempt)?;
    let kept = if matches!(end, End::Completed(_)) { "" } else { text.as_str() };
    tx.sql
        .prepare_cached(
            "UPDATE attempt SET ended_at = ?3, end = ?4, error = ?5, input_tokens = ?6, output_tokens = ?7,
               cost_usd = ?8, is_estimated = ?9, kept_text = ?10 WHERE task_id = ?1 AND number = ?2",
        )?
        .execute(params![
            id.as_str(),
            attempt,
            tx.now.as_ms(),
            row::word(&attempt_end)?,
            error.as_ref().map(row::json).transpose()?,
            usage.input_tokens.map(|n| n as i64),
            usage.output_tokens.map(|n| n as i64),
            usage.cost_usd,
            usage.estimated,
            kept,
        ])?;
    tx.sql.prepare_cached("DELETE FROM delta WHERE task_id = ?1")?.execute([id.as_str()])?;
    event::append(
        tx,
        id,
        &EventKind::AttemptEnded { attempt, end: attempt_end, error: error.clone(), usage },
    )?;

    match end {
        End::Again { reason, due_at } => {
            let restarts = u32::from(reason == Reason::Restarted);
            tx.sql
                .prepare_cached(
                    "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = ?4, error = ?5,
                       failures = failures + 1 - ?6, restarts = restarts + ?6 WHERE id = ?1",
                )?
                .execute(params![
                    id.as_str(),
                    state.word(),
                    row::word(&reason)?,
                    due_at.map(Timestamp::as_ms),
                    error.as_ref().map(row::json).transpose()?,
                    restarts,
                ])?;
            event::append(tx, id, &EventKind::Requeued { reason, due_at })?;
            conversation::touch(tx, &before.conversation_id, None)
        }
        End::Ask(reason) => ask(tx, &before, state, reason, error),
        End::Completed(finish) => {
            let message_id = result_message(tx, &before, &text, true)?;
            tx.sql
                .prepare_cached("UPDATE task SET finish_reason = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), row::word(&finish)?])?;
            let event = EventKind::Completed { finish_reason: finish, message_id };
            close(tx, &before, state, event, Outcome::Done, None, &text)
        }
        End::Failed => {
            let error = error.unwrap_or_else(unnamed_error);
            let message_id = partial_message(tx, &before, text)?;
            let event = EventKind::Failed { error: error.clone(), message_id };
            close(tx, &before, state, event, Outcome::Failed, Some(error), "")
        }
        End::Paused => set_paused(tx, &before, state),
        End::Cancelled => {
            let message_id = partial_message(tx, &before, text)?;
            close(tx, &before, state, EventKind::Cancelled { message_id }, Outcome::Cancelled, None, "")
        }
    }
}

fn set_paused(tx: &mut Tx<'_>, before: &Task, state: TaskState) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = NULL, due_at = NULL, error = NULL WHERE id = ?1",
        )?
        .execute(params![before.id.as_str(), state.word()])?;
    event::append(tx, &before.id, &EventKind::Paused)?;
    conversation::touch(tx, &before.conversation_id, None)
}

fn unnamed_error() -> TaskError {
    TaskError {
        code: "internal".to_owned(),
        message: "The attempt ended without a reason.".to_owned(),
        hint: "Your prompt is kept. Try again.".to_owned(),
        retryable: true,
    }
}

fn ask(
    tx: &mut Tx<'_>,
    before: &Task,
    state: TaskState,
    reason: Reason,
    error: Option<TaskError>,
) -> Result<(), StoreError> {
    let error = error.unwrap_or_else(unnamed_error);
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = NULL, error = ?4, unread = 1
             WHERE id = ?1",
        )?
        .execute(params![before.id.as_str(), state.word(), row::word(&reason)?, row::json(&error)?])?;
    let seq = event::append(tx, &before.id, &EventKind::Waiting { reason, error: error.clone() })?;
    if before.lane == Lane::Background {
        delivery::create(tx, before, seq, Outcome::NeedsYou, Some(&error), "")?;
    }
    conversation::touch(tx, &before.conversation_id, None)
}

/// Final state, event, delivery and conversation, for an outcome whose message is stored.
fn close(
    tx: &mut Tx<'_>,
    before: &Task,
    state: TaskState,
    kind: EventKind,
    outcome: Outcome,
    error: Option<TaskError>,
    text: &str,
) -> Result<(), StoreError> {
    // Whoever reads an answer in a terminal or through the API has read it there.
    let in_window = matches!(before.ownership.origin, Origin::Window | Origin::QuickAsk);
    let unread = outcome != Outcome::Cancelled && (before.lane == Lane::Background || in_window);
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = NULL, due_at = NULL, error = ?3, ended_at = ?4,
               unread = ?5 WHERE id = ?1",
        )?
        .execute(params![
            before.id.as_str(),
            state.word(),
            error.as_ref().map(row::json).transpose()?,
            tx.now.as_ms(),
            unread,
        ])?;
    let seq = event::append(tx, &before.id, &kind)?;
    if before.lane == Lane::Background {
        delivery::create(tx, before, seq, outcome, error.as_ref(), text)?;
    }
    conversation::touch(tx, &before.conversation_id, None)
}

fn result_message(tx: &mut Tx<'_>, task: &Task, text: &str, is_whole: bool) -> Result<MessageId, StoreError> {
    let id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, turn, role, text, task_id, is_whole, created_at)
             VALUES (?1, ?2, ?3, 'assistant', ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.as_str(),
            task.conversation_id.as_str(),
            task.turn,
            text,
            task.id.as_str(),
            is_whole,
            tx.now.as_ms(),
        ])?;
    Ok(id)
}

/// Keeps what there was of an answer: this attempt's text, else what an earlier one left.
fn partial_message(tx: &mut Tx<'_>, task: &Task, text: String) -> Result<Option<MessageId>, StoreError> {
    let text = if text.is_empty() { task::kept_text(tx.sql, &task.id)? } else { text };
    if text.is_empty() {
        return Ok(None);
    }
    tx.sql
        .prepare_cached("UPDATE attempt SET kept_text = '' WHERE task_id = ?1 AND kept_text = ?2")?
        .execute(params![task.id.as_str(), text])?;
    result_message(tx, task, &text, false).map(Some)
}

pub fn cancel(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    let state = before.state.next(Step::Cancel)?;
    if before.state == TaskState::Running {
        let requested = tx
            .sql
            .prepare_cached("UPDATE task SET cancel_at = ?2 WHERE id = ?1 AND cancel_at IS NULL")?
            .execute(params![id.as_str(), tx.now.as_ms()])?;
        if requested == 1 {
            event::append(tx, id, &EventKind::CancelRequested)?;
        }
        return Ok(());
    }
    let message_id = partial_message(tx, &before, String::new())?;
    close(tx, &before, state, EventKind::Cancelled { message_id }, Outcome::Cancelled, None, "")
}

fn resume(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    let state = before.state.next(Step::Resume)?;
    let continues = before.reason == Some(Reason::Interrupted) || before.state == TaskState::Paused;
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, reason = NULL, due_at = NULL, error = NULL, failures = 0, pause_at = NULL, continues = ?3,
               unread = 0 WHERE id = ?1",
        )?
        .execute(params![id.as_str(), state.word(), continues])?;
    event::append(tx, id, &EventKind::Resumed)?;
    conversation::touch(tx, &before.conversation_id, None)
}

fn seen(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let cleared = tx
        .sql
        .prepare_cached("UPDATE task SET unread = 0 WHERE id = ?1 AND unread = 1")?
        .execute([id.as_str()])?;
    tx.sql
        .prepare_cached(
            "UPDATE delivery SET state = 'seen' WHERE task_id = ?1 AND state IN ('pending', 'claimed', 'delivered', 'failed')",
        )?
        .execute([id.as_str()])?;
    if cleared == 1 {
        event::append(tx, id, &EventKind::Seen)?;
        let conversation = task::load(tx.sql, id)?.conversation_id;
        conversation::mark_changed(tx, &conversation)?;
    }
    Ok(())
}
