use super::Core;
use crate::command::{CommandError, ErrorCode, SendMessage, Sent, TaskPage};
use crate::model::{Attempt, Budget, Event, Lane, Origin, PutForward, Seq, Task, TaskId, TaskText};
use crate::store::NO_MODEL;

/// Bytes of a prompt. Source: more than any model reads; what is larger belongs into a file.
pub(super) const PROMPT: usize = 4 * 1024 * 1024;
/// Characters of an idempotency key.
const KEY: usize = 200;

impl Core {
    /// Takes a prompt. When this returns, the prompt and its task are on disk.
    pub async fn send_message(&self, mut message: SendMessage) -> Result<Sent, CommandError> {
        if message.text.trim().is_empty() {
            return Err(CommandError::invalid("the prompt is empty; write something first"));
        }
        if message.origin == Origin::System {
            return Err(CommandError::invalid("only Meanwhile itself asks as the system; nothing was sent"));
        }
        if message.text.len() > PROMPT {
            return Err(CommandError::invalid(format!(
                "the prompt has {} MiB and the limit is 4 MiB; nothing was sent",
                message.text.len() / (1024 * 1024)
            )));
        }
        if let Some(key) = &message.idempotency_key
            && (key.is_empty() || key.chars().count() > KEY || key.chars().any(char::is_control))
        {
            return Err(CommandError::invalid("an Idempotency-Key has 1 to 200 visible characters"));
        }
        if let Some(budget) = &message.budget {
            sound(budget)?;
        }
        if let Some(manner) = &message.manner {
            manner.check().map_err(CommandError::invalid)?;
        }
        self.choose_agent(&mut message).await?;
        match self.store().accept(message).await {
            Err(crate::store::StoreError::Invalid(words)) if words == NO_MODEL => {
                Err(CommandError::new(ErrorCode::NoModel, words))
            }
            other => Ok(other?),
        }
    }

    /// Lets a running answer go on without its reader; nothing is restarted.
    pub async fn continue_in_background(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().continue_in_background(id.clone()).await?)
    }

    /// Stops a task; its text is kept.
    pub async fn stop_task(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().cancel(id.clone()).await?)
    }

    /// Sets a task aside until it is resumed; its text is kept.
    pub async fn pause_task(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().pause(id.clone()).await?)
    }

    /// Sets everything aside that is queued or running in the background.
    pub async fn pause_all(&self) -> Result<(), CommandError> {
        Ok(self.store().pause_all().await?)
    }

    /// Takes everything up again that was set aside in the background.
    pub async fn resume_all(&self) -> Result<(), CommandError> {
        Ok(self.store().resume_all().await?)
    }

    /// Takes a waiting task up again; one that was cut goes on from its text. Those in the background that wait for the
    /// same key or credit go with it. One that is queued for a later moment is tried now. What was stopped or failed stays as
    /// it is, and a new task in its turn goes on from its text; that one is given then.
    pub async fn resume_task(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().resume(id.clone()).await?)
    }

    /// Gives a task another budget; one that waits because of the old one goes on.
    pub async fn set_budget(&self, id: &TaskId, budget: Budget) -> Result<Task, CommandError> {
        sound(&budget)?;
        Ok(self.store().set_budget(id.clone(), budget).await?)
    }

    /// Has another model go on with a task that waits, is paused or is queued. What is there stays, and the place is marked.
    /// What failed stays as it is, and a new task in its turn goes on from its text; that one is given then.
    pub async fn hand_over_task(&self, id: &TaskId, model: &str) -> Result<Task, CommandError> {
        Ok(self.store().hand_over(id.clone(), model.to_owned()).await?)
    }

    /// Takes the text that a waiting task has as its answer.
    pub async fn finish_task(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().finish(id.clone()).await?)
    }

    /// Asks the same again as a new task in the same turn, of the same model or of another. One that is not over is stopped
    /// first.
    pub async fn retry_task(
        &self,
        id: &TaskId,
        lane: Lane,
        origin: Origin,
        model: Option<String>,
    ) -> Result<Sent, CommandError> {
        Ok(self.store().retry(id.clone(), lane, origin, model).await?)
    }

    /// Shows a task in its conversation: the branch it stands in, and it as the answer of its prompt. What is asked there next
    /// is asked in that branch, after that answer.
    pub async fn show_task(&self, id: &TaskId) -> Result<PutForward, CommandError> {
        Ok(self.store().show_task(id.clone()).await?)
    }

    /// Of answers that are compared keeps this one: it alone is shown and gone on from, the others stay as versions.
    pub async fn keep_answer(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().keep_answer(id.clone()).await?)
    }

    /// The user has looked at the outcome.
    pub async fn mark_seen(&self, id: &TaskId) -> Result<(), CommandError> {
        Ok(self.store().mark_seen(id.clone()).await?)
    }

    /// One task.
    pub async fn task(&self, id: &TaskId) -> Result<Task, CommandError> {
        Ok(self.store().task(id)?)
    }

    /// The answer as far as it is on disk.
    pub async fn task_text(&self, id: &TaskId) -> Result<TaskText, CommandError> {
        Ok(self.store().task_text(id.clone()).await?)
    }

    /// The attempts of a task, oldest first.
    pub async fn attempts(&self, id: &TaskId) -> Result<Vec<Attempt>, CommandError> {
        Ok(self.store().attempts(id.clone()).await?)
    }

    /// Active tasks and a page of history; `limit` is 1 to 200.
    pub async fn tasks(&self, limit: u32, cursor: Option<&str>) -> Result<TaskPage, CommandError> {
        if !(1..=200).contains(&limit) {
            return Err(CommandError::invalid("limit is between 1 and 200"));
        }
        Ok(self.store().tasks(limit, cursor.map(str::to_owned)).await?)
    }

    /// Up to 512 events of a task after a cursor, and the cursor to go on from.
    pub async fn events(&self, id: &TaskId, after: Seq) -> Result<(Vec<Event>, Seq), CommandError> {
        let events = self.store().events(Some(id), after)?;
        let head = events.last().map_or(after, |e| e.seq);
        Ok((events, head))
    }

    /// The whole log of a task, without its text.
    pub async fn log(&self, id: &TaskId) -> Result<Vec<Event>, CommandError> {
        Ok(self.store().log(id.clone()).await?)
    }

    /// What the model thought aloud on its way to the answer; empty when it did not.
    pub async fn thoughts(&self, id: &TaskId) -> Result<String, CommandError> {
        Ok(self.store().thoughts(id.clone()).await?)
    }

    /// Pieces of a task's text, and of what was thought, after a cursor.
    pub async fn deltas(&self, id: &TaskId, after: Seq) -> Result<Vec<Event>, CommandError> {
        Ok(self.store().deltas(id, after)?)
    }
}

/// Refuses a budget that is none.
pub(super) fn sound(budget: &Budget) -> Result<(), CommandError> {
    if budget.is_sound() {
        return Ok(());
    }
    Err(CommandError::invalid("each part of a budget is more than nothing; leave out what is not limited"))
}
