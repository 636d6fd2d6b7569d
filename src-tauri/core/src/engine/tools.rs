//! One round of tools: plan each call, ask for what needs a yes, keep what would be changed, do it, store what came of it.

mod asked;
mod fetch;
mod remote;
mod tasks;

use super::attempt::{STORE_PAUSE, until_stored, was_stopped};
use super::history::History;
use super::program;
use crate::clock::Clock;
use crate::model::{AgentAtWork, CallState, Overdrawn, START_TASKS, TaskError, TaskId, ToolEffect};
use crate::outside::Sessions;
use crate::servers::Servers;
use crate::store::{
    Begun, CallEnd, CallsEnd, Claimed, Kept, NEVER_HERE, OpenCall, Store, StoreError, Wanted,
};
use crate::tool;
use meanwhile_page::Reach;
use meanwhile_tool::{Done, Limits, Planned, ToolError, Workspace};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What agents work with beside the store.
pub struct Places {
    /// What they change.
    pub history: History,
    /// The servers whose tools they may ask for.
    pub servers: Arc<Servers>,
    /// Those that are programs, and wait.
    pub sessions: Arc<Sessions>,
    /// How pages are reached.
    pub pages: Reach,
}

/// Makes the calls and settles them. Dropped or stopped by shutdown, it settles nothing and recovery takes over.
pub async fn run(
    store: Store,
    clock: Arc<dyn Clock>,
    places: Places,
    claimed: Claimed,
    stop: CancellationToken,
) {
    let ended = tokio::select! {
        biased;
        () = stop.cancelled() => None,
        ended = round(&store, &*clock, &places, &claimed) => Some(ended),
    };
    let end = match ended {
        Some(Ok(end)) => end,
        Some(Err(StoreError::Closed)) => return,
        Some(Err(error)) => {
            tracing::warn!(task = %claimed.task_id, %error, "work with tools was cut because it could not be stored");
            CallsEnd::Again(unstored(&error))
        }
        // Either the user stopped this task, which the store knows, or the process is ending.
        None if !was_stopped(&store, &claimed.task_id).await => return,
        None => {
            // What was cut may have changed something, and can be put back all the same.
            let folder = claimed.agent.as_ref().and_then(|agent| agent.folder.clone());
            if let Some(folder) = folder
                && let Ok(workspace) = blocking(move || held(&folder)).await
                && let Err(error) = places.history.catch_up(&store, &claimed.task_id, &workspace).await
            {
                tracing::warn!(task = %claimed.task_id, %error, "what was cut could not be noted");
            }
            CallsEnd::Stopped
        }
    };
    settle(&store, &claimed.task_id, end).await;
}

fn unstored(error: &StoreError) -> TaskError {
    TaskError {
        code: "storage".to_owned(),
        message: format!("A step could not be stored: {error}."),
        hint: "What was done so far is kept, and it goes on by itself.".to_owned(),
        retryable: true,
    }
}

/// What is settled when the work panicked.
pub fn panicked() -> CallsEnd {
    CallsEnd::Failed(TaskError {
        code: "internal".to_owned(),
        message: "Work with a tool ran into a defect of Meanwhile.".to_owned(),
        hint: "What was done so far is kept. Continue from here, and report it if it happens again."
            .to_owned(),
        retryable: true,
    })
}

/// Stores the outcome; a disk that is full or busy is waited for.
pub async fn settle(store: &Store, id: &TaskId, end: CallsEnd) {
    until_stored(id, || store.settle_calls(id.clone(), end.clone())).await;
}

/// A task at work in its folder.
pub(super) struct Work<'a> {
    pub store: &'a Store,
    pub clock: &'a dyn Clock,
    pub history: &'a History,
    pub servers: &'a Servers,
    pub sessions: &'a Sessions,
    pub pages: &'a Reach,
    pub id: &'a TaskId,
    pub agent: &'a AgentAtWork,
    pub workspace: Option<Workspace>,
}

/// What became of one call.
pub(super) enum Step {
    Over,
    Asks(Wanted),
    /// The tasks that it started are not over.
    Waits,
    /// Nothing more is done now.
    Cut(CallsEnd),
}

