//! What the user asks of a task: to stop, to be set aside, to be taken up again, to be sent away, to be marked as seen.

use super::alike::waiting_alike;
use super::outcome::{accept, close, set_paused};
use super::tx::Tx;
use super::unmarked::unmarked;
use super::{
    Store, StoreError, batch, child, circuit, conversation, day, event, intake, message, program, provider,
    remote, row, system, task,
};
use crate::model::{
    Budget, ConversationId, EventKind, IllegalStep, Lane, Outcome, Reason, Seam, Step, Task, TaskId,
    TaskState,
};
use rusqlite::{Connection, params};

/// Words before a seam that are shown with it, and characters at most.
const SEAM_WORDS: usize = 8;
const SEAM_CHARS: usize = 80;
/// Bytes in which those words stand, with their marks.
const SEAM_BYTES: usize = 2_000;

impl Store {
    /// Moves a task to the background. One that is there already, or over, stays as it is.
    pub async fn continue_in_background(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = system::of_user(tx.sql, &id)?;
            if before.lane == Lane::Interactive && !before.state.is_final() {
                tx.sql
                    .prepare_cached("UPDATE task SET lane = 'background', detached_at = ?2 WHERE id = ?1")?
                    .execute(params![id.as_str(), tx.now.as_ms()])?;
                event::append(tx, &id, &EventKind::LaneChanged { lane: Lane::Background })?;
                conversation::touch(tx, &before.conversation_id, None)?;
            }
            // It may wait for a day that is over by now.
            day::begin(tx)?;
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
            system::of_user(tx.sql, &id)?;
            pause(tx, &id, None)?;
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Sets everything aside that is queued or running in the background.
    pub async fn pause_all(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            system::stop(tx, None)?;
            in_background(tx.sql, &[TaskState::Queued, TaskState::Running])?
                .iter()
                .try_for_each(|id| if_legal(tx, id, Step::Pause, |tx| pause(tx, id, None)))
        })
        .await
    }

    /// Puts everything back into the queue that was set aside in the background.
    pub async fn resume_all(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            in_background(tx.sql, &[TaskState::Paused])?
                .iter()
                .try_for_each(|id| if_legal(tx, id, Step::Resume, |tx| resume(tx, id)))
        })
        .await
    }

    /// Puts a waiting or paused task back into the queue; one that was cut goes on from its text. Those in the
    /// background that wait for the same key or credit go with it. One that is queued and waits for a moment, or for its
    /// provider to be well, is tried now. What was stopped or failed stays so, and a new task in its place goes on.
    ///
    /// # Errors
    /// `Illegal` when that has no text.
    pub async fn resume(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = system::of_user(tx.sql, &id)?;
            if conversation::is_deleted(tx.sql, &before.conversation_id)? {
                return Err(StoreError::Invalid("its chat was deleted; bring that back first".to_owned()));
            }
            if matches!(before.state, TaskState::Cancelled | TaskState::Failed) {
                if task::text(tx.sql, &id)?.text.is_empty()
                    && (before.agent.is_none() || before.steps.is_empty())
                {
                    return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Resume }));
                }
                let id = intake::go_on(tx, &before, &before.model)?;
                return task::load(tx.sql, &id);
            }
            if before.state == TaskState::Waiting && before.approvals > 0 {
                return Err(StoreError::Invalid(
                    "it waits for your word on what it wants to do; allow that or not, and it goes on"
                        .to_owned(),
                ));
            }
            if before.state == TaskState::Queued {
                try_now(tx, &before)?;
                return task::load(tx.sql, &id);
            }
            resume(tx, &id)?;
            if let Some(reason) = before.reason.filter(|_| before.state == TaskState::Waiting) {
                waiting_alike(tx.sql, &before, reason)?.iter().try_for_each(|id| resume(tx, id))?;
            }
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Gives a task another budget, and takes it up again if it waits because of the old one.
    pub async fn set_budget(&self, id: TaskId, budget: Budget) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = system::of_user(tx.sql, &id)?;
            if before.state.is_final() {
                return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Resume }));
            }
            if before.parent_id.is_some() {
                return Err(child::refused("give a budget to"));
            }
            if before.in_batch {
                batch::check_budget(&budget)?;
            }
            if budget.usd.is_some() && program::has_program(tx.sql, &id)? {
                return Err(StoreError::Invalid(program::NO_DOLLARS.to_owned()));
            }
            let stored = if budget.is_none() { None } else { Some(row::json(&budget)?) };
            tx.sql
                .prepare_cached("UPDATE task SET budget = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), stored])?;
            event::append(tx, &id, &EventKind::BudgetChanged { budget })?;
            if before.state == TaskState::Waiting && before.reason == Some(Reason::Budget) {
                resume(tx, &id)?;
            }
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Has another model go on with a task that is not at work and did not come to its end. Its text stays, and is gone on
    /// from. What failed or was stopped stays so: then it is a new task in the same turn that goes on, and the new one is given.
    pub async fn hand_over(&self, id: TaskId, model: String) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = system::of_user(tx.sql, &id)?;
            if matches!(before.state, TaskState::Cancelled | TaskState::Failed) {
                if model == before.model {
                    return Err(StoreError::Invalid(
                        "this is the model that was asked; name another one, or go on with this one"
                            .to_owned(),
                    ));
                }
                let id = intake::go_on(tx, &before, &model)?;
                return task::load(tx.sql, &id);
            }
            hand_over(tx, &before, &model)?;
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Takes the text that a waiting task has as its answer.
    ///
    /// # Errors
    /// `Invalid` when there is no text.
    pub async fn finish(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let before = system::of_user(tx.sql, &id)?;
            let state = before.state.next(Step::Finish)?;
            if before.state != TaskState::Waiting {
                return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Finish }));
            }
            let text = task::kept_text(tx.sql, &id)?;
            if text.is_empty() {
                return Err(StoreError::Invalid("there is no text yet to finish with".to_owned()));
            }
            accept(tx, &before, state, &text)?;
            task::load(tx.sql, &id)
        })
        .await
    }

    /// Puts every task of a provider that waits for a key back into the queue.
    pub async fn resume_after_new_key(&self, provider: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            let waiting = row::task_ids(
                tx.sql,
                &format!(
                    "SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.state = 'waiting' AND t.reason = 'key'
                       AND substr(t.model, 1, length(?1) + 1) = ?1 || '/' AND {}",
                    task::KEPT
                ),
                [&provider],
            )?;
            waiting.iter().try_for_each(|id| resume(tx, id))
        })
        .await
    }

    /// What waits for the network is tried at once: it may be back.
    pub async fn network_is_back(&self) -> Result<(), StoreError> {
        self.write(|tx| circuit::probe_network(tx.sql, tx.now, &mut tx.progress)).await
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

/// Tasks of the background in these states, the trash left out.
fn in_background(sql: &Connection, states: &[TaskState]) -> Result<Vec<TaskId>, StoreError> {
    let query = format!(
        "SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.state = ?1 AND t.lane = ?2 AND {} ORDER BY t.number",
        task::KEPT
    );
    let mut found = Vec::new();
    for state in states {
        found.extend(row::task_ids(sql, &query, [state.word(), &row::word(&Lane::Background)?])?);
    }
    Ok(found)
}

/// A step of one of several tasks, unless it was taken with that of another.
fn if_legal(
    tx: &mut Tx<'_>,
    id: &TaskId,
    step: Step,
    take: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    if row::state(tx.sql, id)?.next(step).is_ok() { take(tx) } else { Ok(()) }
}

/// By the user, unless `reason` says why.
pub fn pause(tx: &mut Tx<'_>, id: &TaskId, reason: Option<Reason>) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    let state = before.state.next(Step::Pause)?;
    if before.state != TaskState::Running {
        return set_paused(tx, &before, state, reason);
    }
    set_reason(tx, id, reason)?;
    request(tx, id, "pause_at", &EventKind::PauseRequested)
}

/// Sets the work of a conversation aside that moves to the trash. What waits for the user, or was paused or stopped by
/// the user, stays so.
pub fn into_trash(tx: &mut Tx<'_>, conversation: &ConversationId) -> Result<(), StoreError> {
    system::stop(tx, Some(conversation))?;
    let at_work = row::task_ids(
        tx.sql,
        "SELECT id FROM task WHERE ended_at IS NULL AND conversation_id = ?1 AND state IN ('queued', 'running')
           AND system IS NULL AND pause_at IS NULL AND cancel_at IS NULL",
        [conversation.as_str()],
    )?;
    at_work.iter().try_for_each(|id| if_legal(tx, id, Step::Pause, |tx| pause(tx, id, Some(Reason::Trash))))
}

/// Takes up again what was set aside with its conversation. What is still running is taken up when that is settled.
pub fn out_of_trash(tx: &mut Tx<'_>, conversation: &ConversationId) -> Result<(), StoreError> {
    let set_aside = row::task_ids(
        tx.sql,
        "SELECT id FROM task WHERE ended_at IS NULL AND conversation_id = ?1 AND state = 'paused' AND reason = 'trash'",
        [conversation.as_str()],
    )?;
    set_aside.iter().try_for_each(|id| if_legal(tx, id, Step::Resume, |tx| resume(tx, id)))?;
    // Meanwhile the day that others of it wait for may be over.
    day::begin(tx)
}

/// Stops everything in the trash: after a start nothing offers to undo any more.
pub fn stop_in_trash(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let query = format!("SELECT t.id FROM task t WHERE t.ended_at IS NULL AND NOT ({})", task::KEPT);
    row::task_ids(tx.sql, &query, [])?
        .iter()
        .try_for_each(|id| if_legal(tx, id, Step::Cancel, |tx| cancel(tx, id)))
}

fn set_reason(tx: &Tx<'_>, id: &TaskId, reason: Option<Reason>) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached("UPDATE task SET reason = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), reason.as_ref().map(row::word).transpose()?])?;
    Ok(())
}

/// Notes that a running task is to end; the engine closes its connection. Asked for again, it was asked for once.
fn request(tx: &mut Tx<'_>, id: &TaskId, column: &str, kind: &EventKind) -> Result<(), StoreError> {
    let requested = tx
        .sql
        .prepare_cached(&format!("UPDATE task SET {column} = ?2 WHERE id = ?1 AND {column} IS NULL"))?
        .execute(params![id.as_str(), tx.now.as_ms()])?;
    if requested == 1 {
        event::append(tx, id, kind)?;
    }
    Ok(())
}

pub fn cancel(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    let state = before.state.next(Step::Cancel)?;
    if before.state == TaskState::Running {
        return request(tx, id, "cancel_at", &EventKind::CancelRequested);
    }
    let message_id = message::partial(tx, &before, String::new())?;
    close(tx, &before, state, EventKind::Cancelled { message_id }, Outcome::Cancelled, None, "")
}

pub fn resume(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    let state = before.state.next(Step::Resume)?;
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, reason = NULL, due_at = NULL, error = NULL, failures = 0, pause_at = NULL,
               unread = 0 WHERE id = ?1",
        )?
        .execute(params![id.as_str(), state.word()])?;
    event::append(tx, id, &EventKind::Resumed)?;
    child::resume(tx, id)?;
    conversation::touch(tx, &before.conversation_id, None)
}

