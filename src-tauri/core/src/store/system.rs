//! What the app gives itself to do, silently: the name of a chat. Each is a task like any other, but stands in a branch to which
//! no path leads, takes no place, asks nobody and is told to nobody.

use super::attempt::{self, Claimed, Due};
use super::intake::{self, NewTask};
use super::outcome::End;
use super::tx::Tx;
use super::{
    StoreError, child, circuit, conversation, program, provider, queue, row, search, settings, step, task,
};
use crate::model::{
    Budget, ConversationId, DeliveryMode, Lane, MessageId, NAME_SECONDS, NAME_TOKENS, Origin, Settings, Task,
    TaskId, Today, ask_for_name, name_in, one_line,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The branch of a conversation in which they stand, beside that of the parts of a job.
pub const BRANCH: u32 = child::BRANCH + 1;

/// The word for the name of a chat.
const NAME: &str = "name";

/// Attempts, those that were cut included.
const ATTEMPTS: u32 = 2;

/// Characters of the title of such a task.
const TITLE: usize = 60;

/// A task that a user may do something with.
///
/// # Errors
/// `Invalid` for what is the system's.
pub fn of_user(sql: &Connection, id: &TaskId) -> Result<Task, StoreError> {
    let task = task::load(sql, id)?;
    refuse(&task).map(|()| task)
}

/// Nothing can be asked of what the system does but to stop.
pub fn refuse(task: &Task) -> Result<(), StoreError> {
    if !task.is_of_system() {
        return Ok(());
    }
    Err(StoreError::Invalid(
        "Meanwhile does this by itself, so all that can be done with it is to stop it. Nothing was changed"
            .to_owned(),
    ))
}

/// An answer became whole: the name is taken if it was asked for, or asked for if it was the first of its chat.
pub fn answered(tx: &mut Tx<'_>, task: &Task, answer: &str) -> Result<(), StoreError> {
    if task.is_of_system() {
        return take_name(tx, &task.conversation_id, answer);
    }
    if task.turn > 1 || task.parent_id.is_some() {
        return Ok(());
    }
    let settings = settings::load(tx.sql)?;
    // A program answers for its own task alone.
    if !is_wanted(tx.sql, &settings, &task.model)? || program::has_program(tx.sql, &task.id)? {
        return Ok(());
    }
    let first = "SELECT NOT EXISTS (SELECT 1 FROM task WHERE conversation_id = ?1 AND id <> ?2
                   AND (system IS NOT NULL OR (state = 'completed' AND parent_id IS NULL)))
                 FROM conversation WHERE id = ?1 AND is_named = 0 AND deleted_at IS NULL";
    let is_first = tx
        .sql
        .prepare_cached(first)?
        .query_row([task.conversation_id.as_str(), task.id.as_str()], |r| r.get(0))
        .optional()?;
    if is_first == Some(true) { ask(tx, task, answer) } else { Ok(()) }
}

/// Whether a name is to be asked for, of this model.
fn is_wanted(sql: &Connection, settings: &Settings, model: &str) -> Result<bool, StoreError> {
    let provider = provider::by_name(sql, circuit::provider_of(model))?;
    Ok(provider.is_some_and(|provider| settings.chat_names.asks(&provider)))
}

fn ask(tx: &mut Tx<'_>, first: &Task, answer: &str) -> Result<(), StoreError> {
    let prompt_id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, branch, turn, role, text, task_id, is_whole, created_at)
             VALUES (?1, ?2, ?3, 1, 'user', ?4, NULL, 1, ?5)",
        )?
        .execute(params![
            prompt_id.as_str(),
            first.conversation_id.as_str(),
            BRANCH,
            ask_for_name(&first.prompt, answer),
            tx.now.as_ms(),
        ])?;
    search::index(tx.sql, &prompt_id)?;
    let new = NewTask {
        conversation: &first.conversation_id,
        place: (BRANCH, 1),
        prompt_id: &prompt_id,
        title: &one_line(&format!("Naming \u{201c}{}\u{201d}", one_line(&first.title, TITLE - 9)), TITLE),
        model: &first.model,
        // So its text is no batch, goes on nowhere else and waits for nobody.
        lane: Lane::Interactive,
        ownership: intake::ownership(Origin::System, &first.conversation_id, DeliveryMode::Suppressed),
        budget: Some(Budget { tokens: Some(NAME_TOKENS), seconds: Some(NAME_SECONDS), ..Budget::default() }),
        in_batch: false,
        retry_of: None,
    };
    let id = intake::insert_task(tx, new)?;
    tx.sql.prepare_cached("UPDATE task SET system = ?2 WHERE id = ?1")?.execute([id.as_str(), NAME])?;
    Ok(())
}

