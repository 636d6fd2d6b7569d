//! Accepting work: the prompt, its task, the way back and the key against repeats are one transaction.

use super::tx::Tx;
use super::{
    Store, StoreError, batch, branch, call, child, conversation, document, event, forecast, part, program,
    provider, row, search, settings, step, system, task,
};
use crate::command::{SendMessage, Sent};
use crate::model::{
    AttachmentKind, Budget, ConversationId, EventKind, Lane, MessageId, Origin, Ownership, Reason, Surface,
    Task, TaskId, TaskState,
};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

/// A name for lists: the first line with anything in it, at most this many characters.
const TITLE: usize = 60;

impl Store {
    /// Stores a prompt that was checked, and its task.
    ///
    /// # Errors
    /// `NotFound` for an unknown conversation or task, `Conflict` for a key that was used with another body,
    /// `Invalid` when there is no model to ask.
    pub async fn accept(&self, message: SendMessage) -> Result<Sent, StoreError> {
        self.write(move |tx| {
            let Some(key) = &message.idempotency_key else {
                let id = insert(tx, &message)?;
                return Ok(Sent { task: task::load(tx.sql, &id)?, is_new: true });
            };
            let hash = body_hash(&message)?;
            if let Some(task) = repeated(tx, key, &hash)? {
                return Ok(Sent { task, is_new: false });
            }
            let id = insert(tx, &message)?;
            tx.sql
                .prepare_cached("INSERT INTO idempotency (key, body_hash, task_id) VALUES (?1, ?2, ?3)")?
                .execute(params![key, hash, id.as_str()])?;
            Ok(Sent { task: task::load(tx.sql, &id)?, is_new: true })
        })
        .await
    }

    /// Makes a new task for the prompt of an old one, and stops the old one if it is not over. While the new one is not over,
    /// asking the same model again gives it: a second click is not a second answer to pay for. Another model answers this
    /// once, and the conversation keeps its own.
    ///
    /// # Errors
    /// `Invalid` in the trash, like a new prompt, and for a model of no provider.
    pub async fn retry(
        &self,
        old: TaskId,
        lane: Lane,
        origin: Origin,
        model: Option<String>,
    ) -> Result<Sent, StoreError> {
        self.write(move |tx| {
            let old = system::of_user(tx.sql, &old)?;
            if old.parent_id.is_some() {
                return Err(child::refused("try again"));
            }
            let home = conversation::standing(tx.sql, &old.conversation_id)?;
            if home.is_deleted {
                return Err(in_trash());
            }
            let model = match &model {
                Some(other) => program::model_for(tx.sql, &old, other)?,
                None => answerable(tx, &old, lane)?,
            };
            if let Some(again) = asked_again(tx, &old, &model)? {
                return Ok(Sent { task: again, is_new: false });
            }
            if !old.state.is_final() {
                step::cancel(tx, &old.id)?;
            }
            let id = insert_again(tx, &old, &model, lane, origin)?;
            if old.progress.is_some() && old.agent.is_none() {
                part::plan_again(tx, &id, &old.id)?;
            }
            forecast::note(tx, &id)?;
            let has_program = program::has_program(tx.sql, &id)?;
            let used = Some(old.model.as_str()).filter(|used| *used == model && !has_program);
            conversation::touch(tx, &old.conversation_id, used)?;
            Ok(Sent { task: task::load(tx.sql, &id)?, is_new: true })
        })
        .await
    }
}

/// A task in the place of one that failed or was stopped: it goes on from the text that was left. While it is not over,
/// asking again gives it.
pub fn go_on(tx: &mut Tx<'_>, old: &Task, model: &str) -> Result<TaskId, StoreError> {
    system::refuse(old)?;
    if old.parent_id.is_some() {
        return Err(child::refused("go on with"));
    }
    if conversation::is_deleted(tx.sql, &old.conversation_id)? {
        return Err(in_trash());
    }
    let model = program::model_for(tx.sql, old, model)?;
    if let Some(again) = asked_again(tx, old, &model)? {
        return Ok(again.id);
    }
    let id = insert_again(tx, old, &model, old.lane, old.ownership.origin)?;
    let text = task::text(tx.sql, &old.id)?.text;
    if let Some(seams) = step::seams_after(old, &text)? {
        tx.sql
            .prepare_cached("UPDATE task SET seams = ?2 WHERE id = ?1")?
            .execute(params![id.as_str(), seams])?;
    }
    if old.agent.is_some() {
        call::take_over(tx, &id, &old.id)?;
    } else if old.progress.is_some() {
        part::take_over(tx, &id, &old.id)?;
    }
    // The next question of this chat is for who can answer.
    let answers = if program::has_program(tx.sql, &id)? { None } else { Some(model.as_str()) };
    conversation::touch(tx, &old.conversation_id, answers)?;
    Ok(id)
}

