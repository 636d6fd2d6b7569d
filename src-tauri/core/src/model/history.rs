//! What was done, looked back on: tasks that are found again, the day as it went, and what happened while nobody looked.

use super::{ConversationId, Lane, Task, TaskId, TaskState, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which tasks are looked for: those that fit everything that is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default, deny_unknown_fields)]
pub struct TaskQuery {
    /// All of them stand in its title, its prompt or its answer; words in double quotes are one. `None` for any.
    pub words: Option<String>,
    /// In one of these; empty for whatever ended.
    pub states: Vec<TaskState>,
    /// `provider/model`.
    pub model: Option<String>,
    /// Asked in the background, or watched; `None` for both.
    pub lane: Option<Lane>,
    /// Only those whose outcome nobody looked at.
    pub unread: bool,
    /// Only those that are kept at hand.
    pub pinned: bool,
    /// Ended at this moment or later; of what goes on, accepted then.
    pub since: Option<Timestamp>,
    /// The same, before.
    pub until: Option<Timestamp>,
    /// What Meanwhile gave itself to do, such as names of chats, and nothing else; otherwise that is left out.
    #[ts(optional, as = "Option<bool>")]
    pub system: bool,
    /// At most this many, 1 to 200.
    pub limit: u32,
    /// Where the page before ended; opaque.
    pub cursor: Option<String>,
}

/// A page of what was found: what goes on first, then what ended last. Tasks that others started are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundTasks {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// How many there are on all pages; of a search that would read more than 64 MiB, how many were found until then.
    pub total: u32,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// What was worked on between two moments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Timeline {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// The stretches of work and of waiting for the user, by their beginning; of very many the first 2,000.
    pub spans: Vec<Span>,
    /// Milliseconds of work in the background within it, those of tasks side by side added up.
    pub worked_ms: u64,
    /// US dollars for requests that began in it; `None` when no price was known.
    pub cost_usd: Option<f64>,
}

/// A stretch of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Span {
    /// The task.
    pub task_id: TaskId,
    /// Where it was asked.
    pub conversation_id: ConversationId,
    /// Its title.
    pub title: String,
    /// Who was told of it.
    pub lane: Lane,
    /// What it was.
    pub kind: SpanKind,
    /// Its beginning; may lie before that of the timeline.
    pub from: Timestamp,
    /// Its end; `None` while it goes on.
    pub to: Option<Timestamp>,
}

/// What a stretch of a task was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// It was worked on.
    Working,
    /// The same, and then it failed.
    Failed,
    /// It waited for the user.
    Waiting,
}

/// What happened since the user last looked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Away {
    /// When they last looked.
    pub since: Timestamp,
    /// When they came back.
    pub until: Timestamp,
    /// What needs them, then what failed, then what is finished, each the newest first; of very many the first 50.
    pub tasks: Vec<Task>,
    /// Those that are not among them.
    pub more: u32,
    /// Milliseconds of work in the background, those of tasks side by side added up.
    pub worked_ms: u64,
    /// US dollars of it; `None` when no price was known.
    pub cost_usd: Option<f64>,
    /// How often this program was started again.
    pub restarts: u32,
    /// Tasks that went on after that.
    pub went_on: u32,
    /// Milliseconds that the computer slept, as its system told.
    pub slept_ms: u64,
}
