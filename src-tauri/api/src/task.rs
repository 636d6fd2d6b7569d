use meanwhile_core::model::{Task, TaskId};
use meanwhile_core::{CommandError, Core};
use serde::Serialize;

/// A task as clients see it: its row, and its text as far as it is on disk.
#[derive(Serialize)]
pub(crate) struct TaskJson {
    #[serde(flatten)]
    task: Task,
    text: String,
}

impl TaskJson {
    /// Adds the text, read after the row: a final state never comes with half a text.
    pub(crate) async fn of(core: &Core, task: Task) -> Result<Self, CommandError> {
        // Nothing was asked yet, so there is nothing to read.
        let text = if task.attempt == 0 { String::new() } else { core.task_text(&task.id).await?.text };
        Ok(Self { task, text })
    }

    pub(crate) async fn read(core: &Core, id: &TaskId) -> Result<Self, CommandError> {
        let task = core.task(id).await?;
        Self::of(core, task).await
    }

    pub(crate) async fn all(core: &Core, tasks: Vec<Task>) -> Result<Vec<Self>, CommandError> {
        let mut with_text = Vec::with_capacity(tasks.len());
        for task in tasks {
            with_text.push(Self::of(core, task).await?);
        }
        Ok(with_text)
    }
}