/// The same prompt once more. One of two answers side by side gives its place to the new one, beside the same other.
fn insert_again(
    tx: &mut Tx<'_>,
    old: &Task,
    model: &str,
    lane: Lane,
    origin: Origin,
) -> Result<TaskId, StoreError> {
    let is_compared = task::is_compared(tx.sql, old)?;
    let id = insert_task(
        tx,
        NewTask {
            conversation: &old.conversation_id,
            place: (old.branch, old.turn),
            prompt_id: &old.prompt_id,
            title: &old.title,
            model,
            lane,
            ownership: ownership(origin, &old.conversation_id, old.ownership.mode),
            budget: old.budget,
            // Who wants to watch it wants it now.
            in_batch: old.in_batch && lane == Lane::Background && provider::has_batches(tx.sql, model)?,
            retry_of: Some(&old.id),
        },
    )?;
    tx.sql
        .prepare_cached("UPDATE task SET agent = (SELECT agent FROM task WHERE id = ?2) WHERE id = ?1")?
        .execute([id.as_str(), old.id.as_str()])?;
    if is_compared {
        task::put_with_others(tx, &id, old)?;
        let shown = conversation::standing(tx.sql, &old.conversation_id)?.branch;
        branch::show(tx, &old.conversation_id, shown)?;
    }
    Ok(id)
}

/// The model that was asked; of a chat that was held in another app, whose models are not here, the one that answers now.
fn answerable(tx: &Tx<'_>, old: &Task, lane: Lane) -> Result<String, StoreError> {
    if old.ownership.origin != Origin::Import || provider::known_model(tx.sql, &old.model).is_ok() {
        return Ok(old.model.clone());
    }
    match conversation::standing(tx.sql, &old.conversation_id)?.model {
        Some(model) => Ok(model),
        None => default_model(tx, lane),
    }
}

/// The task of this model that answers this one's prompt again and is not over yet.
fn asked_again(tx: &Tx<'_>, old: &Task, model: &str) -> Result<Option<Task>, StoreError> {
    let found: Option<String> = tx
        .sql
        .prepare_cached(
            "SELECT id FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3 AND ended_at IS NULL AND retry_of = ?4
               AND model = ?5 ORDER BY number LIMIT 1",
        )?
        .query_row(
            params![old.conversation_id.as_str(), old.branch, old.turn, old.id.as_str(), model],
            |r| r.get(0),
        )
        .optional()?;
    found.map(|id| task::load(tx.sql, &TaskId::from_text(id))).transpose()
}

