//! One round of tools: what the model asked for together is worked on under one lease, and then the model is told.

use super::call::{self, OpenCall};
use super::tx::Tx;
use super::{
    Store, StoreError, Wanted, approval, child, circuit, conversation, delivery, event, family, message,
    outcome, row, task,
};
use crate::model::{
    AgentAtWork, AskedCall, EventKind, Outcome, Overdrawn, PlanItem, Reason, START_TASKS, Step, Task,
    TaskError, TaskId, TaskState,
};
use rusqlite::{Connection, OptionalExtension, params};

/// Calls that a task makes before its user is asked, when nobody said how many.
const MOST_STEPS: u32 = 100;

/// How work on the calls of a round ended.
#[derive(Clone, Debug, PartialEq)]
pub enum CallsEnd {
    /// All of them are over: the model is told.
    Over,
    /// Tasks that one of them started are at work.
    Children,
    /// Some need the user first.
    Ask(Vec<Wanted>),
    /// They were cut by the end of the process, and go on by themselves.
    Again(TaskError),
    /// They were cut, and its user decides.
    Interrupted(TaskError),
    /// More than it may do without its user.
    TooMany(Overdrawn),
    /// The task cannot go on.
    Failed(TaskError),
    /// By the user; the store knows how.
    Stopped,
}

/// Stores what an attempt asked for; the task is queued for it, or set aside if its user asked for that meanwhile.
pub fn begin(
    tx: &mut Tx<'_>,
    before: &Task,
    state: TaskState,
    attempt: u32,
    place: usize,
    calls: &[AskedCall],
) -> Result<(), StoreError> {
    let id = &before.id;
    let is_stuck = call::insert(tx, id, attempt, place, calls)?;
    // All of the text is in the newest attempt.
    tx.sql
        .prepare_cached(
            "UPDATE attempt SET kept_text = '' WHERE task_id = ?1 AND number < ?2 AND kept_text <> ''",
        )?
        .execute(params![id.as_str(), attempt])?;
    circuit::close(tx.sql, &mut tx.progress, id)?;
    match state {
        TaskState::Paused => outcome::settle_paused(tx, before, state),
        _ if is_stuck => outcome::ask(tx, before, TaskState::Waiting, Reason::Budget, Some(going_round())),
        _ => {
            let count = u32::try_from(calls.len()).unwrap_or(u32::MAX);
            outcome::next(tx, before, state, &EventKind::ToolsAsked { attempt, calls: count })
        }
    }
}

fn going_round() -> TaskError {
    TaskError {
        code: "going_round".to_owned(),
        message: "The agent asks for the same again and again.".to_owned(),
        hint: "Everything so far is kept. Go on if you think it gets further, finish with what there is, or stop it."
            .to_owned(),
        retryable: true,
    }
}

/// What there is to be done for a task.
pub enum Open {
    /// Nothing: its model is asked.
    Nothing,
    /// These calls.
    Calls(Vec<OpenCall>),
    /// More than it may do without its user.
    TooMany(TaskError),
}

/// The steps that a task may make, if its user said how many.
pub fn most_steps(sql: &Connection, id: &TaskId) -> Result<Option<u32>, StoreError> {
    let root = family::root(sql, id)?;
    let query = "SELECT budget ->> 'steps' FROM task WHERE id = ?1";
    Ok(sql.prepare_cached(query)?.query_row([root.as_str()], |r| r.get(0))?)
}

/// The calls of a task that are open, as many of them as it may make.
pub fn open(tx: &Tx<'_>, id: &TaskId) -> Result<Open, StoreError> {
    let most = most_steps(tx.sql, id)?.unwrap_or(MOST_STEPS);
    let open = call::open(tx.sql, id)?;
    if open.is_empty() {
        return Ok(Open::Nothing);
    }
    let others = family::steps_of_others(tx.sql, id)?;
    let within: Vec<OpenCall> = open.into_iter().filter(|call| call.number + others <= most).collect();
    Ok(if within.is_empty() {
        Open::TooMany(Overdrawn::Steps(most).explain(true))
    } else {
        Open::Calls(within)
    })
}

