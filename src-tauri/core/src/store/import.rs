//! Conversations that were held in another app. Each answer gets the task it would have had here, with its whole short
//! history, so nothing else has to know that it came from elsewhere.

use super::tx::Tx;
use super::{Store, StoreError, branch, conversation, event, row, search};
use crate::model::{
    AttemptEnd, Conversation, ConversationId, DeliveryMode, EventKind, FinishReason, Imported, ImportedTurn,
    ImportedVersion, Lane, MessageId, Origin, Ownership, Surface, TaskId, TaskState, Timestamp, Usage,
};
use rusqlite::{OptionalExtension, params};

impl Store {
    /// Stores a conversation that was checked; false when it is here already, in the trash or not: brought in before, or the
    /// very one that was exported.
    pub async fn import(&self, imported: Imported) -> Result<(Conversation, bool), StoreError> {
        self.write(move |tx| {
            let known: Option<String> = tx
                .sql
                .prepare_cached("SELECT id FROM conversation WHERE source = ?1 OR id = ?2")?
                .query_row(params![imported.source, imported.held_as()], |r| r.get(0))
                .optional()?;
            if let Some(id) = known {
                return Ok((conversation::load(tx.sql, &ConversationId::from_text(id))?, false));
            }
            let id = insert(tx, &imported)?;
            Ok((conversation::load(tx.sql, &id)?, true))
        })
        .await
    }
}

fn insert(tx: &mut Tx<'_>, imported: &Imported) -> Result<ConversationId, StoreError> {
    let id = ConversationId::fresh();
    let seq = tx.next_seq();
    // Without a model: who answers next is who answers everywhere.
    tx.sql
        .prepare_cached(
            "INSERT INTO conversation (id, title, created_at, updated_at, changed_seq, source, is_named)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)",
        )?
        .execute(params![
            id.as_str(),
            conversation::title_of(&imported.title),
            imported.created_at.as_ms(),
            imported.updated_at.as_ms(),
            seq,
            imported.source,
        ])?;
    insert_turns(tx, &id, branch::FIRST, 1, &imported.turns)?;
    Ok(id)
}

/// Stores turns of a branch, the first of them at the place `first`, and the branches that left it there.
fn insert_turns(
    tx: &mut Tx<'_>,
    id: &ConversationId,
    way: u32,
    first: u32,
    turns: &[ImportedTurn],
) -> Result<(), StoreError> {
    for (turn, place) in (first..).zip(turns) {
        let mut asked: Vec<(&ImportedVersion, Place<'_>, MessageId, TaskId)> = Vec::new();
        for version in &place.versions {
            let (at, prompt, retry_of) = match asked.iter().rev().find(|(other, ..)| other.is_same(version)) {
                Some((_, at, prompt, task)) => (*at, prompt.clone(), Some(task)),
                None => {
                    // What was shown last is what was gone on with; each other prompt is a branch that ends there.
                    let is_shown = place.versions.last().is_some_and(|last| last.is_same(version));
                    let branch = match is_shown {
                        true => way,
                        false => branch::begin(tx, id, way, turn)?,
                    };
                    let at = Place { conversation: id, branch, turn };
                    (at, message(tx, at, &version.prompt, None, version.asked_at, true)?, None)
                }
            };
            let task = task(tx, at, &prompt, version, retry_of)?;
            insert_turns(tx, id, at.branch, turn + 1, &version.then)?;
            asked.push((version, at, prompt, task));
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Place<'a> {
    conversation: &'a ConversationId,
    branch: u32,
    turn: u32,
}

fn task(
    tx: &mut Tx<'_>,
    place: Place<'_>,
    prompt: &MessageId,
    version: &ImportedVersion,
    retry_of: Option<&TaskId>,
) -> Result<TaskId, StoreError> {
    let id = TaskId::fresh();
    let answer = version.answer.as_ref();
    let ended_at = answer.map_or(version.asked_at, |answer| answer.at.max(version.asked_at));
    let is_whole = answer.is_some_and(|answer| answer.is_whole);
    let state = if is_whole { TaskState::Completed } else { TaskState::Cancelled };
    let model = answer.map_or("unknown/unknown", |answer| &answer.model);
    let ownership = Ownership {
        origin: Origin::Import,
        work: Surface::Task(id.clone()),
        end: Surface::Conversation(place.conversation.clone()),
        mode: DeliveryMode::default(),
    };
    tx.sql
        .prepare_cached(
            "INSERT INTO task (id, conversation_id, branch, turn, prompt_id, lane, state, title, model, attempt, created_at,
               started_at, ended_at, finish_reason, ownership, retry_of, head)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0)",
        )?
        .execute(params![
            id.as_str(),
            place.conversation.as_str(),
            place.branch,
            place.turn,
            prompt.as_str(),
            row::word(&Lane::Interactive)?,
            state.word(),
            super::intake::title(&version.prompt),
            model,
            u32::from(answer.is_some()),
            version.asked_at.as_ms(),
            answer.map(|_| version.asked_at.as_ms()),
            ended_at.as_ms(),
            is_whole.then(|| row::word(&FinishReason::Stop)).transpose()?,
            row::json(&ownership)?,
            retry_of.map(TaskId::as_str),
        ])?;
    let mut history = vec![(version.asked_at, EventKind::Queued { lane: Lane::Interactive, ownership })];
    match answer {
        Some(answer) => {
            let message_id = message(tx, place, &answer.text, Some(&id), ended_at, is_whole)?;
            let end = if is_whole { AttemptEnd::Complete } else { AttemptEnd::Cancelled };
            tx.sql
                .prepare_cached(
                    "INSERT INTO attempt (task_id, number, model, started_at, ended_at, end, is_estimated)
                     VALUES (?1, 1, ?2, ?3, ?4, ?5, 1)",
                )?
                .execute(params![
                    id.as_str(),
                    model,
                    version.asked_at.as_ms(),
                    ended_at.as_ms(),
                    row::word(&end)?,
                ])?;
            let usage = Usage { estimated: true, ..Usage::default() };
            let ended = EventKind::AttemptEnded { attempt: 1, end, error: None, usage };
            let over = match is_whole {
                true => EventKind::Completed { finish_reason: FinishReason::Stop, message_id },
                false => EventKind::Cancelled { message_id: Some(message_id) },
            };
            history.extend([
                (version.asked_at, EventKind::Started { attempt: 1, model: model.to_owned() }),
                (ended_at, ended),
                (ended_at, over),
            ]);
        }
        None => history.push((ended_at, EventKind::Cancelled { message_id: None })),
    }
    let mut head = 0;
    for (at, kind) in &history {
        head = tx.next_seq();
        event::put(tx.sql, head, &id, kind, *at)?;
    }
    tx.sql
        .prepare_cached("UPDATE task SET head = ?2, shown_seq = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), head])?;
    Ok(id)
}

/// A prompt, or the answer of a task.
fn message(
    tx: &Tx<'_>,
    place: Place<'_>,
    text: &str,
    task: Option<&TaskId>,
    at: Timestamp,
    is_whole: bool,
) -> Result<MessageId, StoreError> {
    let id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, branch, turn, role, text, task_id, is_whole, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id.as_str(),
            place.conversation.as_str(),
            place.branch,
            place.turn,
            if task.is_some() { "assistant" } else { "user" },
            text,
            task.map(TaskId::as_str),
            is_whole,
            at.as_ms(),
        ])?;
    search::index(tx.sql, &id)?;
    Ok(id)
}