fn body_hash(message: &SendMessage) -> Result<String, StoreError> {
    let body = SendMessage { idempotency_key: None, ..message.clone() };
    let hash = Sha256::digest(row::json(&body)?.as_bytes());
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn repeated(tx: &Tx<'_>, key: &str, hash: &str) -> Result<Option<Task>, StoreError> {
    let found: Option<(String, String)> = tx
        .sql
        .prepare_cached("SELECT body_hash, task_id FROM idempotency WHERE key = ?1")?
        .query_row([key], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    match found {
        None => Ok(None),
        Some((stored, id)) if stored == hash => task::load(tx.sql, &TaskId::from_text(id)).map(Some),
        Some(_) => Err(StoreError::Conflict(
            "this Idempotency-Key was used for another request before; nothing was started".to_owned(),
        )),
    }
}

fn insert(tx: &mut Tx<'_>, message: &SendMessage) -> Result<TaskId, StoreError> {
    let title = title(&message.text);
    let files = document::of_prompt(tx.sql, &message.attachments)?;
    if message.in_parts && files.iter().any(|file| file.kind == AttachmentKind::Picture) {
        return Err(StoreError::Invalid(
            "pictures are not looked at part by part; send them with a prompt of their own. Nothing was sent"
                .to_owned(),
        ));
    }
    check_agent(message)?;
    let home = message.conversation_id.as_ref().map(|id| conversation::standing(tx.sql, id)).transpose()?;
    if home.as_ref().is_some_and(|home| home.is_deleted) {
        return Err(in_trash());
    }
    let shown = home.as_ref().map_or(branch::FIRST, |home| home.branch);
    let program = message.agent_at_work.as_ref().filter(|agent| agent.program.is_some());
    let model = match (program, message.model.clone().or(home.and_then(|home| home.model))) {
        (Some(agent), _) => program::model_of(agent),
        (None, Some(model)) => provider::known_model(tx.sql, &model)?,
        (None, None) => provider::known_model(tx.sql, &default_model(tx, message.lane)?)?,
    };
    // What is asked next in this chat is for a model again.
    let answers = Some(model.as_str()).filter(|_| program.is_none());
    let beside =
        message.compare_with.as_ref().map(|other| provider::known_model(tx.sql, other)).transpose()?;
    if beside.as_ref() == Some(&model) {
        return Err(StoreError::Invalid(
            "two models are compared, and these are the same; choose another one. Nothing was sent"
                .to_owned(),
        ));
    }
    if message.in_batch {
        batch::check(tx.sql, message, &model)?;
        beside.as_ref().map_or(Ok(()), |beside| batch::check(tx.sql, message, beside))?;
    }
    let budget = match message.budget {
        Some(budget) => Some(budget),
        None if message.in_batch => Some(Budget { seconds: None, ..settings::load(tx.sql)?.task_budget }),
        None if message.lane == Lane::Background => {
            let usual = settings::load(tx.sql)?.task_budget;
            Some(if program.is_some() { Budget { usd: None, ..usual } } else { usual })
        }
        // Whoever watches sees the rest; what an agent does it is asked about all the same.
        None if message.agent_at_work.is_some() => {
            let Budget { steps, files, .. } = settings::load(tx.sql)?.task_budget;
            Some(Budget { steps, files, ..Budget::default() }).filter(|budget| !budget.is_none())
        }
        None => None,
    };
    let (conversation, place) = match (&message.conversation_id, &message.edit_of) {
        (Some(_), _) if message.manner.is_some() => {
            return Err(StoreError::Invalid(
                "instructions are given with the first prompt of a chat; those of one that exists are changed by itself. Nothing was sent".to_owned(),
            ));
        }
        (Some(id), edit_of) => {
            conversation::touch(tx, id, answers)?;
            let place = match edit_of {
                Some(old) => edited(tx, old, id)?,
                None => (shown, conversation::last_turn(tx.sql, id, shown)? + 1),
            };
            (id.clone(), place)
        }
        (None, Some(_)) => return Err(elsewhere()),
        (None, None) => (conversation::create(tx, &title, answers)?, (branch::FIRST, 1)),
    };
    if let Some(manner) = &message.manner {
        conversation::set_manner(tx, &conversation, manner)?;
    }
    let prompt_id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, branch, turn, role, text, task_id, is_whole, created_at, files)
             VALUES (?1, ?2, ?3, ?4, 'user', ?5, NULL, 1, ?6, ?7)",
        )?
        .execute(params![
            prompt_id.as_str(),
            conversation.as_str(),
            place.0,
            place.1,
            message.text,
            tx.now.as_ms(),
            document::stored(&files)?
        ])?;
    search::index(tx.sql, &prompt_id)?;
    let mut first = None;
    for model in [Some(&model), beside.as_ref()].into_iter().flatten() {
        let new = NewTask {
            conversation: &conversation,
            place,
            prompt_id: &prompt_id,
            title: &title,
            model,
            lane: message.lane,
            ownership: ownership(message.origin, &conversation, message.delivery),
            budget,
            in_batch: message.in_batch,
            retry_of: message.edit_of.as_ref(),
        };
        let id = insert_task(tx, new)?;
        if let Some(agent) = &message.agent_at_work {
            tx.sql
                .prepare_cached("UPDATE task SET agent = ?2 WHERE id = ?1")?
                .execute([id.as_str(), row::json(agent)?.as_str()])?;
        }
        if message.in_parts {
            part::plan(tx, &id, &files)?;
        }
        forecast::note(tx, &id)?;
        match &first {
            None => first = Some(id),
            Some(first) => task::put_beside(tx, &id, first)?,
        }
    }
    first.ok_or_else(|| StoreError::Broken("a prompt has no task".to_owned()))
}