/// Takes up the calls of a task.
pub fn take_up(tx: &mut Tx<'_>, id: &TaskId, state: TaskState) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = ?3, reason = NULL, due_at = NULL, error = NULL WHERE id = ?1",
        )?
        .execute(params![id.as_str(), state.word(), tx.run.as_str()])?;
    event::append(tx, id, &EventKind::ToolsBegun).map(drop)
}

/// Settles work on the calls of a round. What the user asked for meanwhile counts first.
pub fn settle(tx: &mut Tx<'_>, id: &TaskId, end: &CallsEnd) -> Result<(), StoreError> {
    let before = task::load(tx.sql, id)?;
    // What began and did not end may have happened; tasks that were started go on by themselves.
    tx.sql
        .prepare_cached(
            "UPDATE call SET state = 'unknown' WHERE task_id = ?1 AND state = 'started' AND ended_at IS NULL AND tool <> ?2",
        )?
        .execute([id.as_str(), START_TASKS])?;
    let (cancelled, paused): (bool, bool) = tx
        .sql
        .prepare_cached("SELECT cancel_at IS NOT NULL, pause_at IS NOT NULL FROM task WHERE id = ?1")?
        .query_row([id.as_str()], |r| Ok((r.get(0)?, r.get(1)?)))?;
    if cancelled {
        let state = before.state.next(Step::Cancel)?;
        let message_id = message::partial(tx, &before, String::new())?;
        let kind = EventKind::Cancelled { message_id };
        return outcome::close(tx, &before, state, kind, Outcome::Cancelled, None, "");
    }
    if paused {
        let state = before.state.next(Step::Pause)?;
        return outcome::settle_paused(tx, &before, state);
    }
    match end {
        CallsEnd::Over => {
            let state = before.state.next(Step::Retry)?;
            outcome::next(tx, &before, state, &EventKind::ToolsEnded)
        }
        CallsEnd::Children if child::any_open(tx.sql, id)? => child::park(tx, &before),
        // The last of them ended meanwhile.
        CallsEnd::Children => settle(tx, id, &CallsEnd::Over),
        CallsEnd::Ask(wanted) => {
            wanted.iter().try_for_each(|wanted| approval::ask(tx, id, wanted))?;
            if approval::open(tx.sql, id)? == 0 {
                // All of it was decided meanwhile.
                return settle(tx, id, &CallsEnd::Over);
            }
            let state = before.state.next(Step::Ask)?;
            let is_question = wanted.iter().all(|wanted| wanted.effect.is_none());
            let reason = if is_question { Reason::Question } else { Reason::Approval };
            outcome::ask(tx, &before, state, reason, Some(explain(&before, wanted, is_question)))
        }
        CallsEnd::Again(error) => {
            let state = before.state.next(Step::Retry)?;
            tx.sql
                .prepare_cached(
                    "UPDATE task SET state = ?2, lease_run = NULL, reason = 'restarted', error = ?3, restarts = restarts + 1
                     WHERE id = ?1",
                )?
                .execute(params![id.as_str(), state.word(), row::json(error)?])?;
            event::append(tx, id, &EventKind::Requeued { reason: Reason::Restarted, due_at: None })?;
            conversation::mark_changed(tx, &before.conversation_id)
        }
        CallsEnd::Interrupted(error) => {
            let state = before.state.next(Step::Ask)?;
            outcome::ask(tx, &before, state, Reason::Interrupted, Some(error.clone()))
        }
        CallsEnd::TooMany(what) => {
            let state = before.state.next(Step::Ask)?;
            outcome::ask(tx, &before, state, Reason::Budget, Some(what.explain(true)))
        }
        CallsEnd::Failed(error) => {
            let state = before.state.next(Step::Fail)?;
            let message_id = message::partial(tx, &before, String::new())?;
            let kind = EventKind::Failed { error: error.clone(), message_id };
            outcome::close(tx, &before, state, kind, Outcome::Failed, Some(error.clone()), "")
        }
        // The wish is gone from its row: it goes on.
        CallsEnd::Stopped => {
            let state = before.state.next(Step::Retry)?;
            outcome::next(tx, &before, state, &EventKind::Requeued { reason: Reason::Slot, due_at: None })
        }
    }
}

