//! Settling: what an attempt came to, and what becomes of its task.

use super::alike::{hold_back, is_told};
use super::tx::Tx;
use super::{
    Store, StoreError, call, child, circuit, conversation, delivery, event, ledger, message, part, remark,
    remote, round, row, step, system, task,
};
use crate::model::{
    AskedCall, AttemptEnd, EventKind, FinishReason, Lane, Origin, Outcome, Reason, Step, Task, TaskError,
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
    /// Why, and until when, its provider is left alone, if any other task of it would meet the same.
    pub trouble: Option<(Reason, Timestamp)>,
    /// The answer at the provider has ended there, well or not: there is nothing more to hear of it.
    pub remote_is_over: bool,
}

/// What becomes of a task after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The answer is whole.
    Completed(FinishReason),
    /// A part of it is whole, and others are left.
    NextPart,
    /// The model asked for tools.
    Calls(Vec<AskedCall>),
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
    /// Set aside by the user, or with its conversation.
    Paused,
    /// Stopped by the user.
    Cancelled,
}

/// The answer of an agent that had nothing to say.
const WORDLESS: &str = "Done. The agent said nothing about it; what it did stands in its steps.";

impl Store {
    /// Settles an attempt and its task in one transaction. A cancel that was recorded before wins.
    pub async fn settle(&self, id: TaskId, attempt: u32, settled: Settled) -> Result<(), StoreError> {
        self.write(move |tx| settle(tx, &id, attempt, settled.clone(), tx.now)).await
    }
}

/// `ended_at` is when the attempt ended: not now, when it was cut by the end of an earlier run.
pub fn settle(
    tx: &mut Tx<'_>,
    id: &TaskId,
    attempt: u32,
    settled: Settled,
    ended_at: Timestamp,
) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    if before.attempt != attempt {
        return Err(StoreError::Broken(format!("attempt {attempt} of {id} is not the open one")));
    }
    let (cancelled, paused): (bool, bool) = tx
        .sql
        .prepare_cached("SELECT cancel_at IS NOT NULL, pause_at IS NOT NULL FROM task WHERE id = ?1")?
        .query_row([id.as_str()], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let Settled { attempt: attempt_end, error, usage, end, trouble, remote_is_over } = settled;
    let (attempt_end, end, error) = match end {
        _ if cancelled => (AttemptEnd::Cancelled, End::Cancelled, None),
        // An answer that became whole before the connection was closed is not thrown away.
        End::Completed(_) | End::Calls(_) => (attempt_end, end, error),
        _ if paused => (AttemptEnd::Cancelled, End::Paused, None),
        // It had a part of what all of them have together, and there may be more of that.
        End::Ask(Reason::Budget) if before.parent_id.is_some() => {
            (attempt_end, End::Again { reason: Reason::Slot, due_at: None }, error)
        }
        _ => (attempt_end, end, error),
    };
    // What became whole was one part of it.
    let is_part = matches!(end, End::Completed(_)) && is_in_parts(&before) && part::finish(tx, id)?;
    let end = match end {
        // Its user said something that it has not heard: it goes on with that.
        End::Completed(_) if before.agent.is_some() && remark::any_new(tx.sql, id)? => End::Calls(Vec::new()),
        End::Completed(_) if is_part && paused => End::Paused,
        End::Completed(_) if is_part => End::NextPart,
        end => end,
    };
    // Nobody is asked for what the system does, and its trouble is nobody else's.
    let (end, trouble) = match before.is_of_system() {
        true => (system::end(end, attempt), None),
        false => (end, trouble),
    };
    let step = match &end {
        End::Completed(_) => Step::Finish,
        End::Calls(_) if paused => Step::Pause,
        End::Again { .. } | End::NextPart | End::Calls(_) => Step::Retry,
        End::Ask(_) => Step::Ask,
        End::Failed => Step::Fail,
        End::Paused => Step::Pause,
        End::Cancelled => Step::Cancel,
    };
    let state = before.state.next(step)?;

    tx.close_text(id, attempt)?;
    let text = row::stored_text(tx.sql, id, attempt)?;
    // What ends for good has its text in the message.
    let is_over = matches!(end, End::Completed(_) | End::Failed | End::Cancelled);
    let kept = if is_over { "" } else { text.as_str() };
    tx.sql
        .prepare_cached(
            "UPDATE attempt SET ended_at = ?3, end = ?4, error = ?5, input_tokens = ?6, output_tokens = ?7,
               cost_usd = ?8, is_estimated = ?9, kept_text = ?10, cached_tokens = ?11, reasoning_tokens = ?12 WHERE task_id = ?1 AND number = ?2",
        )?
        .execute(params![
            id.as_str(),
            attempt,
            ended_at.as_ms(),
            row::word(&attempt_end)?,
            error.as_ref().map(row::json).transpose()?,
            usage.input_tokens.map(|n| n as i64),
            usage.output_tokens.map(|n| n as i64),
            usage.cost_usd,
            usage.estimated,
            kept,
            usage.cached_tokens.map(|n| n as i64),
            usage.reasoning_tokens.map(|n| n as i64),
        ])?;
    ledger::settle(tx, id, attempt, &usage)?;
    tx.sql.prepare_cached("DELETE FROM delta WHERE task_id = ?1")?.execute([id.as_str()])?;
    if before.is_remote && remote_is_over {
        remote::ended(tx.sql, id)?;
    }
    if let Some(parent) = &before.parent_id {
        child::unpark(tx, parent)?;
    }
    // The head of the task moves with what becomes of it, below.
    let seq = tx.next_seq();
    let ended = EventKind::AttemptEnded { attempt, end: attempt_end, error: error.clone(), usage };
    event::insert(tx, seq, id, &ended)?;

    if let Some((reason, probe_at)) = trouble {
        circuit::open(tx, id, reason, probe_at)?;
    }
    match end {
        End::NextPart => part::next(tx, &before, state),
        End::Calls(calls) => round::begin(tx, &before, state, attempt, text.len(), &calls),
        End::Again { reason, due_at } => {
            let restarts = u32::from(reason == Reason::Restarted);
            // To wait for the network, the keychain or one's turn is no failure, or the first real one after a long wait would
            // be the last.
            let is_waited_out = before.lane == Lane::Background
                && matches!(reason, Reason::Network | Reason::Key | Reason::RateLimit);
            // Nor is it one to have written what one could have of the day, or of a budget.
            let is_cut = matches!(reason, Reason::DayLimit | Reason::Slot);
            let failures = u32::from(restarts == 0 && !is_waited_out && !is_cut);
            tx.sql
                .prepare_cached(
                    "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = ?4, error = ?5,
                       failures = failures + ?6, restarts = restarts + ?7 WHERE id = ?1",
                )?
                .execute(params![
                    id.as_str(),
                    state.word(),
                    row::word(&reason)?,
                    due_at.map(Timestamp::as_ms),
                    error.as_ref().map(row::json).transpose()?,
                    failures,
                    restarts,
                ])?;
            event::append(tx, id, &EventKind::Requeued { reason, due_at })?;
            // There is nothing new in it to see: it stays where it is in the list.
            conversation::mark_changed(tx, &before.conversation_id)
        }
        End::Ask(reason) => {
            ask(tx, &before, state, reason, error.clone())?;
            hold_back(tx, &before, reason, error)
        }
        End::Completed(finish) => {
            // After tools there may be nothing to say, but for the gap that was left for it.
            let text = match before.agent {
                Some(_) if text.trim().is_empty() => WORDLESS.to_owned(),
                Some(_) => text.trim_end().to_owned(),
                None => text,
            };
            circuit::close(tx.sql, &mut tx.progress, id)?;
            let message_id = message::result(tx, &before, &text, true)?;
            let event = EventKind::Completed { finish_reason: finish, message_id };
            // A notice begins with what was put together, not with the first part.
            let from = if is_in_parts(&before) { part::newest_start(tx.sql, id)? } else { 0 };
            close(tx, &before, state, event, Outcome::Done, None, text.get(from..).unwrap_or(&text))?;
            system::answered(tx, &before, &text)
        }
        End::Failed => {
            let error = error.unwrap_or_else(unnamed_error);
            let message_id = message::partial(tx, &before, text)?;
            let event = EventKind::Failed { error: error.clone(), message_id };
            close(tx, &before, state, event, Outcome::Failed, Some(error), "")
        }
        End::Paused => settle_paused(tx, &before, state),
        End::Cancelled => {
            let message_id = message::partial(tx, &before, text)?;
            close(tx, &before, state, EventKind::Cancelled { message_id }, Outcome::Cancelled, None, "")
        }
    }
}