/// Unless its user was faster, or there is no name in it.
fn take_name(tx: &mut Tx<'_>, id: &ConversationId, answer: &str) -> Result<(), StoreError> {
    let Some(name) = name_in(answer) else { return Ok(()) };
    let query = "UPDATE conversation SET title = ?2, is_named = 1 WHERE id = ?1 AND is_named = 0";
    tx.sql.prepare_cached(query)?.execute([id.as_str(), &name])?;
    conversation::mark_changed(tx, id)
}

/// What becomes of one after an attempt: it is tried once more at most, and what would ask its user is given up. What was cut by
/// the end of the process is not asked for again: it may have been paid for.
pub fn end(end: End, attempt: u32) -> End {
    match end {
        End::Completed(_) | End::Cancelled | End::Failed => end,
        End::Again { due_at: Some(_), .. } if attempt < ATTEMPTS => end,
        _ => End::Failed,
    }
}

/// Whether one waits for its turn.
pub fn any_queued(sql: &Connection) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM task INDEXED BY task_system_open
                 WHERE system IS NOT NULL AND ended_at IS NULL AND state = 'queued')";
    Ok(sql.prepare_cached(query)?.query_row([], |r| r.get(0))?)
}

/// Takes up the oldest that is due, while none is at work and nothing of the user waits. What is not wanted any more, or may cost
/// nothing more today, or whose provider is in trouble, is over.
pub fn take_up(
    tx: &mut Tx<'_>,
    settings: &Settings,
    today: Option<&Today>,
) -> Result<Option<Claimed>, StoreError> {
    while let Some((id, model)) = next(tx)? {
        let is_wanted = is_wanted(tx.sql, settings, &model)? && circuit::trouble(tx.sql, &model)?.is_none();
        if is_wanted && !queue::is_room_for_system(tx.sql, settings, circuit::provider_of(&model))? {
            return Ok(None);
        }
        let due = tx.in_savepoint(|tx| match is_wanted {
            true => attempt::claim(tx, &id, settings, today).map(Some),
            false => step::cancel(tx, &id).map(|()| None),
        });
        match due {
            Ok(Some(Due::Claimed(one))) => return Ok(Some(*one)),
            Ok(Some(Due::Asked(_)) | None) => {}
            Ok(Some(Due::NotYet(_))) => return Ok(None),
            Err(error @ (StoreError::Broken(_) | StoreError::Sql(_) | StoreError::NotFound { .. })) => {
                tracing::error!(task = %id, %error, "it cannot be taken up; `meanwhile doctor` may say more");
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The oldest that is due, and its model; `None` while one is at work.
fn next(tx: &Tx<'_>) -> Result<Option<(TaskId, String)>, StoreError> {
    let query = "SELECT id, model FROM task t INDEXED BY task_system_open
                 WHERE system IS NOT NULL AND ended_at IS NULL AND state = 'queued'
                   AND COALESCE(due_at, 0) NOT BETWEEN ?1 + 1 AND ?1 + ?2
                   AND NOT EXISTS (SELECT 1 FROM task r INDEXED BY task_system_open
                                   WHERE r.system IS NOT NULL AND r.ended_at IS NULL AND r.state = 'running')
                 ORDER BY number LIMIT 1";
    let found = tx
        .sql
        .prepare_cached(query)?
        .query_row([tx.now.as_ms(), queue::LONGEST_PAUSE], |r| {
            Ok((TaskId::from_text(r.get::<_, String>(0)?), r.get(1)?))
        })
        .optional()?;
    Ok(found)
}

/// Ends what is open of it: in one conversation, or all.
pub fn stop(tx: &mut Tx<'_>, conversation: Option<&ConversationId>) -> Result<(), StoreError> {
    let query =
        "SELECT id FROM task INDEXED BY task_system_open WHERE system IS NOT NULL AND ended_at IS NULL
                   AND cancel_at IS NULL AND (?1 IS NULL OR conversation_id = ?1)";
    let open = row::task_ids(tx.sql, query, [conversation.map(ConversationId::as_str)])?;
    open.iter().try_for_each(|id| step::cancel(tx, id))
}
