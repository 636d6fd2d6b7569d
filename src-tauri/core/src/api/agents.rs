//! Agents, what they ask, and what they changed.

use super::Core;
use crate::agent;
use crate::command::{CommandError, ErrorCode, SendMessage};
use crate::engine::history::entry;
use crate::engine::tools::held;
use crate::model::{
    Agent, Approval, Call, Decision, FileChange, Permit, PutBack, Task, TaskId, TaskState, UnreadAgent,
};
use crate::store::{Kept, NO_DOLLARS};
use meanwhile_tool::snapshot::{self, Manifest};
use meanwhile_tool::{ToolError, Workspace};
use std::collections::BTreeMap;

/// Bytes that are said to an agent at once; more is a prompt of its own.
const REMARK: usize = 64 << 10;

impl Core {
    /// Every agent there is: those that come with Meanwhile, and those of the user's folder `agents` in the data folder.
    pub async fn agents(&self) -> Result<Vec<Agent>, CommandError> {
        Ok(self.read_agents().await?.0)
    }

    /// The files of that folder that are no agents, and what is wrong with each.
    pub async fn unread_agents(&self) -> Result<Vec<UnreadAgent>, CommandError> {
        Ok(self.read_agents().await?.1)
    }

    /// Both, read once.
    ///
    /// # Errors
    /// `Internal` when the reading broke down.
    pub async fn read_agents(&self) -> Result<(Vec<Agent>, Vec<UnreadAgent>), CommandError> {
        let folder = self.inner.data_dir.join("agents");
        let read = tokio::task::spawn_blocking(move || agent::all(&folder)).await;
        read.map_err(|error| CommandError::new(ErrorCode::Internal, error.to_string()))
    }

    /// Folders in which agents worked before, newest first, at most ten.
    pub async fn work_folders(&self) -> Result<Vec<String>, CommandError> {
        Ok(self.store().work_folders().await?)
    }

    /// Looks up the agent that a prompt is for.
    pub(super) async fn choose_agent(&self, message: &mut SendMessage) -> Result<(), CommandError> {
        message.agent_at_work = None;
        let Some(choice) = &message.agent else { return Ok(()) };
        let agents = self.agents().await?;
        let copy = choice.in_copy.then(|| self.fresh_copy(choice.folder.as_deref()));
        let (mut at_work, model) = agent::at_work(&agents, choice, &self.inner.data_dir, copy.as_deref())?;
        self.offer_servers(&agents, &mut at_work).await?;
        self.copy_folder(&mut at_work).await?;
        message.model = match &at_work.program {
            None => message.model.take().or(model),
            Some(_) if message.budget.is_some_and(|budget| budget.usd.is_some()) => {
                return Err(CommandError::invalid(NO_DOLLARS));
            }
            // It brings its own.
            Some(_) => None,
        };
        message.agent_at_work = Some(at_work);
        Ok(())
    }

    /// Says something to the agent of a task; it hears that with its next request.
    ///
    /// # Errors
    /// `IllegalStep` when the task is over.
    pub async fn say(&self, id: &TaskId, text: &str) -> Result<Task, CommandError> {
        if text.trim().is_empty() {
            return Err(CommandError::invalid("there is nothing in it; write something first"));
        }
        if text.len() > REMARK {
            return Err(CommandError::invalid("a remark has at most 64 KiB; nothing was said"));
        }
        Ok(self.store().say(id.clone(), text.trim().to_owned()).await?)
    }

    /// Questions that are open, of one task or of all, oldest first.
    pub async fn approvals(&self, of: Option<&TaskId>) -> Result<Vec<Approval>, CommandError> {
        Ok(self.store().approvals(of.cloned()).await?)
    }

    /// One question, open or not.
    pub async fn approval(&self, id: i64) -> Result<Approval, CommandError> {
        Ok(self.store().approval(id).await?)
    }

    /// The user's word on an open question; `hash` is that of what was shown, and `by` where it was said. The first word counts.
    ///
    /// # Errors
    /// `Conflict` when it was decided before, when it is about something else by now, and when it was too old: then it is asked
    /// again by itself.
    pub async fn decide(
        &self,
        id: i64,
        decision: Decision,
        hash: &str,
        words: Option<&str>,
        by: &'static str,
    ) -> Result<Approval, CommandError> {
        let words = words.map(str::to_owned);
        let decided = self.store().decide(id, decision, hash.to_owned(), words, by).await?;
        if decided.decided_by.as_deref() == Some("expired") {
            return Err(CommandError::new(
                ErrorCode::Conflict,
                "this question was more than a day old, so it does not count any more; it is asked again with how things are now",
            ));
        }
        Ok(decided)
    }

    /// What is allowed from now on without being asked.
    pub async fn permits(&self) -> Result<Vec<Permit>, CommandError> {
        Ok(self.store().permits().await?)
    }

    /// Takes a standing yes back.
    pub async fn revoke(&self, permit: i64) -> Result<(), CommandError> {
        Ok(self.store().revoke(permit).await?)
    }

