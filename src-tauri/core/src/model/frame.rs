use super::{Event, Seq, Task, TaskId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a follower gets: once where things stand, then what happened since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// Where things stand at `head`.
    Snapshot {
        /// Tasks that are not in a final state, oldest first.
        tasks: Vec<Task>,
        /// The text so far of those among them that are being answered.
        texts: Vec<TaskText>,
        /// Counts for badges and the tray.
        summary: Summary,
        /// The newest event contained.
        head: Seq,
    },
    /// What happened after the last frame, in order.
    Events {
        /// Never empty.
        events: Vec<Event>,
        /// The newest event contained.
        head: Seq,
    },
}

/// The answer of one task as far as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TaskText {
    /// Which task.
    pub task_id: TaskId,
    /// The attempt it is from.
    pub attempt: u32,
    /// The text.
    pub text: String,
}

/// Counts for badges, the tray and a quick look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Summary {
    /// Queued or running in the background.
    pub working: u32,
    /// Waiting for the user.
    pub needs_you: u32,
    /// Failed, and nobody has looked.
    pub failed: u32,
    /// Done, and nobody has looked.
    pub unread: u32,
    /// Answers somebody watches right now.
    pub interactive: u32,
}