async fn round(
    store: &Store,
    clock: &dyn Clock,
    places: &Places,
    claimed: &Claimed,
) -> Result<CallsEnd, StoreError> {
    let Some(agent) = &claimed.agent else { return Ok(CallsEnd::Over) };
    let (history, servers, sessions) = (&places.history, &*places.servers, &*places.sessions);
    let workspace = match agent.folder.clone() {
        None => None,
        Some(folder) => match blocking(move || held(&folder)).await {
            Ok(workspace) => Some(workspace),
            Err(error) => return Ok(CallsEnd::Interrupted(no_folder(agent, &error))),
        },
    };
    if let Some(workspace) = workspace.as_ref().filter(|_| claimed.calls.iter().any(|call| call.is_unknown)) {
        history.catch_up(store, &claimed.task_id, workspace).await?;
    }
    let (id, pages) = (&claimed.task_id, &places.pages);
    let work = Work { store, clock, history, servers, sessions, pages, id, agent, workspace };
    let (mut asks, mut waits) = (Vec::new(), false);
    for call in &claimed.calls {
        // What follows may depend on what waits; what it would need is asked for together.
        match work.step(call, asks.is_empty() && !waits).await? {
            Step::Over => {}
            Step::Waits => waits = true,
            Step::Asks(wanted) => asks.push(wanted),
            Step::Cut(end) => return Ok(end),
        }
    }
    Ok(match asks.is_empty() {
        true if waits => CallsEnd::Children,
        true => CallsEnd::Over,
        false => CallsEnd::Ask(asks),
    })
}