    /// Everything that the agent of a task had done, oldest first.
    pub async fn calls(&self, id: &TaskId) -> Result<Vec<Call>, CommandError> {
        Ok(self.store().calls(id.clone()).await?)
    }

    /// The files that a task changed, each with the difference between before and now.
    pub async fn file_changes(&self, id: &TaskId) -> Result<Vec<FileChange>, CommandError> {
        let changed = self.changed(id).await?;
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let manifest = manifest(&changed);
        let looked = self.in_folder(id, move |workspace, objects| {
            let change = |file: &Kept| {
                let path = file.path.clone();
                let now = snapshot::fingerprint(workspace, &path)?;
                let is_edited_since = now != file.after;
                let sides = match is_edited_since {
                    true => snapshot::sides(workspace, objects, &manifest, &path, file.after.as_deref())?,
                    false => None,
                };
                let (detail, since) = match sides {
                    Some((task, since)) => (task, Some(crate::tool::detail(since))),
                    None => (snapshot::diff(workspace, objects, &manifest, &path)?, None),
                };
                let detail = crate::tool::detail(detail);
                Ok((FileChange { path, detail, since, is_edited_since, edited_by: None }, now))
            };
            changed.iter().map(change).collect::<Result<Vec<_>, _>>()
        });
        let mut changes = Vec::new();
        for (mut change, now) in looked.await? {
            if change.is_edited_since {
                change.edited_by = self.store().editor(id.clone(), change.path.clone(), now).await?;
            }
            changes.push(change);
        }
        Ok(changes)
    }

    /// Puts back what a task changed: all of it, or one file. What the user edited since stays, and is named.
    ///
    /// # Errors
    /// `IllegalStep` while it is at work.
    pub async fn put_back(&self, id: &TaskId, only: Option<&str>) -> Result<PutBack, CommandError> {
        let task = self.store().task(id)?;
        if is_at_work(&task) {
            return Err(CommandError::new(
                ErrorCode::IllegalStep,
                "it is still at work; pause or stop it first, then its files can be put back",
            ));
        }
        let changed = self.changed(id).await?;
        if only.is_some_and(|path| !changed.iter().any(|file| file.path == path)) {
            return Err(CommandError::not_found(
                "file that this task changed called",
                only.unwrap_or_default(),
            ));
        }
        let left: BTreeMap<String, Option<String>> =
            changed.iter().map(|file| (file.path.clone(), file.after.clone())).collect();
        let (manifest, only) = (manifest(&changed), only.map(str::to_owned));
        let done = self
            .in_folder(id, move |workspace, objects| {
                // What is there now can be put back as well.
                let paths: Vec<String> = left.keys().cloned().collect();
                snapshot::of_paths(workspace, objects, &paths)?;
                snapshot::restore(workspace, objects, &manifest, &left, only.as_deref())
            })
            .await?;
        let conflicts = u32::try_from(done.conflicts.len()).unwrap_or(u32::MAX);
        self.store().put_back(id.clone(), done.restored.clone(), conflicts).await?;
        Ok(PutBack { restored: done.restored, conflicts: done.conflicts })
    }

    /// What a task changed, with what a call left that was cut and not gone on with.
    pub(super) async fn changed(&self, id: &TaskId) -> Result<Vec<Kept>, CommandError> {
        let task = self.store().task(id)?;
        let is_at_work = is_at_work(&task);
        if let Some(folder) = task.folder.filter(|_| !is_at_work)
            && let Ok(Ok(workspace)) = tokio::task::spawn_blocking(move || held(&folder)).await
        {
            for id in task.children.iter().map(|child| &child.task_id).chain([id]) {
                self.inner.history.catch_up(self.store(), id, &workspace).await?;
            }
        }
        Ok(self.store().all_changed_files(id.clone()).await?)
    }

    async fn in_folder<T: Send + 'static>(
        &self,
        id: &TaskId,
        work: impl FnOnce(&Workspace, &snapshot::Objects) -> Result<T, ToolError> + Send + 'static,
    ) -> Result<T, CommandError> {
        let folder = self.store().task(id)?.folder;
        let folder = folder.ok_or_else(|| CommandError::invalid("this task works in no folder"))?;
        let history = self.inner.history.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let workspace = held(&folder)?;
            work(&workspace, history.objects())
        });
        match worked.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(CommandError::storage(format!("{error}; nothing was lost"))),
            Err(error) => Err(CommandError::new(ErrorCode::Internal, error.to_string())),
        }
    }
}

/// Whether it, or a task that it started, may change its folder at any moment.
pub(super) fn is_at_work(task: &Task) -> bool {
    let works = |state| matches!(state, TaskState::Running | TaskState::Queued);
    works(task.state) || task.children.iter().any(|child| works(child.state))
}

fn manifest(files: &[Kept]) -> Manifest {
    let of = |file: &Kept| (file.path.clone(), entry(file));
    Manifest { entries: files.iter().map(of).collect(), ..Manifest::default() }
}