/// Whether it is worked on part by part; an agent counts what it planned.
fn is_in_parts(task: &Task) -> bool {
    task.progress.is_some() && task.agent.is_none()
}

/// Something of it is done, and what is next waits for its turn like any other task.
pub fn next(tx: &mut Tx<'_>, before: &Task, state: TaskState, done: &EventKind) -> Result<(), StoreError> {
    let reason = (before.lane == Lane::Background).then_some(Reason::Slot);
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = NULL, error = NULL, failures = 0, restarts = 0
             WHERE id = ?1",
        )?
        .execute(params![before.id.as_str(), state.word(), reason.as_ref().map(row::word).transpose()?])?;
    let seq = event::append(tx, &before.id, done)?;
    delivery::warn(tx, before, seq)?;
    delivery::halfway(tx, &before.id, seq)?;
    conversation::mark_changed(tx, &before.conversation_id)
}

/// Set aside after it was stopped; taken up again if what it was set aside with came back while the connection was being closed.
pub fn settle_paused(tx: &mut Tx<'_>, before: &Task, state: TaskState) -> Result<(), StoreError> {
    let reason = before.reason.filter(|reason| matches!(reason, Reason::Trash | Reason::Children));
    set_paused(tx, before, state, reason)?;
    let is_back = match (reason, &before.parent_id) {
        (Some(Reason::Trash), _) => !conversation::is_deleted(tx.sql, &before.conversation_id)?,
        (Some(_), Some(parent)) => row::state(tx.sql, parent)? != TaskState::Paused,
        _ => false,
    };
    if is_back { step::resume(tx, &before.id) } else { Ok(()) }
}