/// Its user does not want to wait for a moment any longer. What only waits for a place cannot be tried: it is next anyway.
fn try_now(tx: &mut Tx<'_>, before: &Task) -> Result<(), StoreError> {
    let is_held = before.lane == Lane::Background && circuit::trouble(tx.sql, &before.model)?.is_some();
    if before.due_at.is_none() && !is_held {
        return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Resume }));
    }
    tx.sql.prepare_cached("UPDATE task SET due_at = NULL WHERE id = ?1")?.execute([before.id.as_str()])?;
    circuit::probe(tx.sql, tx.now, &before.model)?;
    event::append(tx, &before.id, &EventKind::Resumed)?;
    conversation::mark_changed(tx, &before.conversation_id)
}

fn hand_over(tx: &mut Tx<'_>, before: &Task, model: &str) -> Result<(), StoreError> {
    let id = &before.id;
    if before.state.is_final() || before.state == TaskState::Running {
        return Err(StoreError::Illegal(IllegalStep { state: before.state, step: Step::Resume }));
    }
    if conversation::is_deleted(tx.sql, &before.conversation_id)? {
        return Err(StoreError::Invalid("its chat was deleted; bring that back first".to_owned()));
    }
    let model = program::model_for(tx.sql, before, model)?;
    if model != before.model {
        let text = task::kept_text(tx.sql, id)?;
        let in_batch = before.in_batch && provider::has_batches(tx.sql, &model)?;
        tx.sql
            .prepare_cached("UPDATE task SET model = ?2, seams = ?3, in_batch = ?4 WHERE id = ?1")?
            .execute(params![id.as_str(), model, seams_after(before, &text)?, in_batch])?;
        // What the other provider still makes is wanted no more.
        if before.is_remote {
            remote::stop(tx, id)?;
        }
        event::append(tx, id, &EventKind::ModelChanged { model: model.clone() })?;
    }
    // The next question of this chat is for who can answer.
    let answers = if program::has_program(tx.sql, id)? { None } else { Some(model.as_str()) };
    conversation::touch(tx, &before.conversation_id, answers)?;
    if before.state != TaskState::Queued {
        return resume(tx, id);
    }
    // What it waited for was the other model's.
    tx.sql
        .prepare_cached("UPDATE task SET due_at = NULL, reason = NULL, failures = 0 WHERE id = ?1")?
        .execute([id.as_str()])?;
    conversation::mark_changed(tx, &before.conversation_id)
}

/// Where other models went on with a task, as it is stored, when another one goes on after this text.
pub fn seams_after(before: &Task, text: &str) -> Result<Option<String>, StoreError> {
    let mut seams = before.seams.clone();
    if !text.is_empty() {
        seams.push(Seam { from: before.model.clone(), after: last_words(text) });
    }
    if seams.is_empty() { Ok(None) } else { row::json(&seams).map(Some) }
}

/// The end of a text, on one line and without marks.
fn last_words(text: &str) -> String {
    // Of a long text only the end is looked at.
    let text =
        unmarked(text.get(text.floor_char_boundary(text.len().saturating_sub(SEAM_BYTES))..).unwrap_or(text));
    let mut words: Vec<&str> = text.split_whitespace().rev().take(SEAM_WORDS).collect();
    words.reverse();
    crate::model::one_line(&words.join(" "), SEAM_CHARS)
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