/// Work of an agent has steps of its own.
fn check_agent(message: &SendMessage) -> Result<(), StoreError> {
    let what = match message {
        SendMessage { agent: None, .. } => return Ok(()),
        SendMessage { in_parts: true, .. } => "part by part",
        SendMessage { in_batch: true, .. } => "in a batch",
        SendMessage { compare_with: Some(_), .. } => "beside another model",
        _ => return Ok(()),
    };
    Err(StoreError::Invalid(format!("an agent does not work {what}; choose one of both. Nothing was sent")))
}

/// What is asked when neither the message nor its conversation names a model.
fn default_model(tx: &Tx<'_>, lane: Lane) -> Result<String, StoreError> {
    let settings = settings::load(tx.sql)?;
    let chosen = match lane {
        Lane::Background => settings.background_model.or(settings.default_model),
        Lane::Interactive => settings.default_model,
    };
    chosen.ok_or_else(|| StoreError::Invalid(NO_MODEL.to_owned()))
}

/// What [`crate::Core`] says when nothing can be asked.
pub const NO_MODEL: &str = "no model is set up yet. Your prompt is kept; choose a model, then send it again";

/// The place of another version of a prompt: the same turn, in a branch of its own, which is shown from now on.
fn edited(tx: &mut Tx<'_>, old: &TaskId, conversation: &ConversationId) -> Result<(u32, u32), StoreError> {
    let old = task::load(tx.sql, old)?;
    if old.conversation_id != *conversation || old.parent_id.is_some() || old.is_of_system() {
        return Err(elsewhere());
    }
    let branch = branch::begin(tx, conversation, old.branch, old.turn)?;
    branch::show(tx, conversation, branch)?;
    Ok((branch, old.turn))
}

fn in_trash() -> StoreError {
    StoreError::Invalid("this conversation is in the trash; restore it first".to_owned())
}

fn elsewhere() -> StoreError {
    StoreError::Invalid("the edited prompt belongs to another conversation".to_owned())
}

pub fn ownership(
    origin: Origin,
    conversation: &ConversationId,
    mode: crate::model::DeliveryMode,
) -> Ownership {
    let surface = Surface::Conversation(conversation.clone());
    Ownership { origin, work: surface.clone(), end: surface, mode }
}

/// A task that is to be stored.
pub struct NewTask<'a> {
    pub conversation: &'a ConversationId,
    /// Branch and turn.
    pub place: (u32, u32),
    pub prompt_id: &'a MessageId,
    pub title: &'a str,
    pub model: &'a str,
    pub lane: Lane,
    pub ownership: Ownership,
    pub budget: Option<Budget>,
    pub in_batch: bool,
    pub retry_of: Option<&'a TaskId>,
}

pub fn insert_task(tx: &mut Tx<'_>, new: NewTask<'_>) -> Result<TaskId, StoreError> {
    let id = TaskId::fresh();
    let ownership = Ownership { work: Surface::Task(id.clone()), ..new.ownership };
    let detached_at = (new.lane == Lane::Background).then_some(tx.now.as_ms());
    let reason = if new.lane == Lane::Background { Some(row::word(&Reason::Slot)?) } else { None };
    let head = tx.next_seq();
    tx.sql
        .prepare_cached(
            "INSERT INTO task (id, conversation_id, branch, turn, prompt_id, lane, state, reason, title, model, created_at,
               detached_at, ownership, retry_of, head, shown_seq, budget, in_batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16, ?17)",
        )?
        .execute(params![
            id.as_str(),
            new.conversation.as_str(),
            new.place.0,
            new.place.1,
            new.prompt_id.as_str(),
            row::word(&new.lane)?,
            TaskState::Queued.word(),
            reason,
            new.title,
            new.model,
            tx.now.as_ms(),
            detached_at,
            row::json(&ownership)?,
            new.retry_of.map(TaskId::as_str),
            head,
            new.budget.filter(|budget| !budget.is_none()).as_ref().map(row::json).transpose()?,
            new.in_batch,
        ])?;
    event::insert(tx, head, &id, &EventKind::Queued { lane: new.lane, ownership })?;
    Ok(id)
}

pub fn title(prompt: &str) -> String {
    let line = prompt.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("Untitled");
    let line = line.trim_start_matches(['#', '>', '-', '*', ' ']);
    let line = if line.is_empty() { "Untitled" } else { line };
    crate::model::one_line(line, TITLE)
}
