use super::{ConversationId, NoticeEvent, Seq, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The duty to tell the user of one outcome, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its row.
    pub id: i64,
    /// The task that came to an outcome.
    pub task_id: TaskId,
    /// The event that created it.
    pub created_seq: Seq,
    /// How far it got.
    pub state: DeliveryState,
    /// By which the user chooses who tells it; `None` for what is told to nobody.
    pub event: Option<NoticeEvent>,
    /// What to tell.
    pub notice: Notice,
}

/// How far a delivery got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Stored, nobody was told.
    Pending,
    /// A run is telling.
    Claimed,
    /// The channels were told.
    Delivered,
    /// The user looked.
    Seen,
    /// A channel refused; badge, row and result are there all the same.
    Failed,
    /// Not to be told: the user ended it, watched it, or asked for silence.
    Suppressed,
}

/// What came of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The answer is there.
    Done,
    /// It failed.
    Failed,
    /// It needs the user.
    NeedsYou,
    /// It goes on, and is not far from its cap.
    Nearly,
    /// It goes on, and half of what it counts is done.
    Halfway,
    /// It goes on, and its agent says something.
    Says,
    /// The user stopped it.
    Cancelled,
}

/// One thing to tell, plain text, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The task it is about, opened by a click.
    pub task_id: TaskId,
    /// The conversation that holds the answer.
    pub conversation_id: ConversationId,
    /// What came of it.
    pub outcome: Outcome,
    /// At most 60 characters.
    pub title: String,
    /// At most 180 characters, one line, no markup.
    pub body: String,
    /// When the outcome was stored.
    pub at: Timestamp,
}