/// Set aside, and what it started with it: by the user, unless `reason` says why.
pub fn set_paused(
    tx: &mut Tx<'_>,
    before: &Task,
    state: TaskState,
    reason: Option<Reason>,
) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = NULL, error = NULL WHERE id = ?1",
        )?
        .execute(params![before.id.as_str(), state.word(), reason.as_ref().map(row::word).transpose()?])?;
    event::append(tx, &before.id, &EventKind::Paused)?;
    if reason.is_none() {
        child::pause(tx, &before.id)?;
    }
    conversation::touch(tx, &before.conversation_id, None)
}

pub fn unnamed_error() -> TaskError {
    TaskError {
        code: "internal".to_owned(),
        message: "The attempt ended without a reason.".to_owned(),
        hint: "Your prompt is kept. Try again.".to_owned(),
        retryable: true,
    }
}

/// Only the user can go on.
pub fn ask(
    tx: &mut Tx<'_>,
    before: &Task,
    state: TaskState,
    reason: Reason,
    error: Option<TaskError>,
) -> Result<(), StoreError> {
    let error = error.unwrap_or_else(unnamed_error);
    if let Some(parent) =
        before.parent_id.as_ref().filter(|_| reason == Reason::Budget && error.code == "budget")
    {
        return child::ask_above(tx, before, parent, error);
    }
    let due_at = (reason == Reason::DayLimit).then(|| tx.day().end.as_ms());
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = ?3, due_at = ?5, error = ?4, unread = parent_id IS NULL
             WHERE id = ?1",
        )?
        .execute(params![
            before.id.as_str(),
            state.word(),
            row::word(&reason)?,
            row::json(&error)?,
            due_at
        ])?;
    let seq = event::append(tx, &before.id, &EventKind::Waiting { reason, error: error.clone() })?;
    // One cause is told once, however many tasks it stops.
    if before.lane == Lane::Background && !is_told(tx.sql, before, reason)? {
        delivery::create(tx, before, seq, Outcome::NeedsYou, Some(&error), "")?;
    }
    conversation::touch(tx, &before.conversation_id, None)
}

/// Final state, event, delivery and conversation, for an outcome whose message is stored.
pub fn close(
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
    let is_told = before.parent_id.is_none() && (before.lane == Lane::Background || in_window);
    let unread = outcome != Outcome::Cancelled && is_told;
    let finish = match &kind {
        EventKind::Completed { finish_reason, .. } => Some(row::word(finish_reason)?),
        _ => None,
    };
    if before.is_remote {
        remote::stop(tx, &before.id)?;
    }
    if before.agent.is_some() {
        child::stop(tx, &before.id)?;
        call::give_up(tx.sql, &before.id, tx.now)?;
    }
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = NULL, due_at = NULL, error = ?3, ended_at = ?4,
               unread = ?5, finish_reason = ?6, head = ?7 WHERE id = ?1",
        )?
        .execute(params![
            before.id.as_str(),
            state.word(),
            error.as_ref().map(row::json).transpose()?,
            tx.now.as_ms(),
            unread,
            finish,
            seq,
        ])?;
    event::insert(tx, seq, &before.id, &kind)?;
    if before.lane == Lane::Background {
        delivery::create(tx, before, seq, outcome, error.as_ref(), text)?;
    }
    child::over(tx, before)?;
    if before.is_of_system() {
        return conversation::mark_changed(tx, &before.conversation_id);
    }
    conversation::touch(tx, &before.conversation_id, None)
}

/// The answer is what there is of it: the user takes it as it was cut.
pub fn accept(tx: &mut Tx<'_>, before: &Task, state: TaskState, text: &str) -> Result<(), StoreError> {
    let message_id = message::kept(tx, before, text, true)?;
    let event = EventKind::Completed { finish_reason: FinishReason::Accepted, message_id };
    close(tx, before, state, event, Outcome::Done, None, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::command::SendMessage;
    use std::sync::Arc;

    // F25, F47, F53
    #[tokio::test]
    async fn waiting_for_the_network_the_keychain_or_ones_turn_counts_as_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Arc::new(SystemClock)).unwrap();
        let mut claims = store.claims().await.unwrap();
        let prompt = SendMessage {
            model: Some("practice/quick".to_owned()),
            ..SendMessage::new("hello", Lane::Background, Origin::Api)
        };
        store.accept(prompt).await.unwrap();
        let mut seen = Vec::new();
        for reason in [Reason::Network, Reason::Key, Reason::RateLimit, Reason::BrokeOff, Reason::Overloaded]
        {
            let claimed = claims.recv().await.unwrap();
            seen.push(claimed.failures);
            let settled = Settled {
                attempt: AttemptEnd::Interrupted,
                error: None,
                usage: Usage::default(),
                end: End::Again { reason, due_at: None },
                trouble: None,
                remote_is_over: false,
            };
            store.settle(claimed.task_id, claimed.attempt, settled).await.unwrap();
        }
        seen.push(claims.recv().await.unwrap().failures);
        assert_eq!(seen, [0, 0, 0, 0, 1, 2]);
    }
}
