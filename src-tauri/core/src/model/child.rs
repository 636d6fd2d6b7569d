use super::{Reason, StepRow, TaskError, TaskId, TaskState, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A task that an agent started for a part of its work, as it is shown with the task that started it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChildTask {
    /// Its name; everything else about it is asked for by that.
    pub task_id: TaskId,
    /// The call that started it, by its number within the task.
    pub call: u32,
    /// Which part it is, and what it is called: `Part 2 of 5: The lexer`.
    pub title: String,
    /// Where it is in its life.
    pub state: TaskState,
    /// What it is queued, waiting or paused for.
    pub reason: Option<Reason>,
    /// Questions of it that are open.
    pub approvals: u32,
    /// The newest of its steps.
    pub steps: Vec<StepRow>,
    /// When its first attempt was opened.
    pub started_at: Option<Timestamp>,
    /// When it reached a final state.
    pub ended_at: Option<Timestamp>,
    /// Why it failed or waits.
    pub error: Option<TaskError>,
}

/// What an agent gives away: a part of its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion {
    /// What it is called, in a few words.
    pub title: String,
    /// All that is to be done, for somebody who knows nothing else.
    pub prompt: String,
}

/// The tool by which an agent starts tasks.
pub const START_TASKS: &str = "start_tasks";

/// Tasks that one call starts at most.
pub const AT_ONCE: usize = 8;

/// Tasks that one task starts at most, over all its calls.
pub const MOST_CHILDREN: usize = 24;
