//! Agents that are programs of somebody else: each task of such an agent is answered by a process of its own.
//!
//! A session stays open between two requests of its task, while its user decides about what the program wants to do. Nobody reads it
//! then, so nothing of it gathers here. Knows no store and no engine.

mod prompt;
mod turn;

pub use meanwhile_acp::Permission;

use crate::model::{AgentAtWork, TaskId};
use crate::provider::{CompletionRequest, Provider, ProviderError, ProviderEvent};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use meanwhile_acp::Session;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use turn::Turn;

/// The programs that wait for their tasks to go on.
#[derive(Default)]
pub struct Sessions {
    waiting: Mutex<HashMap<TaskId, Live>>,
}

/// A program that is there.
struct Live {
    session: Session,
    /// Tells its questions from those of any program before it.
    name: u64,
    /// Bytes that it was told of what its user said.
    heard: usize,
    /// What it is told when its turn is over.
    owed: Vec<String>,
}

impl Live {
    /// What goes with a question, and comes back with its answer.
    fn opaque(&self, question: &str) -> String {
        format!("{{\"session\":{},\"question\":{question}}}", self.name)
    }

    fn waits_for(&self, opaque: Option<&str>) -> bool {
        self.session.waiting().iter().any(|question| Some(self.opaque(question).as_str()) == opaque)
    }
}

impl Sessions {
    /// The tasks whose programs wait.
    pub fn tasks(&self) -> Vec<TaskId> {
        self.waiting().keys().cloned().collect()
    }

    /// Ends the programs of all other tasks.
    pub fn keep_only(&self, wanted: &[TaskId]) {
        let ended: Vec<Live> = {
            let mut waiting = self.waiting();
            let unwanted: Vec<TaskId> = waiting.keys().filter(|id| !wanted.contains(id)).cloned().collect();
            unwanted.iter().filter_map(|id| waiting.remove(id)).collect()
        };
        drop(ended);
    }

    /// Whether the program of a task still waits for an answer to this question, which [`Permission`] came with.
    pub fn is_waiting_for(&self, task: &TaskId, opaque: Option<&str>) -> bool {
        let mut waiting = self.waiting();
        waiting.get_mut(task).is_some_and(|live| live.session.is_alive() && live.waits_for(opaque))
    }

    fn put(&self, task: &TaskId, live: Live) {
        self.waiting().insert(task.clone(), live);
    }

    /// The program of a task, if it is still there.
    fn take(&self, task: &TaskId) -> Option<Live> {
        let mut live = self.waiting().remove(task)?;
        live.session.is_alive().then_some(live)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<TaskId, Live>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The program that answers one task.
pub struct Outside {
    /// Where it waits between two requests.
    pub sessions: Arc<Sessions>,
    /// The task.
    pub task: TaskId,
    /// Which attempt this is.
    pub attempt: u32,
    /// The agent.
    pub agent: AgentAtWork,
}

impl Provider for Outside {
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>> {
        let turn = Turn::of(self, request);
        stream::unfold(turn, |mut turn| async move { turn.next().await.map(|event| (event, turn)) }).boxed()
    }

    fn is_here(&self) -> bool {
        true
    }
}