impl Work<'_> {
    async fn step(&self, call: &OpenCall, is_its_turn: bool) -> Result<Step, StoreError> {
        if program::is_its(self.agent, &call.tool) {
            return self.of_program(call, is_its_turn).await;
        }
        let remote = self.agent.remote.iter().find(|remote| remote.tool.name == call.tool);
        if remote.is_none() && !self.agent.tools.contains(&call.tool) {
            let remote = self.agent.remote.iter().map(|remote| remote.tool.name.as_str());
            let tools: Vec<_> = self.agent.tools.iter().map(String::as_str).chain(remote).collect();
            let tools = tools.join(", ");
            return self
                .failed(call, "no such tool", format!("There is no tool {}. There are: {tools}.", call.tool))
                .await;
        }
        let is_agreed = !self.agent.plan_first || self.store.has_agreed_plan(self.id.clone()).await?;
        if !is_agreed && !tool::only_looks(&call.tool) {
            return self.failed(call, "no plan yet", tool::NO_PLAN.to_owned()).await;
        }
        if let Some(remote) = remote {
            return self.remote(call, remote, is_its_turn).await;
        }
        match call.tool.as_str() {
            tool::PLAN if !is_agreed => self.proposal(call).await,
            tool::PLAN if is_its_turn => self.plan(call).await,
            tool::PLAN => Ok(Step::Over),
            tool::ASK => self.question(call).await,
            tool::NOTIFY if is_its_turn => self.notice(call).await,
            tool::NOTIFY => Ok(Step::Over),
            tool::FETCH => self.fetch(call, is_its_turn).await,
            START_TASKS => self.tasks(call, is_its_turn).await,
            _ => self.in_folder(call, is_its_turn).await,
        }
    }

    async fn in_folder(&self, call: &OpenCall, is_its_turn: bool) -> Result<Step, StoreError> {
        let Some(workspace) = &self.workspace else {
            let words = "This needs a folder, and none was given. Go on without it.".to_owned();
            return self.failed(call, "no folder", words).await;
        };
        let (held, tool, arguments) = (workspace.clone(), call.tool.clone(), call.arguments.clone());
        let planned = match blocking(move || meanwhile_tool::plan(&held, &tool, &arguments)).await {
            Ok(planned) => planned,
            // What stands before it may make it possible.
            Err(error) if error.is_for_model() && !is_its_turn => return Ok(Step::Over),
            Err(error) if error.is_for_model() => {
                return self.failed(call, "not possible", error.to_string()).await;
            }
            Err(error) => return Ok(Step::Cut(CallsEnd::Interrupted(no_folder(self.agent, &error)))),
        };
        let basis = planned.basis.clone();
        let mut wanted = self.wanted(call, &planned);
        let changes = wanted.effect != Some(ToolEffect::Read);
        if changes {
            let said = self.store.is_allowed(self.id.clone(), wanted.clone(), self.clock.now()).await?;
            if said == Some(false) {
                return self.forbidden(call, wanted.summary).await;
            }
            let is_allowed = said.is_some();
            if !is_allowed || !is_its_turn {
                if wanted.effect == Some(ToolEffect::Run) {
                    wanted.note += &self.history.uncovered(workspace).await;
                }
                return Ok(if is_allowed { Step::Over } else { Step::Asks(wanted) });
            }
        } else if !is_its_turn {
            return Ok(Step::Over);
        }
        let before = match changes {
            true => match self.history.keep(self.store, self.id, call.number, workspace, &planned).await? {
                Ok(before) => before,
                Err(error) => {
                    let words =
                        format!("Nothing was done, because the file could not be kept before: {error}.");
                    return self.failed(call, "not kept", words).await;
                }
            },
            false => None,
        };
        match self.store.start_call(self.id.clone(), wanted.clone()).await? {
            Begun::Yes => {}
            Begun::NotAllowed => return Ok(Step::Asks(wanted)),
            Begun::Unwanted => return Ok(Step::Cut(CallsEnd::Stopped)),
            Begun::TooManyFiles(most) => return Ok(Step::Cut(CallsEnd::TooMany(Overdrawn::Files(most)))),
        }
        let done =
            meanwhile_tool::run(workspace, &call.tool, &call.arguments, Some(&basis), &Limits::default())
                .await;
        let left = self.history.left(workspace, before).await;
        self.ended(call, end_of(done, left)).await
    }

    fn wanted(&self, call: &OpenCall, planned: &Planned) -> Wanted {
        let effect = tool::effect(planned);
        let is_uncontained = matches!(
            &planned.detail,
            meanwhile_tool::Detail::Command { sandbox: meanwhile_tool::Sandbox::None, .. }
        );
        let note = if call.is_unknown && effect != ToolEffect::Read {
            "Meanwhile ended while this was being done, and nobody knows how far it came. Look first; a yes does it again. "
        } else {
            ""
        };
        Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: Some(effect),
            summary: planned.summary.clone(),
            hash: hash(&[
                self.id.as_str(),
                &self.agent.name,
                &planned.basis,
                if call.is_unknown { "again" } else { "" },
            ]),
            detail: tool::detail(planned.detail.clone()),
            note: note.to_owned(),
            asks_each_time: is_uncontained || call.is_unknown,
        }
    }

    pub(super) async fn forbidden(&self, call: &OpenCall, label: String) -> Result<Step, StoreError> {
        let end = CallEnd {
            label: Some(label),
            state: CallState::Refused,
            fact: Some(NEVER_HERE.to_owned()),
            result:
                "The user never allows this here, and it was not done. Do not try the same in another way."
                    .to_owned(),
            left: Vec::new(),
        };
        self.ended(call, end).await
    }

    pub(super) async fn failed(
        &self,
        call: &OpenCall,
        fact: &str,
        words: String,
    ) -> Result<Step, StoreError> {
        let end = CallEnd {
            label: Some(readable(&call.tool)),
            state: CallState::Failed,
            fact: Some(fact.to_owned()),
            result: words,
            left: Vec::new(),
        };
        self.ended(call, end).await
    }

    pub(super) async fn ended(&self, call: &OpenCall, end: CallEnd) -> Result<Step, StoreError> {
        loop {
            match self.store.end_call(self.id.clone(), call.number, end.clone()).await {
                Ok(()) => return Ok(Step::Over),
                Err(error @ (StoreError::Closed | StoreError::NotFound { .. } | StoreError::Broken(_))) => {
                    return Err(error);
                }
                // It was done: that must not be forgotten because the disk is full.
                Err(error) => {
                    tracing::warn!(task = %self.id, %error, "what came of a call waits for the disk");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }
}

fn end_of(done: Result<Done, ToolError>, left: Vec<Kept>) -> CallEnd {
    match done {
        Ok(done) => CallEnd {
            label: None,
            state: if done.is_error { CallState::Failed } else { CallState::Done },
            fact: Some(done.fact),
            result: done.text,
            left,
        },
        Err(ToolError::Changed) => CallEnd {
            label: None,
            state: CallState::Failed,
            fact: Some("changed meanwhile".to_owned()),
            result:
                "Nothing was done: what this is about changed after the user allowed it. Look at it again."
                    .to_owned(),
            left,
        },
        Err(error) => CallEnd {
            label: None,
            state: CallState::Failed,
            fact: Some("did not work".to_owned()),
            result: error.to_string(),
            left,
        },
    }
}

/// The name of a tool as people write: `read_file` is "Read file".
fn readable(tool: &str) -> String {
    let words = crate::model::one_line(&tool.replace('_', " "), 60);
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

fn no_folder(agent: &AgentAtWork, error: &ToolError) -> TaskError {
    let folder = agent.folder.as_deref().unwrap_or_default();
    TaskError {
        code: "no_folder".to_owned(),
        message: format!("The folder {folder} cannot be used: {error}."),
        hint: "What was done so far is kept. Bring the folder back, then continue.".to_owned(),
        retryable: true,
    }
}

/// The folder of an agent. Where a link stands in its place now, it is another one.
pub fn held(folder: &str) -> Result<Workspace, ToolError> {
    let workspace = Workspace::open(folder.as_ref())?;
    if workspace.path() != std::path::Path::new(folder) {
        return Err(ToolError::Folder("it is a link to another one now".to_owned()));
    }
    Ok(workspace)
}

pub(super) fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Work that blocks, on a thread for it.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ToolError::Failed(error.to_string())),
    }
}