/// What the user is told that it waits for.
fn explain(task: &Task, wanted: &[Wanted], is_question: bool) -> TaskError {
    let agent = task.agent.as_deref().unwrap_or("It");
    let first = wanted.first().map_or("", |wanted| wanted.summary.as_str());
    let (code, message, hint) = match wanted.len() {
        _ if is_question => ("question", format!("{agent} asks: {first}"), "Answer it, and it goes on."),
        1 => (
            "approval",
            format!("{agent} wants to do this: {first}."),
            "Look at what would happen, then allow it or not. Nothing happens before.",
        ),
        count => (
            "approval",
            format!("{agent} wants to do {count} things. The first: {first}."),
            "Look at what would happen, then allow each or not. Nothing happens before.",
        ),
    };
    TaskError { code: code.to_owned(), message, hint: hint.to_owned(), retryable: false }
}

impl Store {
    /// Folders in which agents worked, newest first, at most ten.
    pub async fn work_folders(&self) -> Result<Vec<String>, StoreError> {
        self.read(|sql| {
            let query = "SELECT COALESCE(agent -> 'copy_of' ->> 'folder', agent ->> 'folder') AS folder FROM task WHERE agent IS NOT NULL AND agent ->> 'folder' IS NOT NULL
                         GROUP BY folder ORDER BY MAX(number) DESC LIMIT 10";
            row::all(sql, query, [], |r| Ok(r.get(0)?))
        })
        .await
    }

    /// The folders of agents that are copies.
    pub async fn copies(&self) -> Result<Vec<String>, StoreError> {
        self.read(|sql| {
            let query = "SELECT DISTINCT agent ->> 'folder' FROM task WHERE agent -> 'copy_of' IS NOT NULL";
            row::all(sql, query, [], |r| Ok(r.get(0)?))
        })
        .await
    }

    /// The agent at work on a task.
    pub async fn agent_at_work(&self, id: TaskId) -> Result<Option<AgentAtWork>, StoreError> {
        self.read(move |sql| {
            let query = "SELECT agent FROM task WHERE id = ?1";
            let agent: Option<Option<String>> =
                sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0)).optional()?;
            agent.flatten().map(|text| row::from_json(&text)).transpose()
        })
        .await
    }

    /// Settles work on the calls of a round.
    pub async fn settle_calls(&self, id: TaskId, end: CallsEnd) -> Result<(), StoreError> {
        self.write(move |tx| settle(tx, &id, &end)).await
    }

    /// What the agent says it will do, and how far it is.
    pub async fn set_plan(&self, id: TaskId, plan: Vec<PlanItem>) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.sql
                .prepare_cached("UPDATE task SET plan = ?2 WHERE id = ?1")?
                .execute([id.as_str(), row::json(&plan)?.as_str()])?;
            let seq = event::append(tx, &id, &EventKind::PlanChanged { plan: plan.clone() })?;
            delivery::halfway(tx, &id, seq)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::command::SendMessage;
    use crate::model::{Detail, Lane, Origin, ToolEffect};
    use crate::store::Begun;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_call_does_not_begin_once_its_task_is_to_end_or_to_be_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Arc::new(SystemClock)).unwrap();
        let _claims = store.claims().await.unwrap();
        for wish in ["cancel", "pause"] {
            let prompt = SendMessage {
                model: Some("practice/quick".to_owned()),
                ..SendMessage::new("hello", Lane::Background, Origin::Api)
            };
            let id = store.accept(prompt).await.unwrap().task.id;
            let of = id.clone();
            let asked = AskedCall { tool: "read_file".to_owned(), arguments: "{}".to_owned(), opaque: None };
            store
                .write(move |tx| call::insert(tx, &of, 1, 0, std::slice::from_ref(&asked)).map(drop))
                .await
                .unwrap();
            match wish {
                "cancel" => store.cancel(id.clone()).await.unwrap(),
                _ => store.pause(id.clone()).await.unwrap(),
            };
            let what = Wanted {
                call: 1,
                tool: "read_file".to_owned(),
                effect: Some(ToolEffect::Read),
                summary: "Read a".to_owned(),
                detail: Detail::None,
                note: String::new(),
                hash: String::new(),
                asks_each_time: false,
            };
            assert_eq!(store.start_call(id, what).await, Ok(Begun::Unwanted), "{wish}");
        }
        store.close().await;
    }
}
