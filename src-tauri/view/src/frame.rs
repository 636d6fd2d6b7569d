//! What travels to a window.

use meanwhile_core::model::{
    Attachment, Conversation, ConversationId, Seq, Settings, SignOfLife, Stretch, Summary, Task, TaskId, Turn,
};
use meanwhile_render::{Node, Patch};
use serde::Serialize;
use ts_rs::TS;

/// One message to a window: first where things stand, then only what changed.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ViewFrame {
    /// Everything the window shows. Replaces all it had.
    Snapshot {
        /// The newest event contained.
        head: Seq,
        /// Counts for badges.
        summary: Summary,
        /// Conversations outside the trash, most recently used first.
        conversations: Vec<Conversation>,
        /// Tasks that are not final, and the fifty that ended last; newest first.
        tasks: Vec<Task>,
        /// The open conversation.
        thread: Option<Box<ThreadView>>,
        /// The text typed for a new conversation and not sent.
        draft: String,
        /// The files that are to go with it.
        draft_files: Vec<Attachment>,
        /// What the user chose.
        settings: Box<Settings>,
    },
    /// Another conversation is open. Whatever else the window had stays, but for the rows that changed meanwhile.
    Opened {
        /// The open conversation; `None` for a new one.
        thread: Option<Box<ThreadView>>,
        /// As in a snapshot.
        draft: String,
        /// As in a snapshot.
        draft_files: Vec<Attachment>,
        /// Rows that changed since what the window knew.
        rows: Box<Rows>,
    },
    /// What changed since the last frame. What did not is left out: most of these carry a few letters.
    Changes {
        /// The open conversation, when another of its versions is shown now. Replaces the one the window had.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        thread: Option<Box<ThreadView>>,
        /// Changed text of tasks in the open conversation.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<TextChange>>", optional)]
        texts: Vec<TextChange>,
        /// The same of what their models think aloud.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<TextChange>>", optional)]
        thoughts: Vec<TextChange>,
        /// Tasks of any conversation that gave a sign of life since the last one of these, at most four times a second.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<SignOfLife>>", optional)]
        alive: Vec<SignOfLife>,
        /// Changed rows.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        rows: Option<Box<Rows>>,
    },
    /// The shell wants the window to show this, because a notice or the tray was clicked.
    Show {
        /// The conversation to open; `None` starts a new one.
        conversation_id: Option<ConversationId>,
        /// The task to scroll to and mark as seen.
        task_id: Option<TaskId>,
        /// A page instead, such as `settings`.
        page: Option<String>,
    },
}

/// Rows that changed; each replaces the one with its id.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Rows {
    /// The newest event contained.
    pub head: Seq,
    /// Counts for badges, when they changed.
    pub summary: Option<Summary>,
    /// Conversations; one with `deleted_at` leaves the list.
    pub conversations: Vec<Conversation>,
    /// Tasks, of every conversation.
    pub tasks: Vec<Task>,
    /// When they changed.
    pub settings: Option<Settings>,
}

/// The open conversation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ThreadView {
    /// Which one.
    pub conversation_id: ConversationId,
    /// Where the turns of the branch that is shown stand. A task of another branch has no place in `turns`.
    pub path: Vec<Stretch>,
    /// Its newest turns, oldest first.
    pub turns: Vec<Turn>,
    /// The text of every task in `turns` that has any.
    pub texts: Vec<TextView>,
    /// What the models think aloud for those of them that are at work; of the others it is asked for by itself.
    pub thoughts: Vec<TextView>,
    /// True when there are older turns than the first one here.
    pub has_earlier: bool,
    /// The text typed here and not sent.
    pub draft: String,
    /// The files that are to go with it.
    pub draft_files: Vec<Attachment>,
}

/// The answer of one task as far as it is on disk, as blocks.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct TextView {
    /// Which task.
    pub task_id: TaskId,
    /// The attempt it is from.
    pub attempt: u32,
    /// The blocks.
    pub nodes: Vec<Node>,
    /// Words in it, for the note at its end.
    pub words: u32,
}

/// How a text changed.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum TextChange {
    /// It begins anew: replace all of it.
    Whole(TextView),
    /// Apply these to the blocks that are shown, in order.
    Patches {
        /// Which task.
        task_id: TaskId,
        /// The smallest steps.
        patches: Vec<Patch>,
        /// Words in it now.
        words: u32,
    },
}
